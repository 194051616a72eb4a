#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace llmload::dataset {

/// What parts the rows of a file: line ends; the commas of a JSON list; line ends outside of quotes.
enum class Container : std::uint8_t { lines, list, csv };

/// Cuts a text, which begins at a row or between two, into its rows. What a row is by itself is not looked
/// at.
class RowCutter {
 public:
  /// `is_rest`: nothing comes behind `text`, which must outlive the cutter.
  RowCutter(Container container, std::string_view text, bool is_rest)
      : container_(container), text_(text), is_rest_(is_rest) {}

  /// The next row, without what parts it from others. Nothing: there is none, or it goes on behind the text.
  /// Throws InputError, with what is wrong alone, where a list's rows are not parted as JSON's are.
  std::optional<std::string_view> next();

  /// How far it has come: behind the last row that next() gave, and behind what parts that from the next one.
  [[nodiscard]] std::size_t at() const { return at_; }
  /// The list's end was found.
  [[nodiscard]] bool list_ended() const { return list_ended_; }

 private:
  [[nodiscard]] std::optional<std::string_view> line();
  [[nodiscard]] std::optional<std::string_view> record();
  [[nodiscard]] std::optional<std::string_view> element();
  [[nodiscard]] bool end_list(std::size_t from);

  Container container_;
  std::string_view text_;
  bool is_rest_;
  std::size_t at_ = 0;
  bool list_ended_ = false;
};

}  // namespace llmload::dataset
