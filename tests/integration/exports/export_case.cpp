#include "tests/integration/exports/export_case.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <variant>

#include "actors/ingest/input.hpp"
#include "actors/pipeline/grammar/grammar.hpp"
#include "actors/pipeline/statistics/statistics.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"
#include "tests/actors/pipeline/parser/random_formats.hpp"
#include "tests/support/shipped_grammar.hpp"

namespace troupe {

namespace {

using namespace build;  // NOLINT(google-build-using-namespace): the words of these tests

export_case named(std::string name, format what, const std::vector<std::string>& hex_lines) {
  export_case made{std::move(name), std::move(what), {}};
  for (std::size_t i = 0; i < hex_lines.size(); ++i)
    made.samples.push_back({hex(hex_lines[i]), static_cast<direction>(i % 2)});
  return made;
}

std::string hex_of(std::string_view text) {
  std::string digits;
  std::array<char, 3> pair{};
  for (const char c : text) {
    std::snprintf(pair.data(), pair.size(), "%02x", static_cast<unsigned>(c) & 0xffU);
    digits += pair.data();
  }
  return digits;
}

export_case every_kind_of_field() {
  body elements;
  constexpr std::array<std::uint32_t, 10> sizes{1, 2, 3, 4, 5, 6, 7, 8, 9, 16};
  for (std::size_t kind = 0; kind < 17; ++kind)
    for (const auto size : sizes) {
      auto made = leaf(std::string("f") + std::to_string(kind) + '_' + std::to_string(size),
                       fixed(size), static_cast<field_kind>(kind));
      made.order = (kind + size) % 2 == 0 ? byte_order::big : byte_order::little;
      made.values = {{text_of("01ff22"), 7}};
      made.measures = length_relation{};
      if (size > 8) made.measures.reset();
      made.sums = checksum_relation{};
      made.evidence = {"ends: here # -- ]] \n \xff"};
      elements.push_back({made});
    }
  auto made = named("every_kind", of(elements), {""});
  for (int i = 0; i < 17 * 61; ++i) made.samples[0].bytes.push_back(i % 3 == 0 ? 0xff : 0x07);
  return made;
}

export_case names_that_are_hard() {
  body inner{{leaf("class", fixed(1))}, {leaf("start", fixed(1))}};
  auto what = of({{leaf("Type-1", fixed(1))},
                  {leaf("a_1", fixed(1))},
                  {leaf("a1", fixed(1))},
                  {leaf("", fixed(1))},
                  {leaf("end", fixed(1))},
                  {repeated("message", inner)}});
  what.types[0].name = "root";
  return named("9 lives: \"x\"", what, {"010203040506070809"});
}

export_case dns_like() {
  auto question_count = leaf("questions", fixed(2), field_kind::count);
  auto answer_count = leaf("answers", fixed(2), field_kind::count);
  auto questions = repeated("question", {{name_chain{"name", 0, {}}}, {leaf("kind", fixed(2))}});
  questions.count_field = 1;
  const auto data = one_of("data", 1,
                           {{text_of("0001"), {{leaf("address", fixed(4), field_kind::ipv4)}}},
                            {text_of("0005"), {{name_chain{"alias", 0, {}}}}}},
                           {{leaf("other", rest())}}, counted(2));
  auto answers = repeated("answer", {{name_chain{"name", 0, {}}},
                                     {leaf("kind", fixed(2))},
                                     {leaf("length", fixed(2), field_kind::length)},
                                     {data}});
  answers.count_field = 2;
  const auto what = of({{leaf("id", fixed(2), field_kind::id)},
                        {question_count},
                        {answer_count},
                        {questions},
                        {answers}});
  return named("dns_like", what,
               {"abcd 0001 0000 03777777 00 0001", "abcd 0000 0000",
                "abcd 0001 0002 0161 00 0001 c006 0001 0004 c0000201 c006 0005 0003 0162 00",
                "abcd 0000 0001 00 0099 0003 010203", "abcd 0000 0001 00 0001 0003 010203"});
}

export_case sized_parts() {
  auto marked = repeated("marked", {{leaf("a", fixed(1))}, {leaf("b", fixed(1))}});
  marked.end_mark = 0xff;
  auto counted_items = repeated("counted", {{leaf("v", fixed(2))}}, counted(1));
  counted_items.count_field = 0;
  auto little = leaf("little", fixed(3), field_kind::length);
  little.order = byte_order::little;
  const auto what = of({{leaf("n", fixed(1))},
                        {leaf("bytes", fixed(8))},
                        {counted_items},
                        {marked},
                        {little},
                        {leaf("data", counted(4, 2, -2))},
                        {leaf("pad", align(4))},
                        {leaf("line", until("\r\n"))},
                        {leaf("word", until(" "))},
                        {leaf("rest", rest(2))},
                        {leaf("sum", fixed(2))}});
  return named(
      "sized_parts", what,
      {std::string("02 0000000000000004 00010002 0102 ff 030000 aabbccdd 0000") +
           hex_of("a\rb\r\nc d") + "0102",
       "00 0000000000000000 ff 010000 000000 0d0a 20 0102",
       "00 0000000000000000 ff 010000 00000a 0102", "01 0000000000000004 00010002 ff 010000 00"});
}

export_case choices() {
  const body one{{leaf("x", fixed(1))}};
  const body two{{leaf("y", fixed(2))}};
  std::map<std::string, body> many;
  for (int i = 0; i < 40; ++i) many[std::string(1, static_cast<char>(i))] = i % 2 == 0 ? one : two;
  auto tag = leaf("tag", until(" "), field_kind::text);
  const auto what =
      of({{leaf("kind", fixed(1))},
          {one_of("by_byte", 0, many, {})},
          {leaf("wide", fixed(8))},
          {one_of("by_wide", 2, {{text_of("ffffffffffffffff"), one}}, two)},
          {tag},
          {one_of("by_text", 4, {{"GET ", one}, {"", two}}, {{leaf("all", rest())}})}});
  return named("choices", what,
               {std::string("00 aa ffffffffffffffff 01") + hex_of("GET ") + "09",
                std::string("27 aabb fffffffffffffffe 0102") + hex_of("PUT ") + "09080706",
                "28 fffffffffffffffe 0102", "28 fffffffffffffffe 0102 0102"});
}

export_case ber_by_tag() {
  auto what = of({{ber_tree{"pdu", 0, {"X.690"}}}});
  what.types.push_back(what.types.front());
  what.types.back().name = "other";
  what.types.back().elements = {{leaf("all", rest())}};
  what.pick.keywords = {{keyword::source::tag, 1, 0}, {keyword::source::tag, 0, 0}};
  what.pick.types = {{{text_of("02"), text_of("30")}, 0}, {{"", text_of("04")}, 0}};
  what.pick.fallback = 1;
  return named("ber_by_tag", what,
               {"3003020101", "30820003020101", "3000", "0401aa", "30", "", "3f8101 03020101",
                "3080", "300a 0201ff 0303 07 ff80", "3085 0000000003 020101",
                "30060201010401ff 0401aa", "300302ff01"});
}

export_case text_by_word() {
  format what = of({});
  what.types.clear();
  using style = text_lines::style;
  for (const auto first :
       {style::whole, style::words, style::delimited, style::rest, style::named}) {
    text_lines lines;
    lines.name = "lines";
    lines.first_line = first;
    lines.other_lines = first == style::words       ? style::delimited
                        : first == style::delimited ? style::rest
                        : first == style::rest      ? style::words
                                                    : style::named;
    message_type type;
    type.name = "t" + std::to_string(what.types.size());
    type.elements = {{lines}};
    what.types.push_back(type);
  }
  what.pick.keywords = {{keyword::source::word, 0, 0}, {keyword::source::word, 2, 0}};
  what.pick.types = {
      {{"a", "c"}, 0}, {{"b", ""}, 1}, {{"c", "d"}, 2}, {{"", ""}, 3}, {{"n", "h"}, 4}};
  what.pick.fallback = 1;
  std::vector<std::string> digits;
  for (const auto* text :
       {"a b c\r\nd  e f\r\n\r\n", "b x\nk: v;w\n\n", "c \t=x d\n(a),b\nmore\n", " \r\n", "",
        "  b\r\nzz\r\nx y", "unknown a=b\nc", "b \r\r\n,;\r\n", "a\nb\tc\n\r\n \n",
        "n 1 h\r\nHost: a b;c\r\nA:\nVia: a=b\n: c\nB : d\n<E>: f\n\r\nlast: 1",
        "n: 1 h\nx:<\ny: =\nz:\r\r\n:",
        "n , h\r\nTo: \"me\" <sip:a@b>;tag=c;d\r\nv:a=b:c==d=\ne=f: g\n", "n\th\na:b=c"})
    digits.push_back(hex_of(text));
  return named("text_by_word", what, digits);
}

export_case by_direction_and_size() {
  auto what = of({{leaf("a", rest())}});
  for (int i = 1; i < 3; ++i) {
    what.types.push_back(what.types.front());
    what.types.back().name = "t" + std::to_string(i);
    what.types.back().elements = {{leaf("b", fixed(static_cast<std::uint32_t>(i)))},
                                  {leaf("c", rest())}};
  }
  what.pick.keywords = {{keyword::source::direction, 0, 0},
                        {keyword::source::size, 0, 0},
                        {keyword::source::bytes, 1, 2}};
  what.pick.types = {{{text_of("00"), text_of("02"), ""}, 1},
                     {{text_of("01"), text_of("02"), text_of("0203")}, 2},
                     {{text_of("01"), text_of("03"), text_of("0203")}, 1}};
  return named("by_direction_and_size", what,
               {"0102", "010203", "0102", "01020304", "0102030405", "01020304", "00", "ff"});
}

}  // namespace

std::vector<export_case> hand_made_cases() {
  return {every_kind_of_field(),
          names_that_are_hard(),
          dns_like(),
          sized_parts(),
          choices(),
          ber_by_tag(),
          text_by_word(),
          by_direction_and_size()};
}

std::vector<export_case> random_cases(std::uint64_t first_seed, std::size_t formats,
                                      std::size_t messages) {
  std::vector<export_case> made;
  for (auto seed = first_seed; seed < first_seed + formats; ++seed) {
    auto drawn = make_random_case(seed, messages);
    std::mt19937_64 random(seed);
    export_case one{"seed_" + std::to_string(seed), std::move(drawn.what), {}};
    for (auto& sample : drawn.samples) {
      one.samples.push_back({mutated(sample.bytes, random), sample.dir});
      one.samples.push_back({std::move(sample.bytes), sample.dir});
    }
    made.push_back(std::move(one));
  }
  return made;
}

std::vector<export_case> inferred_cases(const std::string& folder, std::size_t messages) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (const auto kind = entry.path().extension(); kind == ".pcap" || kind == ".gz")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<export_case> made;
  for (const auto& file : files) {
    const auto read = read_file(file.string(), {});
    if (const auto* refused = std::get_if<failure>(&read)) throw std::runtime_error(refused->what);
    for (const auto& group : std::get<ingest_result>(read).groups) {
      export_case one{
          file.stem().string() + ' ' + group->name,
          infer_format(*group, compute_statistics(*group, {}), {}, test::shipped_cuts()),
          {}};
      for (const auto& each : group->messages) {
        const auto bytes = group->payload(each);
        if (one.samples.size() < messages && bytes.size() < 60'000)
          one.samples.push_back({{bytes.begin(), bytes.end()}, each.dir});
      }
      made.push_back(std::move(one));
    }
  }
  return made;
}

std::string run_tool(const std::string& command) {
  auto* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot start: " + command);
  std::string output;
  std::array<char, 65536> part{};
  while (const auto count = std::fread(part.data(), 1, part.size(), pipe))
    output.append(part.data(), count);
  if (const auto status = pclose(pipe); status != 0)
    throw std::runtime_error("failed (status " + std::to_string(status) + "): " + command);
  return output;
}

std::string fresh_folder(const std::string& name) {
  const auto folder = std::filesystem::path(TROUPE_BINARY_DIR) / "exports" / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace troupe
