#include "protocol/spec_rules.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "dialect/length.hpp"
#include "protocol/http/header_rules.hpp"
#include "protocol/target/plaintext_key.hpp"
#include "text/utf8.hpp"

namespace llmload::protocol {

namespace {

std::string problem_of_header(const std::pair<std::string, std::string>& header) {
  const std::string named = "a header \"" + header.first + "\" ";
  if (const std::string problem = problem_of_header_name(header.first); !problem.empty())
    return named + "that " + problem;
  if (may_hold_a_key(header.first))
    return named + "that may hold a key; it belongs into the plan's, which are shown nowhere";
  if (const std::string problem = problem_of_header_value(header.second); !problem.empty())
    return named + "whose value " + problem;
  return text::is_utf8(header.second) ? "" : named + "whose value is not UTF-8";
}

/// Empty where it is no object.
boost::json::object parsed(std::string_view patch) {
  boost::json::error_code ec;
  boost::json::value value = boost::json::parse({patch.data(), patch.size()}, ec);
  return ec || !value.is_object() ? boost::json::object() : std::move(value.get_object());
}

}  // namespace

std::string problem_of(const RequestSpec& spec, const Dialect* dialect) {
  if (spec.max_tokens == 0U) return "a max_tokens of 0";
  for (const Message& message : spec.messages) {
    for (const std::string* text : {&message.role, &message.text, &message.json}) {
      if (!text::is_utf8(*text)) return "a text that is not UTF-8";
    }
  }
  for (const auto& header : spec.headers) {
    if (std::string problem = problem_of_header(header); !problem.empty()) return problem;
  }
  if (!text::is_utf8(spec.body)) return "a body that is not UTF-8";
  return dialect != nullptr ? dialect->problem_of(spec) : "";
}

std::string problem_of(const RequestSpec& spec, const Plan& plan) {
  if (std::string problem = problem_of(spec, &dialect_of(plan)); !problem.empty()) return problem;
  const bool two = !plan.models.empty() && !spec.body.empty() && names_model(spec.body);
  return two ? "a body with a \"model\", and the plan's models say which it is" : "";
}

bool names_model(std::string_view patch) { return parsed(patch).contains("model"); }

std::optional<unsigned> length_in(std::string_view extra_body) {
  return dialect::length_in(parsed(extra_body));
}

}  // namespace llmload::protocol
