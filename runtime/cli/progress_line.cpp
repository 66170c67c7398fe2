#include "runtime/cli/progress_line.hpp"

#include <ostream>

#include "runtime/cli/report/words.hpp"
#include "runtime/wire/text.hpp"

namespace troupe::cli {
namespace {

constexpr std::size_t bar_width = 20;

double share(double part, double whole) { return whole <= 0 ? 0 : part / whole; }

style bar_style(const console& io) {
  style look;
  look.unicode = io.unicode;
  return look;
}

std::string in_frame(const console& io, double part) {
  const auto look = bar_style(io);
  return std::string(either(look, "▕", "[")) + bar(look, part, bar_width) +
         std::string(either(look, "▏", "]"));
}

}  // namespace

bool progress_line::is_due(time_point now) const {
  return io_.err_is_terminal && now - started_ >= std::chrono::seconds(1) &&
         now - drawn_ >= std::chrono::milliseconds(100);
}

void progress_line::reading(const std::string& input, std::uint64_t done, std::uint64_t total,
                            time_point now) {
  if (!is_due(now)) return;
  auto text = "reading " + wire::clean_text(input) + "  ";
  if (total > 0) {
    text += in_frame(io_, share(static_cast<double>(done), static_cast<double>(total))) + "  " +
            byte_count(done) + " of " + byte_count(total);
  } else {
    text += byte_count(done);
  }
  draw(text, now);
}

void progress_line::working(const std::string& input, std::size_t groups_done, std::size_t groups,
                            const std::string& on, duration took, duration budget, time_point now) {
  if (!is_due(now)) return;
  draw(wire::clean_text(input) + "  " +
           in_frame(io_, share(static_cast<double>(groups_done), static_cast<double>(groups))) +
           "  " + std::to_string(groups_done) + " of " + counted(groups, "group") + ", " +
           wire::clean_text(on) + " for " + time_span(took) + " of " + time_span(budget),
       now);
}

void progress_line::draw(const std::string& text, time_point now) {
  io_.err << "\r\x1b[K" << cut(text, io_.width > 1 ? io_.width - 1 : 1) << std::flush;
  drawn_ = now;
  visible_ = true;
}

void progress_line::clear() {
  if (visible_) io_.err << "\r\x1b[K" << std::flush;
  visible_ = false;
}

}  // namespace troupe::cli
