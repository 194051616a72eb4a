#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace llmload::protocol {

/// Makes of a response's head what Beast's parser takes, where curl, Go and Python take more than it does: a
/// status line without its reason and the blank before it, lines that end in LF alone, folded lines, and a
/// content-length beside chunks.
class HttpHead {
 public:
  /// What of `bytes` is a head, with its empty line; nothing where its end has not come.
  static std::optional<std::size_t> size_in(std::string_view bytes);

  /// `head`: a whole one.
  explicit HttpHead(std::string_view head);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// It gave two lengths, so the connection can't be trusted with another answer.
  [[nodiscard]] bool has_two_lengths() const { return two_lengths_; }
  /// "chunked" is there twice, which is refused as Go and nginx do: whoever is on the way may read it
  /// otherwise.
  [[nodiscard]] bool is_chunked_twice() const { return chunked_ > 1; }

 private:
  void add_field(std::string_view line);

  std::string text_, lengths_;
  unsigned chunked_ = 0;
  bool two_lengths_ = false;
};

/// A status line, without its end, in the form that it should have: one blank before the status, and one
/// behind it.
std::string plain_status_line(std::string_view line);

}  // namespace llmload::protocol
