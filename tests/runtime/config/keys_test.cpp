#include "runtime/config/keys.hpp"

#include <gtest/gtest.h>

#include <set>

using namespace std::chrono_literals;

namespace troupe {
namespace {

std::optional<std::string> try_assign(std::string_view key, std::string_view text, options& into) {
  const auto* known = find_key(key);
  if (known == nullptr) return "no such key";
  return assign(*known, text, into);
}

}  // namespace

TEST(keys, every_key_has_its_own_name_and_its_own_place) {
  options o;
  std::set<std::string_view> names;
  std::set<void*> places;
  for (const auto& key : config_keys()) {
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    void* place = std::visit([](auto* p) -> void* { return p; }, key.slot(o));
    EXPECT_TRUE(places.insert(place).second) << key.name;
    EXPECT_FALSE(key.meaning.empty()) << key.name;
  }
}

TEST(keys, every_default_is_inside_its_own_range) {
  const options defaults;
  for (const auto& key : config_keys()) {
    options copy;
    const auto problem = assign(key, text_of(key, defaults), copy);
    EXPECT_FALSE(problem) << key.name << ": " << problem.value_or("");
    EXPECT_EQ(text_of(key, copy), text_of(key, defaults)) << key.name;
  }
}

TEST(keys, the_edges_of_a_range_belong_to_it) {
  options o;
  EXPECT_FALSE(try_assign("http.port", "65535", o));
  EXPECT_EQ(o.http.port, 65535);
  EXPECT_TRUE(try_assign("http.port", "65536", o));
  EXPECT_FALSE(try_assign("discovery.deadline", "1ms", o));
  EXPECT_TRUE(try_assign("discovery.deadline", "999us", o));
  EXPECT_FALSE(try_assign("discovery.deadline", "1h", o));
  EXPECT_EQ(o.discovery.deadline, 1h);
  EXPECT_FALSE(try_assign("sla.objective", "1", o));
  EXPECT_TRUE(try_assign("sla.objective", "1.0001", o));
}

TEST(keys, a_value_of_the_wrong_kind_is_refused_and_changes_nothing) {
  options o;
  EXPECT_TRUE(try_assign("http.port", "80 80", o));
  EXPECT_TRUE(try_assign("http.port", "0x50", o));
  EXPECT_TRUE(try_assign("http.port", "-1", o));
  EXPECT_TRUE(try_assign("http.port", "", o));
  EXPECT_TRUE(try_assign("http.port", "8080ms", o));
  EXPECT_TRUE(try_assign("http.body_limit_bytes", "1000000", o)) << "a size needs its unit";
  EXPECT_TRUE(try_assign("cache.enabled", "yes", o));
  EXPECT_TRUE(try_assign("sla.objective", "nan", o));
  EXPECT_TRUE(try_assign("node.name", "two\nlines", o));
  EXPECT_TRUE(try_assign("node.name", std::string(4097, 'n'), o));
  const options defaults;
  EXPECT_EQ(o.http.port, defaults.http.port);
  EXPECT_EQ(o.node.name, defaults.node.name);
}

TEST(keys, a_refusal_says_what_is_allowed) {
  options o;
  EXPECT_EQ(try_assign("http.port", "99999", o), "expected a whole number from 0 to 65535");
  EXPECT_EQ(try_assign("discovery.deadline", "5", o),
            "expected a duration from 1ms to 1h (ns, us, ms, s, m, h)");
  EXPECT_EQ(try_assign("sla.objective", "2", o), "expected a number from 0 to 1");
  EXPECT_EQ(try_assign("discovery.mode", "acurate", o),
            "expected one of fast, balanced, accurate; did you mean accurate?");
}

TEST(keys, a_slip_of_the_finger_is_recognised_and_a_strange_word_is_not) {
  const std::vector<std::string_view> known{"http.port", "http.threads", "log.level"};
  EXPECT_EQ(did_you_mean("http.prot", known), "http.port");
  EXPECT_EQ(did_you_mean("htp.port", known), "http.port");
  EXPECT_EQ(did_you_mean("log.levels", known), "log.level");
  EXPECT_EQ(did_you_mean("kafka.brokers", known), std::nullopt);
  EXPECT_EQ(did_you_mean(std::string(100'000, 'x'), known), std::nullopt);
}

}  // namespace troupe
