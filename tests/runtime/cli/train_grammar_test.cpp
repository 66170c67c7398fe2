#include <gtest/gtest.h>

#include <filesystem>

#include "actors/pipeline/grammar/grammar_model.hpp"
#include "tests/actors/pipeline/grammar_training/made_protocols.hpp"
#include "tests/runtime/cli/cli_run.hpp"

namespace troupe::cli {
namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string jsonl_of(const labelled_protocol& from) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < from.fields.size(); ++i) {
    out += R"({"hex":")";
    for (const auto byte : from.traffic.payload(from.traffic.messages[i])) {
      out.append(1, digits[byte / 16]).append(1, digits[byte % 16]);
    }
    out += R"(","direction":"c2s","t":0,"flow":0,"fields":[)";
    for (const auto& one : from.fields[i]) {
      out += one.offset > 0 ? "," : "";
      out += R"({"offset":)" + std::to_string(one.offset) + R"(,"length":)" +
             std::to_string(one.size) + R"(,"name":"word","type":"uint"})";
    }
    out += "]}\n";
  }
  return out;
}

/// A folder with four small protocols.
class train_grammar : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& one : test::four_protocols(5)) {
      folder_.write(one.traffic.name + ".jsonl", jsonl_of(one));
    }
  }

  [[nodiscard]] cli_outcome train(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"train", "grammar", folder_.path("")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_cli(arguments);
  }

  const temporary_folder folder_;
  const temporary_folder results_;
};

TEST_F(train_grammar, the_same_folder_and_seed_give_the_same_files) {
  const auto first = results_.path("a.model");
  const auto second = results_.path("b.model");
  const auto did = train({"--output", first, "--seed", "7", "--name", "words 1"});
  ASSERT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_TRUE(has(did.out, "round 2 of 2: ")) << did.out;
  EXPECT_TRUE(has(did.out, "in training, mean")) << did.out;
  ASSERT_EQ(train({"--output", second, "--seed", "7", "--name", "words 1"}).code, exit_code::done);
  EXPECT_EQ(content_of(first), content_of(second));
  const auto read = load_grammar_model(first);
  ASSERT_TRUE(std::holds_alternative<grammar_model>(read)) << std::get<failure>(read).what;
  EXPECT_EQ(std::get<grammar_model>(read).name, "words 1");
  const auto card = content_of(results_.path("a.md"));
  EXPECT_TRUE(has(card, "# words 1\n") && has(card, "seed 7")) << card;
}

TEST_F(train_grammar, an_evaluation_judges_whole_protocols_and_no_output_writes_nothing) {
  const auto did = train({"--output", "", "--evaluate"});
  ASSERT_EQ(did.code, exit_code::done) << did.err;
  for (const auto* const part : {"fold 4 of 4", "  wide, left out", "left out, mean"}) {
    EXPECT_TRUE(has(did.out, part)) << part << "\n" << did.out;
  }
  EXPECT_TRUE(std::filesystem::is_empty(results_.path("")));
}

TEST_F(train_grammar, what_is_held_out_is_judged_and_not_learnt_from) {
  const auto model = results_.path("a.model");
  const auto did = train({"--output", model, "--hold-out", folder_.path("wide.jsonl")});
  ASSERT_EQ(did.code, exit_code::done) << did.err;
  EXPECT_TRUE(has(did.out, "wide, held out")) << did.out;
  const auto card = content_of(results_.path("a.md"));
  EXPECT_TRUE(has(card, "180 labelled messages of 3 protocols: bytes, fours, twos.")) << card;
  EXPECT_TRUE(has(card, "| wide, never learnt from |")) << card;
}

TEST_F(train_grammar, what_cannot_be_read_is_refused_with_file_and_line) {
  const auto bad = folder_.write("bad.jsonl", "{\"hex\":\"0g\"}\n");
  const auto did = train({"--output", results_.path("a.model")});
  EXPECT_EQ(did.code, exit_code::bad_input);
  EXPECT_TRUE(has(did.err, bad + ": line 1: \"hex\"")) << did.err;
  EXPECT_FALSE(std::filesystem::exists(results_.path("a.model")));
  std::filesystem::remove(bad);
  const auto card = train({"--output", results_.path("a.md")});
  EXPECT_EQ(card.code, exit_code::bad_input);
  EXPECT_TRUE(has(card.err, "a.md: the card beside the model ends in .md")) << card.err;
  const auto held = train({"--output", "", "--hold-out", "no/such.jsonl"});
  EXPECT_EQ(held.code, exit_code::bad_input);
  EXPECT_TRUE(has(held.err, "no/such.jsonl: cannot be opened")) << held.err;
  const auto unwritable = train({"--output", results_.path("no/such/a.model")});
  EXPECT_EQ(unwritable.code, exit_code::usage);
  EXPECT_TRUE(
      has(unwritable.err, "cannot write " + results_.path("no/such/a.model") + ": No such file"))
      << unwritable.err;
}

TEST_F(train_grammar, one_protocol_is_too_little_to_learn_from) {
  const auto did = train({"--output", "", "--hold-out", folder_.path("wide.jsonl"), "--hold-out",
                          folder_.path("twos.jsonl"), "--hold-out", folder_.path("fours.jsonl")});
  EXPECT_EQ(did.code, exit_code::bad_input);
  EXPECT_TRUE(has(did.err, "needs 2 protocols or more")) << did.err;
}

TEST(train_grammar_help, shows_an_example_and_the_form_of_the_data) {
  const auto did = run_cli({"train", "grammar", "--help"});
  EXPECT_EQ(did.code, exit_code::done);
  EXPECT_TRUE(has(did.out, "troupe train grammar --output grammar.model --evaluate labelled/"));
  EXPECT_TRUE(has(did.out, "\"fields\""));
  for (const auto& bad : {std::vector<std::string>{"--ridge", "0"}, {"--name", ""}}) {
    std::vector<std::string> arguments{"train", "grammar", "x"};
    arguments.insert(arguments.end(), bad.begin(), bad.end());
    EXPECT_EQ(run_cli(arguments).code, exit_code::usage);
  }
}

}  // namespace
}  // namespace troupe::cli
