#include "config/token_lengths.hpp"

#include "llmload/error.hpp"
#include "text/nearest.hpp"

namespace llmload::config {
namespace {

TokenLengths::Spread read_spread(const Parameter& p, const WholeNumbers& allowed) {
  const std::vector<std::string_view> names = {"mean", "sd", "min", "max"};
  TokenLengths::Spread spread;
  const Numbers about{0, static_cast<double>(allowed.most)};
  std::size_t given = 0;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    ++given;
    if (name == "mean")
      spread.mean = item.as_number(about);
    else if (name == "sd")
      spread.sd = item.as_number(about);
    else if (name == "min")
      spread.least = static_cast<unsigned>(item.as_integer(allowed));
    else if (name == "max")
      spread.most = static_cast<unsigned>(item.as_integer(allowed));
    else
      item.complain("is no part of a distribution; did you mean " +
                    std::string(text::nearest({name.data(), name.size()}, names)) + "?");
  }
  if (given != names.size()) p.reject("a distribution with mean, sd, min and max");
  return spread;
}

}  // namespace

TokenLengths read_token_lengths(const Parameter& p, const WholeNumbers& allowed) {
  if (!p.is_object()) return static_cast<unsigned>(p.as_integer(allowed));
  const boost::json::value* lognormal = p.as_object().if_contains("lognormal");
  if (lognormal != nullptr && p.as_object().size() != 1)
    p.reject("either {\"lognormal\": {..}} or mean, sd, min and max");
  const TokenLengths::Spread spread =
      read_spread(lognormal != nullptr ? p.member("lognormal", *lognormal) : p, allowed);
  try {
    return lognormal != nullptr ? TokenLengths::lognormal(spread) : TokenLengths::normal(spread);
  } catch (const InputError& e) {
    p.complain(e.what());
  }
}

}  // namespace llmload::config
