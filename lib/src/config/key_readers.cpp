#include "config/key_readers.hpp"

#include "config/token_lengths.hpp"
#include "llmload/error.hpp"
#include "text/nearest.hpp"

namespace llmload::config {
namespace {

namespace limits = validation::limits;

/// A base URL, which has no path or ends in /v1, as that of its chat: "http://localhost:8000".
std::string completed(std::string url) {
  const auto authority = url.find("://");
  if (authority == std::string::npos || url.find_first_of("?#") != std::string::npos) return url;
  const auto path = url.find('/', authority + 3);
  std::string rest = path == std::string::npos ? "" : url.substr(path);
  while (rest.ends_with('/')) rest.pop_back();
  if (!rest.empty() && !rest.ends_with("/v1")) return url;
  url.resize(std::min(path, url.size()));
  return url + (rest.empty() ? "/v1" : rest) + "/chat/completions";
}

}  // namespace

void read_endpoints(Draft& d, const Parameter& p) {
  for (const Parameter& item : p.as_one_or_list()) {
    const std::string url = item.as_string();
    if (url.find("your-endpoint") != std::string::npos) {
      item.complain("still is the example's placeholder; put the URL of your own endpoint here");
    }
    try {
      d.plan.endpoints.push_back(parse_endpoint(completed(url)));
    } catch (const InputError& e) {
      item.complain(e.what());
    }
  }
}

void read_models(Draft& d, const Parameter& p) {
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    d.plan.models.push_back({name, item.as_number(limits::share)});
  }
  if (d.plan.models.empty())
    p.complain("is empty; it must have models and their shares: {\"a\": 3, \"b\": 1}");
}

void read_goodput(Draft& d, const Parameter& p) {
  const std::vector<std::string_view> names = {"ttft_ms", "tpot_ms", "e2e_ms"};
  Goodput goodput;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    const double limit = item.as_milliseconds(limits::goodput_ms);
    if (name == "ttft_ms")
      goodput.ttft_ms = limit;
    else if (name == "tpot_ms")
      goodput.tpot_ms = limit;
    else if (name == "e2e_ms")
      goodput.e2e_ms = limit;
    else
      item.complain("is no limit; did you mean " +
                    std::string(text::nearest({name.data(), name.size()}, names)) + "?");
  }
  d.plan.goodput = goodput;
}

void read_fail_if(Draft& d, const Parameter& p) {
  for (const Parameter& item : p.as_one_or_list()) {
    try {
      d.plan.fail_if.push_back(parse_condition(item.as_string()));
    } catch (const InputError& e) {
      item.complain(e.what());
    }
  }
}

void read_levels(Draft& d, const Parameter& p) {
  if (p.is_empty_list()) return;
  for (const Parameter& item : p.as_list())
    d.levels.push_back(static_cast<unsigned>(item.as_integer(limits::sessions)));
}

void read_rates(Draft& d, const Parameter& p) {
  if (p.is_empty_list()) return;
  for (const Parameter& item : p.as_one_or_list()) {
    if (item.is("inf")) {
      d.open.at_once = true;
      continue;
    }
    if (!item.is_object()) {
      const double rate = item.as_number(limits::rate);
      d.open.rates.push_back({rate, rate});
      continue;
    }
    OpenLoopKeys::Rate ramp;
    bool from = false, to = false;
    for (const auto& [name, value] : item.as_object()) {
      const Parameter end = item.member({name.data(), name.size()}, value);
      if (name != "from" && name != "to") end.complain("is no part of a ramp, which has \"from\" and \"to\"");
      (name == "from" ? from : to) = true;
      (name == "from" ? ramp.from : ramp.to) = end.as_number({0, limits::rate.most});
    }
    if (!from || !to || (ramp.from == 0 && ramp.to == 0))
      item.reject("a rate, or a ramp with \"from\" and \"to\", of which one is above 0");
    if (ramp.from == ramp.to) item.reject("a ramp with two different rates, or one rate");
    d.open.rates.push_back(ramp);
  }
}

void read_due_files(Draft& d, const Parameter& p) {
  for (const Parameter& item : p.as_one_or_list()) {
    const std::string path = item.as_path();
    try {
      d.open.due_files.push_back(
          {std::filesystem::path(path).filename().string(), make_due_file_pacer(path)});
    } catch (const InputError& e) {
      item.complain(e.what());
    }
  }
}

void read_arrival(Draft& d, const Parameter& p) {
  constexpr const char* names[] = {"constant", "poisson", "gamma"};
  d.open.arrival = names[p.as_choice({names[0], names[1], names[2]})];
}

void read_conversation(Draft& d, const Parameter& p) {
  constexpr WholeNumbers turns{1, 10'000}, tokens{1, 1'000'000};
  constexpr Numbers think{0, 86'400};
  const std::vector<std::string_view> names = {"turns", "think_seconds", "user_tokens"};
  ConversationKeys keys;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    if (name == "turns")
      keys.turns = read_token_lengths(item, turns);
    else if (name == "think_seconds")
      keys.think_ms = read_milliseconds(item, think);
    else if (name == "user_tokens")
      keys.user_tokens = read_token_lengths(item, tokens);
    else
      item.complain("is no part of a conversation; did you mean " +
                    std::string(text::nearest({name.data(), name.size()}, names)) + "?");
  }
  d.conversation = keys;
}

void read_prefix_law(Draft& d, const Parameter& p) {
  d.prefix_keys = true;
  if (!p.is_object()) {
    (void)p.as_choice({"uniform"});
    return;
  }
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    if (name != "zipf") item.complain("is no law; there are \"uniform\" and {\"zipf\": exponent}");
    d.prefix.zipf = item.as_number({0.01, 10});
  }
  if (!d.prefix.zipf) p.reject("\"uniform\", or {\"zipf\": exponent}");
}

void read_columns(Draft& d, const Parameter& p) {
  for (const auto& [name, value] : p.as_object())
    d.of_file().columns.emplace_back(name, p.member({name.data(), name.size()}, value).as_string());
}

void read_trace_columns(Draft& d, const Parameter& p) {
  for (const auto& [name, value] : p.as_object())
    d.of_trace().columns.emplace_back(name, p.member({name.data(), name.size()}, value).as_string());
}

void read_quota(Draft& d, const Parameter& p) {
  Quota quota;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    if (name == "tokens_per_minute")
      quota.tokens_per_minute = item.as_integer(limits::quota);
    else if (name == "requests_per_minute")
      quota.requests_per_minute = item.as_integer(limits::quota);
    else
      item.complain("is no quota; there are tokens_per_minute and requests_per_minute");
  }
  d.plan.quota = quota;
}

void read_price(Draft& d, const Parameter& p) {
  Price price;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    if (name == "input_per_million")
      price.input = item.as_number(limits::price);
    else if (name == "output_per_million")
      price.output = item.as_number(limits::price);
    else if (name == "currency")
      price.currency = item.as_string();
    else
      item.complain("is no price; there are input_per_million, output_per_million and currency");
  }
  d.plan.price = price;
}

}  // namespace llmload::config
