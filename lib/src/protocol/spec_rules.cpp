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

std::optional<unsigned> length_in(std::string_view extra_body) {
  boost::json::error_code ec;
  const boost::json::value patch = boost::json::parse({extra_body.data(), extra_body.size()}, ec);
  return ec || !patch.is_object() ? std::nullopt : dialect::length_in(patch.get_object());
}

}  // namespace llmload::protocol
