#include "chaos/world/world.hpp"

#include <algorithm>
#include <utility>

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

world::world(std::uint64_t seed, std::uint32_t nodes)
    : seed_(seed), count_(nodes), luck_(seed, "faults") {}

world::~world() = default;

standing_fault& world::add(std::string name, const fault_family& family, selector where,
                           const fault_settings& settings) {
  auto one = std::make_unique<standing_fault>();
  one->name = std::move(name);
  one->family = &family;
  one->where = std::move(where);
  one->what = family.make(settings);
  return *faults_.emplace_back(std::move(one));
}

bool world::selected(const standing_fault& one, const place& where) const {
  if (one.where.kind && *one.where.kind != where.kind) return false;
  const auto text = where.text();
  if (!fits(one.where.path, text)) return false;
  if (one.where.share >= 1) return true;
  dice drawn(seed_, one.name + " at " + text);
  return drawn.chance(one.where.share);
}

faults_here world::faults_at(const place& where) const {
  faults_here out;
  for (const auto& one : faults_) {
    if (reaches(one->family->touches, where) && selected(*one, where)) out.push_back(one.get());
  }
  return out;
}

std::vector<place> world::targets(const standing_fault& one) const {
  auto out = places();
  std::erase_if(out, [&](const place& where) {
    return !reaches(one.family->touches, where) || !selected(one, where);
  });
  return out;
}

duration world::stretched(const place& where, const faults_here& here, duration cost) {
  for (auto* one : here) {
    if (one->on) cost = one->what->stretch(where, cost, *this);
  }
  return cost;
}

bool world::spoils_start(const place& where) {
  return std::ranges::any_of(faults_at(where), [&](auto* one) {
    return one->on && one->what->spoils_start(where, *this);
  });
}

void world::switch_all_off() {
  for (auto& one : faults_) switch_off(*one);
}

void world::switch_on(standing_fault& one) {
  alone([&] {
    if (!one.on) {
      one.on = true;
      ++faults_on_;
      record({event_record::kind::fault_on, now(), 0, one.where.path, one.name, 0, true, 0, {}});
    }
    const auto touched = targets(one);
    one.what->begin(*this, touched);
  });
}

void world::switch_off(standing_fault& one) {
  alone([&] {
    if (!one.on) return;
    one.on = false;
    --faults_on_;
    one.what->end(*this);
    record({event_record::kind::fault_off, now(), 0, one.where.path, one.name, 0, true, 0, {}});
  });
}

void world::judge(passing& message) {
  for (auto* one : message.here) {
    if (!one->on) continue;
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
  record({event_record::kind::fault, now(), where.node, where.path, name, 0, false, 0, {}});
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
  after(delay, [this, &of, what = std::move(what)] {
    alone([&] {
      const auto found =
          std::ranges::find_if(faults_, [&](const auto& one) { return one->what.get() == &of; });
      if (found != faults_.end() && (*found)->on) what();
    });
  });
}

void world::note_step(const place& to, std::uint64_t request, std::string_view kind) {
  if (request == traced_) told_.trace.push_back({now(), to.text(), std::string(kind)});
}

std::uint32_t world::link_end(const place& link) {
  const auto at = link.path.rfind("to-n");
  if (at == link.path.npos) return 0;
  return static_cast<std::uint32_t>(std::stoul(link.path.substr(at + 4)));
}

void world::tell_of(event_record::kind what, std::uint32_t node, std::string path, std::string text,
                    std::uint64_t life) {
  record({what, now(), node, std::move(path), std::move(text), life, true, 0, {}});
}

}  // namespace troupe::chaos
