#include "protocol/http/header_rules.hpp"

#include <string>
#include <utility>

#include "validation/refuse.hpp"
#include "validation/rules.hpp"

namespace llmload::validation {
namespace {

void check_value(const std::string& member, std::string_view value) {
  if (std::string problem = protocol::problem_of_header_value(value); !problem.empty())
    refuse(member, std::move(problem));
}

}  // namespace

void check_headers(const Plan& plan) {
  check_value("api_key", plan.api_key.reveal());
  for (std::size_t i = 0; i < plan.extra_headers.size(); ++i) {
    const auto& [name, value] = plan.extra_headers[i];
    const std::string member = item("extra_headers", i);
    if (std::string problem = protocol::problem_of_header_name(name); !problem.empty())
      refuse(member + ".first", std::move(problem));
    check_value(member + ".second", value);
    require_utf8(member + ".second", value);
  }
}

}  // namespace llmload::validation
