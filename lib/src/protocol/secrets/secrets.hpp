#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llmload/plan.hpp"

namespace llmload::protocol {

struct NamedSecret {
  std::string name;  ///< for people: "API_KEY"; empty: it may well be none, a URL's "stream=1"
  std::string value;
};

/// What of a plan must be shown nowhere: its key, the values of its extra headers, its proxies' credentials
/// and the values of its URLs' queries. Of a value that names its scheme ("Bearer ..."), what is behind that.
/// Without the keys that credentials give.
std::vector<NamedSecret> secrets_of(const Plan& plan);

/// `value` without "Bearer " or "Basic ".
std::string_view without_scheme(std::string_view value);

}  // namespace llmload::protocol
