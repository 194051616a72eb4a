#include "protocol/spec_rules.hpp"

#include "protocol/http/header_rules.hpp"
#include "protocol/target/plaintext_key.hpp"
#include "text/utf8.hpp"

namespace llmload::protocol {

std::string problem_of(const RequestSpec& spec) {
  if (spec.max_tokens == 0U) return "a max_tokens of 0";
  for (const Message& message : spec.messages) {
    for (const std::string* text : {&message.role, &message.text, &message.json}) {
      if (!text::is_utf8(*text)) return "a text that is not UTF-8";
    }
  }
  for (const auto& [name, value] : spec.headers) {
    if (const std::string problem = problem_of_header_name(name); !problem.empty())
      return "a header \"" + name + "\" that " + problem;
    if (may_hold_a_key(name))
      return "a header \"" + name +
             "\" that may hold a key; it belongs into the plan's, which are shown nowhere";
    if (const std::string problem = problem_of_header_value(value); !problem.empty() || !text::is_utf8(value))
      return "a header \"" + name + "\" whose value " + (problem.empty() ? "is not UTF-8" : problem);
  }
  return text::is_utf8(spec.body) ? "" : "a body that is not UTF-8";
}

}  // namespace llmload::protocol
