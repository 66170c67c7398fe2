#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace troupe {

static_assert(std::endian::native == std::endian::little,
              "model files are little endian and read without conversion");

/// Appends plain values to bytes.
class model_writer {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void put(const T& value) { put_all(std::span(&value, 1)); }

  /// The values alone; the reader must know how many.
  template <class T, std::size_t Extent>
  requires std::is_trivially_copyable_v<std::remove_const_t<T>>
  void put_all(std::span<T, Extent> values) {
    const auto raw = std::as_bytes(values);
    const std::size_t old = bytes_.size();
    bytes_.resize(old + raw.size());
    if (!raw.empty()) std::memcpy(bytes_.data() + old, raw.data(), raw.size());
  }

  void put_text(const std::string& text) {
    put(static_cast<std::uint32_t>(text.size()));
    put_all(std::span(text.data(), text.size()));
  }

  [[nodiscard]] std::vector<std::uint8_t> take() && { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

/// Takes plain values from bytes. After the first value that is not there, all are zero or empty
/// and `good()` is false. Never reserves more than the bytes that are left.
class model_reader {
 public:
  explicit model_reader(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] T get() {
    T value{};
    if (const auto raw = take(sizeof(T)); !raw.empty()) std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }

  template <class T>
  requires std::is_trivially_copyable_v<T>
  [[nodiscard]] std::vector<T> get_all(std::size_t count) {
    if (count > rest_.size() / sizeof(T)) {
      good_ = false;
      return {};
    }
    const auto raw = take(count * sizeof(T));
    std::vector<T> values(count);
    if (!raw.empty()) std::memcpy(values.data(), raw.data(), raw.size());
    return values;
  }

  [[nodiscard]] std::string get_text() {
    const auto text = get_all<char>(get<std::uint32_t>());
    return {text.begin(), text.end()};
  }

  [[nodiscard]] bool good() const noexcept { return good_; }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::span<const std::uint8_t> take(std::size_t size) {
    if (size > rest_.size()) {
      good_ = false;
      return {};
    }
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  std::span<const std::uint8_t> rest_;
  bool good_ = true;
};

}  // namespace troupe
