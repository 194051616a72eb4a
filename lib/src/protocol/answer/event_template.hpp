#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmload::protocol {

/// An event that has been parsed, around its one piece of text. Most events of a stream are the one before
/// them with another piece, and need not be parsed again to be known: what follows from the rest of the JSON
/// follows again.
class EventTemplate {
 public:
  /// `piece`, a part of `event`, is the inside of a JSON string without escapes.
  void set(std::string_view event, std::string_view piece) {
    if (event.size() - piece.size() > most_kept) return clear();
    const auto begin = static_cast<std::size_t>(piece.data() - event.data());
    before_ = event.substr(0, begin);
    after_ = event.substr(begin + piece.size());
  }
  void clear() { before_.clear(); }

  /// The piece of `event`, where all else of it is the same; nothing where it must be parsed.
  [[nodiscard]] std::optional<std::string_view> piece_of(std::string_view event) const {
    if (before_.empty() || event.size() < before_.size() + after_.size()) return std::nullopt;
    if (!event.starts_with(before_) || !event.ends_with(after_)) return std::nullopt;
    const auto piece = event.substr(before_.size(), event.size() - before_.size() - after_.size());
    const auto ends_or_escapes = [](char c) {
      return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    };
    if (std::ranges::any_of(piece, ends_or_escapes)) return std::nullopt;
    return piece;
  }

 private:
  static constexpr std::size_t most_kept = 4 * 1024;  // each connection has one
  std::string before_, after_;
};

}  // namespace llmload::protocol
