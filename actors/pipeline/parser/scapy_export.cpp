#include "actors/pipeline/parser/scapy_export.hpp"

#include <cstdint>
#include <utility>
#include <variant>

#include "actors/pipeline/parser/export_text.hpp"
#include "actors/pipeline/parser/numbers.hpp"
#include "actors/pipeline/parser/scapy_runtime.hpp"

namespace troupe {

namespace {

using how = size_rule::how;

/// What a field must not be called: attributes of scapy.packet.Packet (2.5) and of `Body`, and
/// Python's words.
constexpr std::string_view field_words =
    "add_parent add_payload aliastypes answers build bytes_of command comment copy "
    "default_fields direction display dissect explicit extents fields fields_desc fieldtype "
    "firstlayer fragment hashret haslayer lastlayer layers mysummary name original parent "
    "payload problem read_size route show show2 sniffed_on sprintf summary time underlayer "
    "wirelen and as assert async await break class continue def del elif else except finally "
    "for from global if import in is lambda nonlocal not or pass raise return try while with "
    "yield ";

/// The names that the module has already.
constexpr std::string_view class_words =
    "body message raw packet does_not_fit end_mark ber_element ber_children whole_line word_line "
    "rest_line "
    "token_line named_line bytes_field number_field choice_field items_field lines_field str_field "
    "packet_field packet_list_field byte_field short_field int_field long_field udp tcp ip ether "
    "le_short_field le_int_field le_long_field field "
    "ip_field ip6_field mac_field none true false types keywords fallback blanks ";

void take_all(unique_names& names, std::string_view words) {
  while (!words.empty()) {
    const auto end = words.find(' ');
    names.take(words.substr(0, end));
    words.remove_prefix(end + 1);
  }
}

/// A bytes literal of Python.
std::string bytes_literal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "b\"";
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    if (value >= 0x20 && value < 0x7f && byte != '"' && byte != '\\') {
      text += byte;
      continue;
    }
    text += "\\x";
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text + '"';
}

/// A string literal of Python; what is no ASCII is escaped.
std::string text_literal(std::string_view text) { return bytes_literal(text).substr(1); }

/// A text that stays on its comment line.
std::string comment(std::string_view indent, std::string_view text) {
  std::string line(indent);
  line += "# ";
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    line += byte < 0x20 || byte > 0x7e ? '?' : c;
  }
  return line + '\n';
}

/// "dns_query" as "DnsQuery".
std::string camel_case(std::string_view name) {
  std::string text;
  bool begins = true;
  for (const char c : name) {
    if (c == '_') {
      begins = true;
      continue;
    }
    text += begins && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins = false;
  }
  return text;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += "; ";
    text += part;
  }
  return text;
}

std::string_view order_name(byte_order order) {
  return order == byte_order::big ? "\"big\"" : "\"little\"";
}

std::string_view source_name(keyword::source from) {
  using enum keyword::source;
  switch (from) {
    case bytes: return "bytes_keyword";
    case direction: return "direction_keyword";
    case word: return "word_keyword";
    case size: return "size_keyword";
    case tag: break;
  }
  return "tag_keyword";
}

/// Scapy's own class for an integer; empty where it has none of this width (that for three bytes
/// says it needs four).
std::string_view integer_class(std::uint32_t bytes, bool big) {
  switch (bytes) {
    case 1: return "ByteField";
    case 2: return big ? "ShortField" : "LEShortField";
    case 4: return big ? "IntField" : "LEIntField";
    case 8: return big ? "LongField" : "LELongField";
    default: return {};
  }
}

/// The value that a packet has which is built from nothing: what was seen most.
std::string usual_bytes(const field& f) {
  if (!f.values.empty() && f.values.front().bytes.size() == f.size.bytes)
    return f.values.front().bytes;
  return std::string(f.size.bytes, '\0');
}

class scapy_writer {
 public:
  scapy_writer() { take_all(class_names_, class_words); }

  std::string write(const format& what, std::string_view title, const export_place& place) {
    const auto top = class_name(title);
    std::string text = comment("", "Inferred from traffic: " + std::string(title));
    for (const auto& line : what.evidence) text += comment("", line);
    text += imports(place);
    text.append(scapy_runtime()).append(scapy_parts()).append(scapy_dispatch());
    text += "\nclass " + top + "(Message):\n    name = " + text_literal(title) +
            "\n\n    @classmethod\n    def dispatch_hook(cls, _pkt=None, *args, **kargs):\n"
            "        if not _pkt:\n            return cls\n"
            "        outer = kargs.get(\"_underlayer\")\n"
            "        return type_of(_pkt, getattr(outer, \"sport\", None) == " +
            std::to_string(place.port) + ")\n\n\n";
    std::vector<std::string> types;
    for (const auto& type : what.types) {
      written_.clear();
      types.push_back(
          body_class(std::string(title) + '_' + type.name, type.elements, top,
                     "Seen " + std::to_string(type.seen) + " times. " + joined(type.evidence)));
      text += written_;
    }
    return text + selection(what.pick, types) + registration(top, place);
  }

 private:
  std::string class_name(std::string_view wanted) { return camel_case(class_names_.take(wanted)); }

  static std::string imports(const export_place& place) {
    std::string text =
        "\nfrom scapy.fields import (\n"
        "    ByteField, Field, IntField, IP6Field, IPField, LEIntField, LELongField, "
        "LEShortField,\n"
        "    LongField, MACField, PacketField, PacketListField, ShortField, StrField,\n)\n";
    if (place.l4 == transport::udp) text += "from scapy.layers.inet import UDP\n";
    if (place.l4 == transport::tcp) text += "from scapy.layers.inet import TCP\n";
    if (place.l4 == transport::ethernet) text += "from scapy.layers.l2 import Ether\n";
    return text + "from scapy.packet import Packet, Raw, bind_layers\n";
  }

  static std::string registration(const std::string& top, const export_place& place) {
    const auto port = std::to_string(place.port);
    const auto bind = [&](std::string_view layer, std::string_view key) {
      std::string line = "bind_layers(";
      line.append(layer).append(", ").append(top).append(", ").append(key);
      return line.append("=").append(port).append(")\n");
    };
    if (place.port == 0) return {};
    if (place.l4 == transport::udp) return "\n" + bind("UDP", "sport") + bind("UDP", "dport");
    if (place.l4 == transport::tcp) return "\n" + bind("TCP", "sport") + bind("TCP", "dport");
    if (place.l4 == transport::ethernet) return "\n" + bind("Ether", "type");
    return {};
  }

  static std::string selection(const selector& pick, const std::vector<std::string>& types) {
    std::string text = "\nKEYWORDS = [\n";
    for (const auto& word : pick.keywords) {
      text.append("    (").append(source_name(word.from));
      text += ", " + std::to_string(word.offset) + ", " + std::to_string(word.width) + "),\n";
    }
    text += "]\nTYPES = {\n";
    for (const auto& [tuple, type] : pick.types) {
      text += "    (";
      for (const auto& value : tuple) text.append(bytes_literal(value)).append(", ");
      if (tuple.size() > 1) text.resize(text.size() - 2);
      if (tuple.size() == 1) text.resize(text.size() - 1);
      text += "): " + types[type] + ",\n";
    }
    return text + "}\nFALLBACK = " + types[pick.fallback] + '\n';
  }

  /// Writes the class of a body behind those that it uses; returns its name.
  std::string body_class(const std::string& wanted, const body& elements, std::string_view base,
                         std::string_view doc) {
    const auto name = class_name(wanted);
    surroundings here{elements, wanted, unique_names(), {}};
    take_all(here.names, field_words);
    std::string fields;
    for (const auto& each : elements)
      fields += std::visit([&](const auto& n) { return this->node(n, here); }, each.node);
    written_.append("class ").append(name).append("(").append(base).append("):\n");
    written_.append("    ").append(text_literal(doc)).append("\n\n");
    written_.append("    name = ").append(text_literal(name)).append("\n    fields_desc = [\n");
    written_.append(fields).append("    ]\n\n\n");
    return name;
  }

  /// A body while it is written.
  struct surroundings {
    const body& elements;
    std::string path;
    unique_names names;
    std::vector<std::string> ids;  // of the elements so far

    std::string take(std::string_view wanted) {
      ids.push_back(names.take(wanted));
      return text_literal(ids.back());
    }

    [[nodiscard]] std::string number(std::uint32_t element) const {
      const auto& f = std::get<field>(elements[element].node);
      std::string text = "number(" + text_literal(ids[element]) + ", ";
      return text.append(order_name(f.order)).append(")");
    }
  };

  static std::string size_of(const size_rule& rule, const surroundings& here) {
    const auto bytes = std::to_string(rule.bytes);
    switch (rule.kind) {
      case how::fixed: return "fixed(" + bytes + ')';
      case how::rest: return "rest(" + bytes + ')';
      case how::align: return "aligned(" + bytes + ')';
      case how::until: return "until(" + bytes_literal(rule.delimiter) + ')';
      case how::counted:
        return "counted(" + here.number(rule.length_field) + ", " + std::to_string(rule.unit) +
               ", " + std::to_string(rule.bias) + ')';
      case how::inlined: break;
    }
    return "None";
  }

  static std::string line(const std::string& call) { return "        " + call + ",\n"; }

  std::string node(const field& f, surroundings& here) {
    std::string text;
    for (const auto& about : describe(f)) text += comment("        ", about);
    const auto size = size_of(f.size, here);
    return text + line(field_call(f, here.take(f.name), size));
  }

  static std::string field_call(const field& f, const std::string& name, const std::string& size) {
    const auto bytes = f.size.kind == how::fixed ? f.size.bytes : 0;
    const auto big = f.order == byte_order::big;
    if (is_integer_kind(f.kind) && bytes >= 1 && bytes <= 8) return integer_call(f, name);
    if (f.kind == field_kind::ipv4 && bytes == 4) return "IPField(" + name + ", \"0.0.0.0\")";
    if (f.kind == field_kind::ipv6 && bytes == 16) return "IP6Field(" + name + ", \"::\")";
    if (f.kind == field_kind::mac && bytes == 6)
      return "MACField(" + name + ", \"00:00:00:00:00:00\")";
    if (f.kind == field_kind::real && (bytes == 4 || bytes == 8)) {
      std::string call = "Field(" + name + ", 0, \"";
      return call.append(big ? ">" : "<").append(bytes == 4 ? "f\")" : "d\")");
    }
    const auto usual = f.size.kind == how::fixed ? usual_bytes(f) : std::string();
    return "BytesField(" + name + ", " + bytes_literal(usual) + ", " + size + ')';
  }

  static std::string integer_call(const field& f, const std::string& name) {
    const auto usual = usual_bytes(f);
    const std::vector<std::uint8_t> bytes(usual.begin(), usual.end());
    const auto value = std::to_string(read_number(bytes, f.order));
    const auto known = integer_class(f.size.bytes, f.order == byte_order::big);
    if (!known.empty()) return std::string(known) + '(' + name + ", " + value + ')';
    std::string call = "NumberField(" + name + ", " + value + ", ";
    call.append(std::to_string(f.size.bytes)).append(", ");
    return call.append(order_name(f.order)).append(")");
  }

  std::string node(const list& l, surroundings& here) {
    const auto item =
        body_class(here.path + '_' + l.name, l.item, "Body", "An item. " + joined(l.evidence));
    std::string call = ", " + item;
    if (l.size.kind != how::inlined) call += ", size=" + size_of(l.size, here);
    if (l.count_field) call += ", count=" + here.number(*l.count_field);
    if (l.end_mark) call += ", end_mark=" + std::to_string(*l.end_mark);
    return line("ItemsField(" + here.take(l.name) + call + ')');
  }

  std::string node(const choice& c, surroundings& here) {
    std::string call = ", " + text_literal(here.ids[c.on]) + ", {";
    const auto path = here.path + '_' + c.name;
    for (const auto& [key, picked] : c.cases) {
      const auto name = body_class(path, picked, "Body", "Where it is " + shown_bytes(key) + '.');
      call += '\n' + std::string(12, ' ') + bytes_literal(key) + ": " + name + ',';
    }
    call += "}, " + body_class(path + "_other", c.otherwise, "Body", "For other values.");
    if (c.size.kind != how::inlined) call += ", size=" + size_of(c.size, here);
    return line("ChoiceField(" + here.take(c.name) + call + ')');
  }

  std::string node(const ber_tree& b, surroundings& here) {
    return comment("        ", joined(b.evidence)) +
           line("ItemsField(" + here.take(b.name) + ", BerElement)");
  }

  std::string node(const text_lines& t, surroundings& here) {
    const auto of = [&](text_lines::style style) -> std::string {
      using enum text_lines::style;
      switch (style) {
        case whole: return "WholeLine";
        case words: return "WordLine";
        case delimited: return "token_line(" + bytes_literal(t.separators) + ')';
        case named: return "named_line(" + bytes_literal(t.separators) + ')';
        case rest: break;
      }
      return "RestLine";
    };
    return comment("        ", joined(t.evidence)) +
           line("LinesField(" + here.take(t.name) + ", " + of(t.first_line) + ", " +
                of(t.other_lines) + ')');
  }

  std::string node(const name_chain& n, surroundings& here) {
    return comment("        ", joined(n.evidence)) +
           line("BytesField(" + here.take(n.name) + ", b\"\\x00\", name_chain)");
  }

  unique_names class_names_;
  std::string written_;
};

}  // namespace

std::string to_scapy(const format& what, std::string_view protocol_name,
                     const export_place& place) {
  return scapy_writer().write(what, protocol_name, place);
}

}  // namespace troupe
