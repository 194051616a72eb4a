#include "dialect/known.hpp"

namespace llmload::dialect {

std::shared_ptr<const Dialect> known_by_path(std::string_view path) {
  for (const auto& dialect : {chat_dialect(), completions_dialect()}) {  // the longest suffix first
    if (path.ends_with(dialect->path_suffix())) return dialect;
  }
  return nullptr;
}

}  // namespace llmload::dialect
