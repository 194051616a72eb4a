#include "config/key_readers.hpp"

#include "llmload/error.hpp"

namespace llmload::config {
namespace {

constexpr double least_rate = 1e-4, most_rate = 1e6;  // requests a second

}  // namespace

void read_endpoints(Draft& d, const Parameter& p) {
  for (const Parameter& item : p.as_one_or_list()) {
    const std::string url = item.as_string();
    if (url.find("your-endpoint") != std::string::npos) {
      item.complain("still is the example's placeholder; put the URL of your own endpoint here");
    }
    try {
      d.plan.endpoints.push_back(parse_endpoint(url));
    } catch (const InputError& e) {
      item.complain(e.what());
    }
    if (d.plan.endpoints.back().dialect != d.plan.endpoints.front().dialect) {
      item.complain("mixes chat/completions with completions: all endpoints of a run must be of one kind");
    }
  }
}

void read_goodput(Draft& d, const Parameter& p) {
  const std::vector<std::string_view> names = {"ttft_ms", "tpot_ms", "e2e_ms"};
  Goodput limits;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    const double limit = item.as_number(0, most_seconds * 1e3);
    if (name == "ttft_ms")
      limits.ttft_ms = limit;
    else if (name == "tpot_ms")
      limits.tpot_ms = limit;
    else if (name == "e2e_ms")
      limits.e2e_ms = limit;
    else
      item.complain("is no limit; did you mean " + std::string(nearest({name.data(), name.size()}, names)) +
                    "?");
  }
  const bool none = !limits.ttft_ms && !limits.tpot_ms && !limits.e2e_ms;
  if (none) p.reject("an object with at least one of ttft_ms, tpot_ms and e2e_ms");
  d.plan.goodput = limits;
}

void read_levels(Draft& d, const Parameter& p) {
  if (p.is_empty_list()) return;
  for (const Parameter& item : p.as_list())
    d.levels.push_back(static_cast<unsigned>(item.as_integer(1, most_sessions)));
}

void read_rates(Draft& d, const Parameter& p) {
  for (const Parameter& item : p.as_one_or_list()) {
    if (!item.is_object()) {
      const double rate = item.as_number(least_rate, most_rate);
      d.open.rates.push_back({rate, rate});
      continue;
    }
    OpenLoop::Rate ramp;
    bool from = false, to = false;
    for (const auto& [name, value] : item.as_object()) {
      const Parameter end = item.member({name.data(), name.size()}, value);
      if (name != "from" && name != "to") end.complain("is no part of a ramp, which has \"from\" and \"to\"");
      (name == "from" ? from : to) = true;
      (name == "from" ? ramp.from : ramp.to) = end.as_number(0, most_rate);
    }
    if (!from || !to || (ramp.from == 0 && ramp.to == 0))
      item.reject("a rate, or a ramp with \"from\" and \"to\", of which one is above 0");
    if (ramp.from == ramp.to) item.reject("a ramp with two different rates, or one rate");
    d.open.rates.push_back(ramp);
  }
}

void read_due_files(Draft& d, const Parameter& p) {
  for (const Parameter& item : p.as_one_or_list()) {
    const std::string path = d.path(item.as_string());
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

void read_quota(Draft& d, const Parameter& p) {
  constexpr std::uint64_t most = 1'000'000'000'000;
  Quota quota;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    if (name == "tokens_per_minute")
      quota.tokens_per_minute = item.as_integer(1, most);
    else if (name == "requests_per_minute")
      quota.requests_per_minute = item.as_integer(1, most);
    else
      item.complain("is no quota; there are tokens_per_minute and requests_per_minute");
  }
  if (quota.tokens_per_minute == 0 && quota.requests_per_minute == 0)
    p.reject("an object with tokens_per_minute, requests_per_minute, or both");
  d.plan.quota = quota;
}

void read_price(Draft& d, const Parameter& p) {
  constexpr double most = 1e6;
  Price price;
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    if (name == "input_per_million")
      price.input = item.as_number(0, most);
    else if (name == "output_per_million")
      price.output = item.as_number(0, most);
    else if (name == "currency")
      price.currency = item.as_string();
    else
      item.complain("is no price; there are input_per_million, output_per_million and currency");
  }
  d.plan.price = price;
}

}  // namespace llmload::config
