#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace llmload::tokenize {

/// Whether `code_point` may change, or change what is before it, in normalization form C.
bool may_change_in_nfc(char32_t code_point);

/// Whether `text` is surely in Unicode's normalization form C; false where only to_nfc() can tell.
bool is_nfc(std::string_view text);

/// `text` in normalization form C, of Unicode 9.0: newer marks are left where they are, as by the reference
/// tokenizers. Bytes that are no UTF-8 stay as they are.
std::string to_nfc(std::string_view text);

/// A text in normalization form C, but for its last part, which later text may change. It can be cut, before
/// and after it is normalized alike, where its parts end.
struct NormalizedParts {
  struct End {
    std::size_t original;
    std::size_t normalized;
  };
  std::string text;
  std::vector<End> ends;  // ascending
};

NormalizedParts nfc_parts(std::string_view text);

}  // namespace llmload::tokenize
