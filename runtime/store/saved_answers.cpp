#include "runtime/store/saved_answers.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>

#include "runtime/http/http_get.hpp"
#include "runtime/store/output_file.hpp"

namespace troupe {

namespace {

constexpr std::uint64_t page_most_bytes = page_limit_bytes + page_head_bytes;

content_hash boot_of_machine() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string text;
  file >> text;
  std::erase(text, '-');
  content_hash out;
  if (text.size() != 32) return out;  // none: only the clock of the day is left
  std::from_chars(text.data(), text.data() + 16, out.high, 16);
  std::from_chars(text.data() + 16, text.data() + 32, out.low, 16);
  return out;
}

duration read_clock(clockid_t which) {
  timespec now{};
  clock_gettime(which, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

failure problem(const std::string& name, std::uint64_t offset, std::string_view what) {
  auto text = name;
  text.append(": the page at offset ").append(std::to_string(offset)).append(" ").append(what);
  return {errc::bad_input, text};
}

warm_batch nothing_more(failure why) {
  warm_batch out;
  out.problem = std::move(why);
  return out;
}

warm_batch unreadable_page(const std::string& name, std::uint64_t offset, misread why) {
  const bool foreign = why == misread::foreign_format;
  auto out = nothing_more(problem(
      name, offset, foreign ? "is none of saved answers, or of another version" : "is damaged"));
  out.refused.add(foreign ? warm_outcome::foreign_format : warm_outcome::damaged);
  return out;
}

/// Reads one file, page after page.
class saved_file {
 public:
  saved_file(std::string path, bool may_be_missing)
      : path_(std::move(path)), may_be_missing_(may_be_missing) {}

  warm_batch next() {
    if (!stream_.is_open()) {
      stream_.open(path_, std::ios::binary);
      if (!stream_) return unopened(errno);
    }
    const auto head_bytes = read(page_head_bytes);
    if (stream_.bad()) return nothing_more(problem(path_, offset_, "cannot be read"));
    if (head_bytes.empty() && !goes_on_) return nothing_more({});
    if (head_bytes.empty()) return broken_off();
    const auto head = read_page_head(head_bytes);
    if (const auto* why = std::get_if<misread>(&head)) {
      return unreadable_page(path_, offset_, *why);
    }
    const auto& good = std::get<page_head>(head);
    const auto body = read(good.body_bytes);
    auto out =
        read_page_body(good, body, since(good.written, stamp_now()), {path_, offset_, entries_});
    offset_ += page_head_bytes + body.size();
    entries_ += good.entries;
    goes_on_ = good.next != 0;
    out.last = body.size() < good.body_bytes;  // otherwise the file's end will show
    return out;
  }

 private:
  std::string read(std::size_t bytes) {
    std::string out(bytes, '\0');
    stream_.read(out.data(), static_cast<std::streamsize>(bytes));
    out.resize(static_cast<std::size_t>(stream_.gcount()));
    return out;
  }

  [[nodiscard]] warm_batch unopened(int error) const {
    if (error == ENOENT && may_be_missing_) return {};
    auto text = std::string("cache.warm_from: ").append(path_).append(" cannot be read: ");
    return nothing_more({errc::bad_input, text.append(std::generic_category().message(error))});
  }

  [[nodiscard]] warm_batch broken_off() const {
    auto out =
        nothing_more(problem(path_, offset_,
                             offset_ == 0 ? "is missing: the file is empty"
                                          : "is missing: the file breaks off before its last"));
    out.refused.add(warm_outcome::damaged);
    return out;
  }

  std::string path_;
  bool may_be_missing_;
  std::ifstream stream_;
  std::uint64_t offset_ = 0;
  std::uint64_t entries_ = 0;
  bool goes_on_ = true;  // a page says that another follows
};

/// Reads one node, page after page.
class running_node {
 public:
  running_node(std::string url, std::string token, duration patience)
      : url_(std::move(url)), token_(std::move(token)), patience_(patience) {}

  warm_batch next() {
    const auto asked = read_clock(CLOCK_BOOTTIME);
    const auto got = http_get(page_url(url_, from_), token_, {patience_, page_most_bytes});
    if (const auto* why = std::get_if<failure>(&got)) return nothing_more(*why);
    const std::string_view bytes = std::get<std::string>(got);
    const auto head = read_page_head(bytes);
    if (const auto* why = std::get_if<misread>(&head)) return unreadable_page(url_, offset_, *why);
    const auto& good = std::get<page_head>(head);
    // No clocks of two machines are compared: older than it said by what the answer took at most.
    auto out = read_page_body(good, bytes.substr(page_head_bytes),
                              read_clock(CLOCK_BOOTTIME) - asked, {url_, offset_, entries_});
    if (good.next != 0 && good.next <= from_) {
      out.last = true;
      if (!out.problem) out.problem = problem(url_, offset_, "is followed by an earlier one");
    }
    offset_ += bytes.size();
    entries_ += good.entries;
    from_ = good.next;
    return out;
  }

 private:
  std::string url_;
  std::string token_;
  duration patience_;
  std::uint64_t from_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t entries_ = 0;
};

template <class Reader>
warm_source source_of(std::shared_ptr<Reader> reader) {
  return [reader = std::move(reader)](const std::function<void(warm_batch)>& tell) {
    tell(reader->next());
  };
}

}  // namespace

page_stamp stamp_now() {
  static const auto boot = boot_of_machine();
  return {boot, read_clock(CLOCK_BOOTTIME), read_clock(CLOCK_REALTIME)};
}

warm_source warm_from_file(std::string path, bool may_be_missing) {
  return source_of(std::make_shared<saved_file>(std::move(path), may_be_missing));
}

warm_source warm_from_node(std::string url, std::string token, duration patience) {
  return source_of(std::make_shared<running_node>(std::move(url), std::move(token), patience));
}

std::string page_url(std::string node, std::uint64_t from) {
  while (node.ends_with('/')) node.pop_back();
  return node.append("/v1/cache/entries?from=").append(std::to_string(from));
}

std::variant<saved, failure> save_answers(
    const std::filesystem::path& file,
    const std::function<std::variant<std::string, failure>(std::uint64_t from)>& page) {
  auto opened = output_file::open(file, 0600);  // what was found in traffic
  if (auto* why = std::get_if<failure>(&opened)) return std::move(*why);
  auto& out = *std::get<std::unique_ptr<output_file>>(opened);
  saved count;
  std::uint64_t from = 0;
  do {
    const auto got = page(from);
    if (const auto* why = std::get_if<failure>(&got)) return *why;
    const auto& bytes = std::get<std::string>(got);
    const auto head = read_page_head(bytes);
    const auto* good = std::get_if<page_head>(&head);
    if (good == nullptr || good->body_bytes != bytes.size() - page_head_bytes ||
        (good->next != 0 && good->next <= from)) {
      return failure{errc::bad_input,
                     "what came is no page of a cache; is it another version of the program?"};
    }
    out.stream() << bytes;
    if (auto why = out.flush()) return why;
    count.entries += good->entries;
    count.bytes += bytes.size();
    from = good->next;
  } while (from != 0);
  if (auto why = out.put_in_place()) return why;
  return count;
}

}  // namespace troupe
