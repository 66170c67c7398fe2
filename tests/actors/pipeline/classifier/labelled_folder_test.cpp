#include "actors/pipeline/classifier/labelled_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace troupe {
namespace {

class a_labelled_folder : public testing::Test {
 protected:
  a_labelled_folder() : folder_(std::filesystem::path(testing::TempDir()) / "labelled") {
    std::filesystem::create_directories(folder_);
    write("captures.tsv", "file\tsource_repo\na.pcap\teast\nb.pcap\twest\n");
    write("flows.tsv",
          "label\tfile\tl4\tendpoint_a\tendpoint_b\ttier\n"
          "alpha\ta.pcap\tUDP\t192.0.2.1:1000\t192.0.2.2:53\tA\n"
          "beta\ta.pcap\tUDP\t192.0.2.1:1001\t192.0.2.2:53\tB\n"
          "gamma\tb.pcap\tESP\t192.0.2.1:0\t192.0.2.2:0\tA\n");
  }
  ~a_labelled_folder() override { std::filesystem::remove_all(folder_); }
  a_labelled_folder(const a_labelled_folder&) = delete;
  a_labelled_folder& operator=(const a_labelled_folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  // Every capture holds one flow; its client and server are the other way round than in the table.
  static std::vector<traffic_group_ptr> one_flow(transport l4, const std::string& client,
                                                 const std::string& server) {
    auto group = std::make_shared<traffic_group>();
    group->opening_bytes = {0, 0, 7, 8, 9};
    flow made;
    made.l4 = l4;
    made.client = client;
    made.server = server;
    segment only;
    only.offset = 2;
    only.size = 3;
    only.wire_size = 3;
    only.packet = 1;
    made.opening.push_back(only);
    group->flows.push_back(std::move(made));
    return {group};
  }

  static std::variant<std::vector<traffic_group_ptr>, failure> read(const std::string& path) {
    if (path.ends_with("a.pcap")) {
      return one_flow(transport::udp, "192.0.2.2:53", "192.0.2.1:1000");
    }
    return one_flow(transport::raw_ip, "192.0.2.2", "192.0.2.1");
  }

  std::filesystem::path folder_;
};

TEST_F(a_labelled_folder, gives_the_flows_of_tier_a_with_their_own_bytes) {
  const auto found = read_labelled_folder(folder_.string(), read);
  ASSERT_TRUE(std::holds_alternative<labelled_folder>(found));
  const auto& flows = std::get<labelled_folder>(found).flows;
  ASSERT_EQ(flows.size(), 2U);
  EXPECT_EQ(flows[0].label, "alpha");
  EXPECT_EQ(flows[0].capture, "a.pcap");
  EXPECT_EQ(flows[0].source, "east");
  EXPECT_EQ(flows[0].bytes, (std::vector<std::uint8_t>{7, 8, 9}));
  EXPECT_EQ(flows[1].label, "gamma");
  EXPECT_TRUE(std::get<labelled_folder>(found).problems.empty());
}

TEST_F(a_labelled_folder, a_capture_that_cannot_be_read_is_a_problem_not_an_end) {
  const auto found = read_labelled_folder(
      folder_.string(),
      [](const std::string& path) -> std::variant<std::vector<traffic_group_ptr>, failure> {
        if (path.ends_with("b.pcap")) return failure{errc::bad_input, path + ": broken"};
        return read(path);
      });
  ASSERT_TRUE(std::holds_alternative<labelled_folder>(found));
  EXPECT_EQ(std::get<labelled_folder>(found).flows.size(), 1U);
  ASSERT_EQ(std::get<labelled_folder>(found).problems.size(), 1U);
  EXPECT_NE(std::get<labelled_folder>(found).problems[0].find("broken"), std::string::npos);
}

TEST_F(a_labelled_folder, a_flow_that_is_not_there_is_named) {
  write("flows.tsv",
        "label\tfile\tl4\tendpoint_a\tendpoint_b\ttier\n"
        "alpha\ta.pcap\tUDP\t192.0.2.1:1000\t192.0.2.2:53\tA\n"
        "alpha\ta.pcap\tTCP\t192.0.2.1:1000\t192.0.2.2:53\tA\n");
  const auto found = read_labelled_folder(folder_.string(), read);
  ASSERT_TRUE(std::holds_alternative<labelled_folder>(found));
  ASSERT_EQ(std::get<labelled_folder>(found).problems.size(), 1U);
  EXPECT_EQ(std::get<labelled_folder>(found).problems[0],
            "a.pcap: TCP 192.0.2.1:1000 192.0.2.2:53: no such flow in the capture");
}

TEST_F(a_labelled_folder, missing_tables_columns_and_flows_are_refused_by_name) {
  const auto refusal = [&] {
    const auto found = read_labelled_folder(folder_.string(), read);
    const auto* why = std::get_if<failure>(&found);
    return why == nullptr ? std::string() : why->what;
  };
  write("flows.tsv", "label\tfile\tl4\tendpoint_a\tendpoint_b\n");
  EXPECT_NE(refusal().find("names no column \"tier\""), std::string::npos);
  write("flows.tsv", "label\tfile\tl4\tendpoint_a\tendpoint_b\ttier\n");
  EXPECT_NE(refusal().find("none of its tables' flows"), std::string::npos);
  std::filesystem::remove(folder_ / "flows.tsv");
  EXPECT_NE(refusal().find("flows.tsv: cannot open"), std::string::npos);
}

}  // namespace
}  // namespace troupe
