#include "dialect/length.hpp"

#include "dialect/request_body.hpp"

namespace llmload::dialect {

namespace json = boost::json;

void set_length(json::object& body, std::span<const std::string_view> names, unsigned tokens) {
  if (names.empty()) return;
  bool is_said = false;
  for (const std::string_view name : names) {
    json::value* const said = body.if_contains(view(name));
    if (said == nullptr) continue;
    *said = tokens;
    is_said = true;
  }
  if (!is_said) body[view(names.front())] = tokens;
}

}  // namespace llmload::dialect
