#include <algorithm>
#include <stdexcept>
#include <utility>

#include "chaos/simulator/world.hpp"

// What faults see of a simulated world, and what they do to it; what its stages compute.

namespace troupe::chaos {

namespace {

bool fits(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.npos;
  std::size_t marked = 0;
  while (t < text.size()) {
    if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      marked = t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++marked;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

stage_table world::stages_of(std::uint32_t node) {
  stage_table out;
  for (const auto which : all_stages) {
    out[static_cast<std::size_t>(which)] = [this, node, which](const stage_input& input,
                                                               findings& found, bool& cut_short) {
      return run_stage(node, which, input, found, cut_short);
    };
  }
  return out;
}

failure world::run_stage(std::uint32_t node, stage which, const stage_input& input, findings& found,
                         bool& cut_short) {
  auto cost = with_.costs->draw(which, input.context.effort, input.traffic.messages.size(), costs_);
  if (faults_on_ > 0) {
    const place where{node, "compute/" + std::string(to_string(which)) + "/workers",
                      actor_kind::worker};
    for (const auto& one : faults_) {
      if (one->on && reaches(one->family->touches, where) && selected(*one, where)) {
        cost = one->what->stretch(where, cost, *this);
      }
    }
  }
  sim_.compute(cost);
  if (sim_.take_doom()) throw std::runtime_error("injected crash");
  if (with_.stages == stages_are::real) {
    return (*with_.real_stages)[static_cast<std::size_t>(which)](input, found, cut_short);
  }
  auto& known = modelled_[&input.traffic];
  if (!known.stats) {
    auto stats = std::make_shared<statistics>();
    stats->messages = input.traffic.messages.size();
    stats->bytes = input.traffic.bytes.size();
    known = {std::move(stats), std::make_shared<format>(), std::make_shared<parse_report>(),
             std::make_shared<classification>(), std::make_shared<validation>()};
  }
  switch (which) {
    case stage::statistics: found.stats = known.stats; break;
    case stage::grammar: found.grammar = known.grammar; break;
    case stage::parser: found.parse = known.parse; break;
    case stage::classifier: found.protocol = known.protocol; break;
    case stage::validator: found.validity = known.validity; break;
  }
  return {};
}

standing_fault& world::add(std::string name, const fault_family& family, selector where,
                           const fault_settings& settings) {
  auto one = std::make_unique<standing_fault>();
  *one = {std::move(name), &family, std::move(where), family.make(settings), false, 1};
  return *faults_.emplace_back(std::move(one));
}

bool world::selected(const standing_fault& one, const place& where) const {
  const auto text = where.text();
  if (!fits(one.where.path, text)) return false;
  if (one.where.share >= 1) return true;
  dice drawn(with_.seed, one.name + " at " + text);
  return drawn.chance(one.where.share);
}

std::vector<place> world::targets(const standing_fault& one) const {
  std::vector<place> out;
  const auto consider = [&](const place& where) {
    if (reaches(one.family->touches, where) && selected(one, where)) out.push_back(where);
  };
  for (const auto& [number, node] : nodes_) {
    if (node.root) consider({number, "", actor_kind::supervisor});
    for (const auto& [other, unused] : nodes_) {
      if (other != number)
        consider({number, "link/to-n" + std::to_string(other), actor_kind::link});
    }
  }
  for (const auto& [name, one_living] : actors_) {
    if (caf::actor_cast<caf::actor>(one_living.actor)) consider(one_living.where);
  }
  return out;
}

void world::switch_on(standing_fault& one) {
  if (!one.on) {
    one.on = true;
    ++faults_on_;
    told_.add(
        {event_record::kind::fault_on, sim_.now(), 0, one.where.path, one.name, 0, true, 0, {}});
  }
  const auto touched = targets(one);
  one.what->begin(*this, touched);
}

void world::switch_off(standing_fault& one) {
  if (!one.on) return;
  one.on = false;
  --faults_on_;
  one.what->end(*this);
  told_.add(
      {event_record::kind::fault_off, sim_.now(), 0, one.where.path, one.name, 0, true, 0, {}});
}

void world::judge(passing& message) {
  for (const auto& one : faults_) {
    if (!one->on || !reaches(one->family->touches, message.where)) continue;
    if (!selected(*one, message.where)) continue;
    if (one->intensity < 1 && !luck_.chance(one->intensity)) continue;
    const bool held_before = message.held;
    one->what->touch(message, *this);
    if (message.held && !held_before) message.holder = one->what.get();
  }
}

void world::note_fault(const fault& which, const place& where) {
  const auto found =
      std::ranges::find_if(faults_, [&](const auto& one) { return one->what.get() == &which; });
  const auto& name = found == faults_.end() ? std::string("fault") : (*found)->name;
  told_.add({event_record::kind::fault, sim_.now(), where.node, where.path, name, 0, false, 0, {}});
}

bool world::kill(const place& where) {
  const auto found = actors_.find(where.text());
  if (found == actors_.end()) return false;
  const auto actor = caf::actor_cast<caf::actor>(found->second.actor);
  if (!actor) return false;
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  return true;
}

bool world::hang(const place& worker, bool on) {
  const auto found = actors_.find(worker.text());
  if (found == actors_.end() || !found->second.gate) return false;
  found->second.gate->hang(on);
  return true;
}

void world::end_hangs() {
  for (auto& [name, one] : actors_) {
    if (one.gate) one.gate->hang(false);
  }
}

void world::hold(const fault& by, std::function<void()> deliver) {
  held_[&by].push_back(std::move(deliver));
}

void world::let_go(const fault& holder) {
  auto held = held_.extract(&holder);
  if (held.empty()) return;
  for (const auto& deliver : held.mapped()) deliver();
}

void world::after(duration delay, const fault& of, std::function<void()> what) {
  sim_.after(delay, [this, &of, what = std::move(what)] {
    const auto found =
        std::ranges::find_if(faults_, [&](const auto& one) { return one->what.get() == &of; });
    if (found != faults_.end() && (*found)->on) what();
  });
}

std::uint32_t world::link_end(const place& link) {
  const auto at = link.path.rfind("to-n");
  if (at == link.path.npos) return 0;
  return static_cast<std::uint32_t>(std::stoul(link.path.substr(at + 4)));
}

}  // namespace troupe::chaos
