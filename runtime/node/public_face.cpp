// The embedding API: what runtime/node.hpp promises, handed to what is behind it.

#include <random>
#include <utility>

#include "runtime/node.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/node/pending_answer.hpp"

namespace troupe {

node::node(options settings) {
  auto parts = real_parts(settings);
  parts.boot = std::random_device{}();
  self_ = std::make_unique<implementation>(std::move(settings), std::move(parts));
}

node::~node() = default;

pending_answer node::discover(discovery_request request) {
  return self_->discover(std::move(request));
}

void node::discover(discovery_request request, std::function<void(discovery_outcome)> done) {
  self_->discover(std::move(request), std::move(done));
}

tree_snapshot node::snapshot() const { return self_->snapshot(); }

std::vector<component_health> node::health_report() const { return self_->health_report(); }

std::vector<breaker_report> node::breakers() const { return self_->breakers(); }

failure node::order_breaker(std::string_view dependency, breaker_order what) {
  return self_->order_breaker(dependency, what);
}

bool node::ready() const noexcept { return self_->ready(); }

bool node::live() const noexcept { return self_->live(); }

std::function<void(double)> node::counter(const std::string& name, const std::string& help,
                                          const labels& with) {
  return self_->own_metrics().counter(name, help, with);
}

std::function<void(double)> node::gauge(const std::string& name, const std::string& help,
                                        const labels& with) {
  return self_->own_metrics().gauge(name, help, with);
}

std::function<void(double)> node::histogram(const std::string& name, const std::string& help,
                                            const std::vector<double>& bounds, const labels& with) {
  return self_->own_metrics().histogram(name, help, bounds, with);
}

std::function<void(double)> node::summary(const std::string& name, const std::string& help,
                                          const std::vector<double>& quantiles,
                                          const labels& with) {
  return self_->own_metrics().summary(name, help, quantiles, with);
}

std::vector<objective_status_ptr> node::objectives() const { return self_->objectives(); }

std::string node::metrics_text() const { return self_->metrics_text(); }

std::uint16_t node::http_port() const noexcept { return self_->http_port(); }

void node::stop() { self_->stop(); }

}  // namespace troupe
