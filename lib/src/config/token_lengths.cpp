#include "config/token_lengths.hpp"

#include <chrono>
#include <cmath>
#include <functional>

#include "llmload/error.hpp"
#include "text/nearest.hpp"

namespace llmload::config {
namespace {

/// Of what a law is: how its members are read.
struct Measure {
  Numbers about;  // its mean and deviation
  std::function<unsigned(const Parameter&)> bound;
  double scale = 1;  // of what is given, to whole numbers
};

TokenLengths::Spread read_spread(const Parameter& p, const Measure& measure) {
  const std::vector<std::string_view> names = {"mean", "sd", "min", "max"};
  TokenLengths::Spread spread;
  std::size_t given = 0;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    ++given;
    if (name == "mean")
      spread.mean = item.as_number(measure.about) * measure.scale;
    else if (name == "sd")
      spread.sd = item.as_number(measure.about) * measure.scale;
    else if (name == "min")
      spread.least = measure.bound(item);
    else if (name == "max")
      spread.most = measure.bound(item);
    else
      item.complain("is no part of a distribution; did you mean " +
                    std::string(text::nearest({name.data(), name.size()}, names)) + "?");
  }
  if (given != names.size()) p.reject("a distribution with mean, sd, min and max");
  return spread;
}

/// Of an object.
TokenLengths read_law(const Parameter& p, const Measure& measure) {
  const boost::json::value* lognormal = p.as_object().if_contains("lognormal");
  if (lognormal != nullptr && p.as_object().size() != 1)
    p.reject("either {\"lognormal\": {..}} or mean, sd, min and max");
  const TokenLengths::Spread spread =
      read_spread(lognormal != nullptr ? p.member("lognormal", *lognormal) : p, measure);
  try {
    return lognormal != nullptr ? TokenLengths::lognormal(spread) : TokenLengths::normal(spread);
  } catch (const InputError& e) {
    p.complain(e.what());
  }
}

}  // namespace

TokenLengths read_token_lengths(const Parameter& p, const WholeNumbers& allowed) {
  const auto whole = [&allowed](const Parameter& item) {
    return static_cast<unsigned>(item.as_integer(allowed));
  };
  if (!p.is_object()) return whole(p);
  return read_law(p, {{0, static_cast<double>(allowed.most)}, whole});
}

std::optional<TokenLengths> read_milliseconds(const Parameter& p, const Numbers& allowed) {
  const auto ms = [&allowed](const Parameter& item) {
    return static_cast<unsigned>(
        std::llround(std::chrono::duration<double, std::milli>(item.as_time(allowed)).count()));
  };
  if (p.is_object()) return read_law(p, {{0, allowed.most}, ms, 1e3});
  const unsigned all = ms(p);
  return all == 0 ? std::nullopt : std::optional(TokenLengths(all));
}

}  // namespace llmload::config
