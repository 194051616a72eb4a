#pragma once

#include <string_view>

namespace llmload::text {

/// What a file that begins with `bytes` is, in place of the text or the tokenizer that was to be read, and
/// what to do: "is a Git LFS pointer, not the file itself: run git lfs pull". "" where it is none of the
/// kinds that are known: a download's pointer or error page, compressed, in another encoding, a model's
/// weights.
std::string_view wrong_kind(std::string_view bytes);

}  // namespace llmload::text
