#include "dialect/known.hpp"

namespace llmload::dialect {

std::shared_ptr<const Dialect> known_by_path(std::string_view path) {
  // Of two suffixes with one end the longer comes first.
  for (const auto& dialect :
       {chat_dialect(), completions_dialect(), responses_dialect(), anthropic_dialect()}) {
    if (path.ends_with(dialect->path_suffix())) return dialect;
  }
  return nullptr;
}

}  // namespace llmload::dialect
