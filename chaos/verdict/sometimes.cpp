#include "chaos/verdict/sometimes.hpp"

#include <algorithm>
#include <vector>

namespace troupe::chaos {

namespace {

template <class Test>
auto any_request(Test test) {
  return [test](const history& told) { return std::ranges::any_of(told.requests, test); };
}

template <class Test>
auto any_event(Test test) {
  return [test](const history& told) { return std::ranges::any_of(told.events, test); };
}

bool overloaded(const event_record& one) {
  return one.what == event_record::kind::load && one.text == "overloaded";
}

auto ended_with(errc code) {
  return any_request([code](const request_record& one) { return one.code == code; });
}

}  // namespace

std::span<const sometimes_case> sometimes_cases() {
  using kind = event_record::kind;
  static const std::vector<sometimes_case> all{
      {"cached", "a request was answered from a cache",
       any_request([](const request_record& one) { return one.cached; })},
      {"partial", "a request had a partial answer",
       any_request([](const request_record& one) { return one.partial; })},
      {"deadline", "a request ran out of time, or its answer came too late",
       any_request([](const request_record& one) {
         return one.code == errc::deadline_exceeded ||
                (one.times > 0 && one.answered > one.deadline);
       })},
      {"overloaded", "a request was refused for want of room", ended_with(errc::overloaded)},
      {"poisoned", "a request was found poisonous", ended_with(errc::poisoned)},
      {"unavailable", "a request found nobody", ended_with(errc::unavailable)},
      {"stopping", "a request was refused by a stopping node", ended_with(errc::stopping)},
      {"forwarded", "a request was served by another node, and well",
       any_request([](const request_record& one) {
         return one.served_by != one.node && one.code == errc::none;
       })},
      {"restart", "an actor was started again", any_event([](const event_record& one) {
         return one.what == kind::started && one.life > 1;
       })},
      {"failed_start", "the start of an actor failed",
       any_event([](const event_record& one) { return one.what == kind::start_failed; })},
      {"gave_up", "a supervisor gave up",
       any_event([](const event_record& one) { return one.what == kind::gave_up; })},
      {"breaker_open", "a circuit breaker opened", any_event([](const event_record& one) {
         return one.what == kind::breaker && one.text == "open";
       })},
      {"breaker_closed", "a circuit breaker closed again", any_event([](const event_record& one) {
         return one.what == kind::breaker && one.text == "closed";
       })},
      {"probe_lost", "a breaker waited in vain for the outcome of a call that tried its stage",
       [](const history& told) { return told.probes_lost > 0; }},
      {"not_ready", "a node found itself overloaded", any_event(overloaded)},
      {"ready_again", "a node that was overloaded found itself at ease",
       [](const history& told) {
         const auto first = std::ranges::find_if(told.events, overloaded);
         return std::any_of(first, told.events.end(), [](const event_record& one) {
           return one.what == kind::load && one.text == "at ease";
         });
       }},
      {"warmed", "a node began with answers of another",
       any_event([](const event_record& one) { return one.what == kind::warmed && one.life > 0; })},
      {"node_restart", "a node was started again", any_event([](const event_record& one) {
         return one.what == kind::node_up && one.life > 1;
       })},
  };
  return all;
}

const sometimes_case* find_sometimes(std::string_view name) {
  const auto all = sometimes_cases();
  const auto found = std::ranges::find(all, name, &sometimes_case::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace troupe::chaos
