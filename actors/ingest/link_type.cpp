// The only file that sees libpcap: it has the list of link types.
#include "actors/ingest/link_type.hpp"

#include <pcap/pcap.h>

namespace troupe::ingest {

std::string link_type_name(std::uint32_t link_type) {
  // In files raw IP is 101; libpcap's own number for it depends on the system (pcap/dlt.h).
  constexpr std::uint32_t raw_ip_in_files = 101;
  const int number = link_type == raw_ip_in_files ? DLT_RAW : static_cast<int>(link_type);
  const char* name = ::pcap_datalink_val_to_name(number);
  return name != nullptr ? std::string(name) : "link type " + std::to_string(link_type);
}

}  // namespace troupe::ingest
