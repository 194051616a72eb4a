#include "config/keys.hpp"

#include <chrono>

#include "config/credentials.hpp"
#include "config/token_lengths.hpp"
#include "llmload/error.hpp"

namespace llmload::config {
namespace {

namespace json = boost::json;

constexpr std::uint64_t most_sessions = 100'000;
constexpr double most_seconds = 7 * 24 * 3600;
constexpr double least_rate = 1e-4, most_rate = 1e6;  // requests a second
constexpr std::uint64_t most_requests = 1'000'000'000;
constexpr unsigned most_prompt_tokens = 1'000'000, most_output_tokens = 10'000'000;

std::chrono::nanoseconds seconds(double s) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(s * 1e9));
}

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
    if (d.plan.endpoints.back().api != d.plan.endpoints.front().api) {
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

/// An empty list takes the levels of a file out.
void read_levels(Draft& d, const Parameter& p) {
  if (p.is_empty_list()) return;
  for (const Parameter& item : p.as_list())
    d.levels.push_back(static_cast<unsigned>(item.as_integer(1, most_sessions)));
}

/// A number, or {"from": .., "to": ..}: a ramp.
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

Key timeout(std::string_view name, std::chrono::nanoseconds Timeouts::*limit) {
  return {name, [limit](Draft& d, const Parameter& p) {
            d.plan.timeouts.*limit = seconds(p.as_number(0.001, most_seconds));
          }};
}

}  // namespace

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"MAX_NEW_TOKEN",
       [](Draft& d, const Parameter& p) {
         d.plan.max_tokens = static_cast<unsigned>(p.as_integer(1, most_output_tokens));
       }},
      {"CONCURRENT_LEVELS", read_levels},
      {"THRESHOLD_TPS", [](Draft& d, const Parameter& p) { d.plan.threshold_tps = p.as_number(0, 1e9); }},
      {"MODEL_PATH", [](Draft& d, const Parameter& p) { d.model_path = p.as_string(); }, false, true},
      {"RANDOM_PROMPT_LENGTH",
       [](Draft& d, const Parameter& p) {
         d.random_prompt_length = static_cast<unsigned>(p.as_integer(1, most_prompt_tokens));
       }},
      {"INPUT_TOKENS",
       [](Draft& d, const Parameter& p) { d.input_tokens = read_token_lengths(p, most_prompt_tokens); }},
      {"OUTPUT_TOKENS",
       [](Draft& d, const Parameter& p) { d.output_tokens = read_token_lengths(p, most_output_tokens); }},
      {"CACHE",
       [](Draft& d, const Parameter& p) {
         d.cache = p.as_choice({"shared", "unique"}) == 0 ? CachePolicy::shared : CachePolicy::unique;
       }},
      {"SALT", [](Draft& d, const Parameter& p) { d.plan.salt = p.as_word(); }, false, true},
      {"PRE_TOKENIZER", [](Draft& d, const Parameter& p) { d.tokenizer.pre_tokenizer = p.as_string(); },
       false, true},
      {"PARSE_SPECIAL", [](Draft& d, const Parameter& p) { d.tokenizer.parse_special = p.as_bool(); }},
      {"TOKENS_FROM",
       [](Draft& d, const Parameter& p) {
         d.tokens_from = p.as_choice({"tokenizer", "usage"}) == 0 ? TokensFrom::tokenizer : TokensFrom::usage;
       }},
      {"TEMPERATURE", [](Draft& d, const Parameter& p) { d.plan.temperature = p.as_number(0, 100); }},
      {"TOP_P", [](Draft& d, const Parameter& p) { d.plan.top_p = p.as_number(0, 1); }},
      {"MODEL_ENDPOINTS", read_endpoints},
      {"API_KEY", read_api_key, true, true},
      {"SYS_PROMPT", [](Draft& d, const Parameter& p) { d.plan.system_prompt = p.as_string(); }, false, true},
      {"PROMPTS", [](Draft& d, const Parameter& p) { d.prompts_path = d.path(p.as_string()); }, false, true},
      {"PROMPT_LENGTH", [](Draft& d, const Parameter& p) { d.prompt_length = p.as_word(); }, false, true},
      {"REQUESTS_PER_LEVEL",
       [](Draft& d, const Parameter& p) { d.requests_per_level = p.as_integer(1, most_requests); }},
      {"DURATION_SECONDS",
       [](Draft& d, const Parameter& p) { d.duration = seconds(p.as_number(0.001, most_seconds)); }},
      {"WARMUP_REQUESTS",
       [](Draft& d, const Parameter& p) { d.warmup_requests = p.as_integer(0, most_requests); }},
      {"WARMUP_SECONDS",
       [](Draft& d, const Parameter& p) { d.warmup = seconds(p.as_number(0, most_seconds)); }},
      {"COOLDOWN_SECONDS",
       [](Draft& d, const Parameter& p) { d.cooldown = seconds(p.as_number(0, most_seconds)); }},
      {"REQUEST_RATE", read_rates},
      {"ARRIVAL", read_arrival},
      {"BURSTINESS", [](Draft& d, const Parameter& p) { d.open.burstiness = p.as_number(0.001, 1e6); }},
      {"DUE_TIMES", read_due_files},
      {"MAX_CONCURRENCY",
       [](Draft& d, const Parameter& p) {
         d.open.most_under_way = static_cast<unsigned>(p.as_integer(1, most_sessions));
       }},
      {"WHEN_FULL",
       [](Draft& d, const Parameter& p) {
         d.open.when_full = static_cast<WhenFull>(p.as_choice({"queue", "drop"}));
       }},
      {"CONNECTIONS",
       [](Draft& d, const Parameter& p) {
         d.open.connections = static_cast<unsigned>(p.as_integer(1, most_sessions));
       }},
      {"CONNECTION",
       [](Draft& d, const Parameter& p) {
         d.plan.connection = static_cast<Connection>(p.as_choice({"keep-alive", "per-request"}));
       }},
      {"CORES",
       [](Draft& d, const Parameter& p) { d.plan.cores = static_cast<unsigned>(p.as_integer(0, 1024)); }},
      {"SEED", [](Draft& d, const Parameter& p) { d.seed = p.as_integer(0, std::uint64_t{1} << 53); }},
      {"STREAM", [](Draft& d, const Parameter& p) { d.plan.stream = p.as_bool(); }},
      {"GOODPUT", read_goodput},
      {"TIME_SOURCE",
       [](Draft& d, const Parameter& p) {
         d.plan.kernel_time = p.as_choice({"kernel", "user"}) == 0;
       }},
      {"RECORD_TEXT", [](Draft& d, const Parameter& p) { d.plan.record_text = p.as_bool(); }},
      {"COUNT_BOS", [](Draft& d, const Parameter& p) { d.plan.count_bos = p.as_bool(); }},
      {"MODEL", [](Draft& d, const Parameter& p) { d.plan.model = p.as_string(); }, false, true},
      {"AUTH", read_auth, true},  // a command may hold a secret
      {"EXTRA_HEADERS", read_extra_headers, true},
      {"EXTRA_BODY",
       [](Draft& d, const Parameter& p) { d.plan.extra_body = json::serialize(p.as_object()); }},
      {"CA_FILE", read_ca_file, false, true},
      {"TLS_VERIFY", [](Draft& d, const Parameter& p) { d.plan.tls_verify = p.as_bool(); }},
      {"ALLOW_PLAINTEXT_KEY", [](Draft& d, const Parameter& p) { d.plan.allow_plaintext_key = p.as_bool(); }},
      timeout("CONNECT_TIMEOUT_SECONDS", &Timeouts::connect),
      timeout("TLS_TIMEOUT_SECONDS", &Timeouts::tls),
      timeout("FIRST_BYTE_TIMEOUT_SECONDS", &Timeouts::first_byte),
      timeout("FIRST_TOKEN_TIMEOUT_SECONDS", &Timeouts::first_token),
      timeout("IDLE_TIMEOUT_SECONDS", &Timeouts::idle),
      timeout("REQUEST_TIMEOUT_SECONDS", &Timeouts::total),
      {"MAX_RESPONSE_BYTES",
       [](Draft& d, const Parameter& p) {
         d.plan.max_response_bytes = p.as_integer(1'024, std::uint64_t{1} << 40U);
       }},
      {"RETRY",
       [](Draft& d, const Parameter& p) {
         d.plan.retry.rate_limited = p.as_choice({"none", "rate-limited"}) == 1;
       }},
      {"MAX_RETRIES",
       [](Draft& d, const Parameter& p) {
         d.plan.retry.most = static_cast<unsigned>(p.as_integer(1, 1'000));
       }},
      {"RETRY_BUDGET_SECONDS",
       [](Draft& d, const Parameter& p) { d.plan.retry.budget = seconds(p.as_number(0.001, most_seconds)); }},
      {"QUOTA", read_quota},
      {"PRICE", read_price},
      {"MAX_ERROR_RATE", [](Draft& d, const Parameter& p) { d.plan.max_error_rate = p.as_number(0, 1); }},
  };
  return all;
}

}  // namespace llmload::config
