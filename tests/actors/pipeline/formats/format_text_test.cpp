#include "actors/pipeline/formats/format_text.hpp"

#include <gtest/gtest.h>

#include "actors/pipeline/formats/format_rows.hpp"
#include "tests/actors/pipeline/grammar/made_traffic.hpp"
#include "tests/actors/pipeline/parser/builders.hpp"

namespace troupe {
namespace {

format small() {
  auto length = build::leaf("length", build::fixed(2), field_kind::length);
  length.measures = length_relation{length_relation::covers::element, 1, 1, 0};
  length.confidence = 0.5;
  length.minimum = 1;
  length.maximum = 2;
  auto what = build::of({{length},
                         {build::leaf("data", build::counted(0), field_kind::text)},
                         {build::repeated("rest", {{build::leaf("one", build::fixed(1))}})}});
  what.types[0].seen = 2;
  what.types[0].shortest = 3;
  what.types[0].longest = 5;
  return what;
}

TEST(format_text, says_what_every_field_is_with_examples_from_the_messages) {
  const auto text = to_grammar_text(
      small(), "small", test::group_of({build::hex("0001 61 07"), build::hex("0002 6263 0708")}));
  EXPECT_EQ(text,
            R"(format small: binary, big endian, 2 messages, version 1, confidence 0.00

one type

type message: 2 messages of 3 to 5 bytes, confidence 0.00
  at    field                     bytes             kind          order   sure
  0     length                    2                 length        big     0.50
          = value = bytes of data
          from 1 to 2
          such as 00 01, 00 02
  2     data                      length            text                  0.00
          such as "a", "bc"
  -     rest                                        list                  0.00
  -       one                     1                 number                0.00
            such as 07, 08
)");
}

TEST(format_text, a_field_more_changes_no_other_line) {
  auto more = small();
  more.types[0].elements.push_back({build::leaf("a_name_that_is_much_longer", build::fixed(0))});
  const auto none = test::group_of({});
  const auto before = to_grammar_text(small(), "small", none);
  EXPECT_EQ(to_grammar_text(more, "small", none).substr(0, before.size()), before);
}

TEST(format_rows, offsets_are_told_as_long_as_they_are_always_the_same) {
  const auto what = small();
  const auto rows = rows_of(what.types[0].elements);
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].offset, 2U);
  EXPECT_EQ(rows[2].offset, std::nullopt);
  EXPECT_EQ(rows[3].depth, 1U);
  EXPECT_EQ(rows[1].shape.find("length of 2"), rows[1].shape.find("length")) << rows[1].shape;
}

}  // namespace
}  // namespace troupe
