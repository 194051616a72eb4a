#include "config/keys.hpp"

#include <iterator>

#include "config/credentials.hpp"
#include "config/key_readers.hpp"

namespace llmload {
namespace config {
namespace {

namespace json = boost::json;

namespace limits = validation::limits;

Key timeout(const ParameterKey& about, std::string_view member, std::chrono::nanoseconds Timeouts::*limit) {
  return {about, member,
          [limit](Draft& d, const Parameter& p) { d.plan.timeouts.*limit = p.as_time(limits::timeout); }};
}

/// All but those of what is sent.
std::vector<Key> other_keys() {
  return {
      {{"MAX_NEW_TOKEN", "whole number, tokens", "256", "max_tokens of each request", "--max-tokens"},
       "max_tokens",
       [](Draft& d, const Parameter& p) {
         d.plan.max_tokens = static_cast<unsigned>(p.as_integer(limits::max_tokens));
       }},
      {{"CONCURRENT_LEVELS", "list of whole numbers", "required without REQUEST_RATE and DUE_TIMES",
        "one stage each: so many sessions in a closed loop", "--concurrency,-c", FlagForm::numbers},
       "stages",
       read_levels},
      {{"THRESHOLD_TPS", "number, tokens/s", "7", "requests that were slower than this are counted"},
       "threshold_tps",
       [](Draft& d, const Parameter& p) { d.plan.threshold_tps = p.as_number(limits::threshold_tps); }},
      {{"MODEL_PATH", "path", "none",
        "the tokenizer: a file, a model's directory, or an org/name in the Hugging Face cache",
        "--tokenizer"},
       "tokenizer",
       [](Draft& d, const Parameter& p) {
         d.model_path = p.as_string();
         d.model_file = p.as_path();
       },
       false,
       true},
      {{"PRE_TOKENIZER", R"("llama3", "cl100k", "o200k", "qwen2", "tekken", "gpt2")",
        "what the tokenizer's file tells", "how text is cut before it is merged"},
       "",
       [](Draft& d, const Parameter& p) { d.tokenizer.pre_tokenizer = p.as_string(); },
       false,
       true},
      {{"PARSE_SPECIAL", "true, false", "false", "the text of a special token is that token, not plain text"},
       "",
       [](Draft& d, const Parameter& p) { d.tokenizer.parse_special = p.as_bool(); }},
      {{"TOKENS_FROM", R"("tokenizer", "usage")", R"("tokenizer" where there is one)",
        "whose count of tokens the numbers are made from"},
       "tokens_from",
       [](Draft& d, const Parameter& p) {
         d.tokens_from = p.as_choice({"tokenizer", "usage"}) == 0 ? TokensFrom::tokenizer : TokensFrom::usage;
       }},
      {{"TEMPERATURE", "number", "0.6", "sent as temperature"},
       "temperature",
       [](Draft& d, const Parameter& p) { d.plan.temperature = p.as_number(limits::temperature); }},
      {{"TOP_P", "number, 0 to 1", "0.9", "sent as top_p"},
       "top_p",
       [](Draft& d, const Parameter& p) { d.plan.top_p = p.as_number(limits::top_p); }},
      {{"MODEL_ENDPOINTS", "URL, or list of URLs", "required",
        "what is asked, several in turn; the path ends in chat/completions, completions, /responses or "
        "/messages",
        "--endpoint,--base-url,--url,-u", FlagForm::texts},
       "endpoints",
       read_endpoints},
      {{"API_KEY", "string", "required unless AUTH is none",
        "the key, env:NAME or file:PATH; it is shown nowhere", "--api-key-env", FlagForm::variable},
       "api_key",
       read_api_key,
       true,
       true},
      {{"SYS_PROMPT", "string", "none", "chat: the system message"},
       "system_prompt",
       [](Draft& d, const Parameter& p) { d.plan.system_prompt = p.as_string(); },
       false,
       true},
      {{"REQUEST_RATE", R"(number, requests/s, or {"from": .., "to": ..}, or "inf", or a list of these)",
        "none", "one stage each: requests a second in an open loop", "--request-rate", FlagForm::numbers},
       "stages[].loop.rate",
       read_rates},
      {{"ARRIVAL", R"("constant", "poisson", "gamma")", R"("poisson"; "gamma" with BURSTINESS)",
        "the law of the gaps between due times"},
       "stages[].loop.arrival",
       read_arrival},
      {{"BURSTINESS", "number", "1",
        "shape of the gamma law: less than 1 comes in bursts, more is more even"},
       "",
       [](Draft& d, const Parameter& p) {
         d.open.burstiness = p.as_number({0.001, 1e6});
       }},
      {{"DUE_TIMES", "path, or list of paths", "none",
        "one stage each: a file of due times, seconds since the stage's start"},
       "",
       read_due_files},
      {{"MAX_CONCURRENCY", "whole number", "none", "open loop: so many requests under way at most",
        "--max-concurrency"},
       "",
       [](Draft& d, const Parameter& p) {
         d.open.most_under_way = static_cast<unsigned>(p.as_integer(limits::sessions));
       }},
      {{"WHEN_FULL", R"("queue", "drop")", R"("queue")",
        "what becomes of a request that is due when so many are under way"},
       "stages[].loop.when_full",
       [](Draft& d, const Parameter& p) {
         d.open.when_full = static_cast<WhenFull>(p.as_choice({"queue", "drop"}));
       }},
      {{"CONNECTIONS", "whole number",
        "twice the rate (of ramps, files and own pacers, of the busiest second), at most 1,000 and "
        "MAX_CONCURRENCY",
        "open loop: opened before each stage, and used in turn"},
       "stages[].loop.connections",
       [](Draft& d, const Parameter& p) {
         d.open.connections = static_cast<unsigned>(p.as_integer(limits::sessions));
       }},
      {{"REQUESTS_PER_LEVEL", "whole number", "N at level N: one wave",
        "requests of each stage's measured window", "--num-requests,--num-prompts,-n"},
       "stages[].requests",
       [](Draft& d, const Parameter& p) { d.requests_per_level = p.as_integer(limits::requests); }},
      {{"DURATION_SECONDS", "number, s", "none",
        "how long the measured window is; with REQUESTS_PER_LEVEL, what comes first", "--duration"},
       "stages[].duration",
       [](Draft& d, const Parameter& p) { d.duration = p.as_time(limits::duration); }},
      {{"WARMUP_REQUESTS", "whole number", "0", "so many requests come before the measured window"},
       "stages[].warmup_requests",
       [](Draft& d, const Parameter& p) { d.warmup_requests = p.as_integer(limits::warmup_requests); }},
      {{"WARMUP_SECONDS", "number, s", "0", "the measured window begins so long behind the stage's start",
        "--warmup"},
       "stages[].warmup",
       [](Draft& d, const Parameter& p) { d.warmup = p.as_time(limits::around_window); }},
      {{"RAMP_UP_SECONDS", "number, s", "0", "the sessions of a closed loop begin evenly over so long"},
       "stages[].loop.ramp_up",
       [](Draft& d, const Parameter& p) { d.ramp_up = p.as_time(limits::around_window); }},
      {{"COOLDOWN_SECONDS", "number, s", "0", "the load goes on so long behind the window"},
       "stages[].cooldown",
       [](Draft& d, const Parameter& p) { d.cooldown = p.as_time(limits::around_window); }},
      {{"CONNECTION", R"("keep-alive", "per-request")", R"("keep-alive")",
        "whether connections are kept, or opened by each request"},
       "connection",
       [](Draft& d, const Parameter& p) {
         d.plan.connection = static_cast<Connection>(p.as_choice({"keep-alive", "per-request"}));
       }},
      {{"CORES", "whole number", "0: all", "shards, a thread each", "--cores"},
       "cores",
       [](Draft& d, const Parameter& p) {
         d.plan.cores = static_cast<unsigned>(p.as_integer(limits::cores));
       }},
      {{"SEED", "whole number", "1", "of random prompts and lengths, and of random arrivals", "--seed"},
       "",
       [](Draft& d, const Parameter& p) {
         d.seed = p.as_integer({0, std::uint64_t{1} << 53U});
       }},
      {{"STREAM", "true, false", "false", "answers come as event streams", "--stream,--streaming",
        FlagForm::yes},
       "stream",
       [](Draft& d, const Parameter& p) { d.plan.stream = p.as_bool(); }},
      {{"GOODPUT", "object of numbers, ms", "none",
        "ttft_ms, tpot_ms, e2e_ms: a request within all that are given is a good one", "--goodput",
        FlagForm::limits},
       "goodput",
       read_goodput},
      {{"TIME_SOURCE", R"("kernel", "user")", R"("kernel")", "whose clock times the arrivals"},
       "kernel_time",
       [](Draft& d, const Parameter& p) {
         d.plan.kernel_time = p.as_choice({"kernel", "user"}) == 0;
       }},
      {{"RECORD_TEXT", "true, false", "true", "--records writes the text of the answers, too"},
       "record_text",
       [](Draft& d, const Parameter& p) { d.plan.record_text = p.as_bool(); }},
      {{"COUNT_BOS", "true, false", "false", "adds one token to each count, as the original does"},
       "count_bos",
       [](Draft& d, const Parameter& p) { d.plan.count_bos = p.as_bool(); }},
      {{"MODEL", "string", "the endpoint's, where it has one alone", "sent as model", "--model,-m"},
       "model",
       [](Draft& d, const Parameter& p) { d.plan.model = p.as_string(); },
       false,
       true},
      {{"MODELS", "object of numbers", "none",
        "several models, or adapters, in place of MODEL: the name of each, and its share of the requests"},
       "models",
       read_models},
      {{"AUTH", R"("auto", "bearer", "raw", "api-key", "none", or {"command": ..})", R"("auto")",
        "how the key is sent, or the command that prints it"},
       "auth",
       read_auth,
       true},  // a command may hold a secret
      {{"EXTRA_HEADERS", "object of strings", "none", "further header lines; their values are shown nowhere",
        "--header,-H", FlagForm::headers},
       "extra_headers",
       read_extra_headers,
       true},
      {{"EXTRA_BODY", "object", "none", "a JSON merge patch (RFC 7396) on the payload", "--extra-body"},
       "extra_body",
       [](Draft& d, const Parameter& p) { d.plan.extra_body = json::serialize(p.as_object()); }},
      {{"CA_FILE", "path", "none", "certificates (PEM) trusted beside the system's"},
       "ca_pem",
       read_ca_file,
       false,
       true},
      {{"CLIENT_CERT", "path", "none", "a certificate (PEM) to show to a server that asks for one"},
       "client_certificate_pem",
       read_client_certificate,
       false,
       true},
      {{"CLIENT_KEY", "path", "none", "its private key (PEM), which is not encrypted"},
       "client_key_pem",
       read_client_key,
       false,
       true},
      {{"TLS_VERIFY", "true, false", "true", "false takes any certificate, and warns"},
       "tls_verify",
       [](Draft& d, const Parameter& p) { d.plan.tls_verify = p.as_bool(); }},
      {{"ALLOW_PLAINTEXT_KEY", "true, false", "false",
        "lets the key go over plain http to an address that is not loopback"},
       "allow_plaintext_key",
       [](Draft& d, const Parameter& p) { d.plan.allow_plaintext_key = p.as_bool(); }},
      timeout({"CONNECT_TIMEOUT_SECONDS", "number, s", "5",
               "for each address of the name, with a proxy's tunnel"},
              "timeouts.connect", &Timeouts::connect),
      timeout({"TLS_TIMEOUT_SECONDS", "number, s", "10", "the handshake"}, "timeouts.tls", &Timeouts::tls),
      timeout({"FIRST_BYTE_TIMEOUT_SECONDS", "number, s", "600",
               "from sending the request to the answer's first byte"},
              "timeouts.first_byte", &Timeouts::first_byte),
      timeout({"FIRST_TOKEN_TIMEOUT_SECONDS", "number, s", "600",
               "from sending the request to a stream's first token"},
              "timeouts.first_token", &Timeouts::first_token),
      timeout({"IDLE_TIMEOUT_SECONDS", "number, s", "120",
               "between two events of a stream, or two reads of a whole answer"},
              "timeouts.idle", &Timeouts::idle),
      timeout({"REQUEST_TIMEOUT_SECONDS", "number, s", "600",
               "an attempt, with its connection, to the end of its answer"},
              "timeouts.total", &Timeouts::total),
      {{"READY_TIMEOUT_SECONDS", "number, s", "none: it does not wait",
        "before its first request the run waits so long at most until each endpoint answers"},
       "ready_timeout",
       [](Draft& d, const Parameter& p) { d.plan.ready_timeout = p.as_time(limits::timeout); }},
      {{"SERVER_METRICS", R"(URL, "auto", or "none")", R"("auto")",
        "the server's page of its own metrics, read each second; auto: /metrics beside /v1, where it is "
        "there"},
       "server_metrics",
       [](Draft& d, const Parameter& p) {
         d.plan.server_metrics = p.as_string();
         if (d.plan.server_metrics == "none") d.plan.server_metrics.clear();
       }},
      {{"MAX_RESPONSE_BYTES", "whole number, bytes", "67,108,864",
        "of an answer's body; the connection is closed there"},
       "max_response_bytes",
       [](Draft& d, const Parameter& p) {
         d.plan.max_response_bytes = p.as_integer(limits::response_bytes);
       }},
      {{"MAX_WAITING_BYTES", "whole number, bytes", "a quarter of the memory",
        "that answers hold together, under way or waiting to be counted; beyond it texts are dropped"},
       "max_waiting_bytes",
       [](Draft& d, const Parameter& p) { d.plan.max_waiting_bytes = p.as_integer(limits::waiting_bytes); }},
      {{"RETRY", R"("none", "rate-limited")", R"("none")",
        "rate-limited: a request that gets a 429 is sent again"},
       "retry.rate_limited",
       [](Draft& d, const Parameter& p) {
         d.plan.retry.rate_limited = p.as_choice({"none", "rate-limited"}) == 1;
       }},
      {{"MAX_RETRIES", "whole number", "5", "further attempts of a request"},
       "retry.most",
       [](Draft& d, const Parameter& p) {
         d.plan.retry.most = static_cast<unsigned>(p.as_integer(limits::retries));
       }},
      {{"RETRY_BUDGET_SECONDS", "number, s", "60",
        "from the first attempt; what would begin later is not tried"},
       "retry.budget",
       [](Draft& d, const Parameter& p) { d.plan.retry.budget = p.as_time(limits::retry_budget); }},
      {{"QUOTA", R"({"tokens_per_minute": .., "requests_per_minute": ..}, or one of the two)", "none",
        "requests are spaced evenly, so that they stay below it"},
       "quota",
       read_quota},
      {{"PRICE", R"({"input_per_million": .., "output_per_million": .., "currency": ".."})", "none",
        "for the cost, before, during and behind the run"},
       "price",
       read_price},
      {{"MAX_ERROR_RATE", "number, 0 to 1", "none",
        "a stage of which a larger share has failed, after 20 requests, begins no more"},
       "max_error_rate",
       [](Draft& d, const Parameter& p) { d.plan.max_error_rate = p.as_number(limits::error_rate); }},
      {{"MAX_REQUESTS", "whole number", "none", "of the whole run: behind so many nothing more is begun",
        "--max-requests"},
       "budget.requests",
       [](Draft& d, const Parameter& p) { d.plan.budget.requests = p.as_integer(limits::requests); }},
      {{"MAX_TOKENS", "whole number, tokens", "none",
        "of the whole run, prompts and answers: behind so many nothing more is begun", "--max-total-tokens"},
       "budget.tokens",
       [](Draft& d, const Parameter& p) { d.plan.budget.tokens = p.as_integer(limits::budget_tokens); }},
      {{"MAX_COST", "number, in PRICE's currency", "none",
        "of the whole run: behind it nothing more is begun", "--max-cost"},
       "budget.cost",
       [](Draft& d, const Parameter& p) { d.plan.budget.cost = p.as_number(limits::cost); }},
      {{"LABEL", "string", "none", "what the run is called in its outputs", "--label"},
       "label",
       [](Draft& d, const Parameter& p) { d.plan.label = p.as_string(); },
       false,
       true},
      {{"FAIL_IF", "string, or list of strings", "none",
        "a condition that no stage may meet (exit code 4): \"ttft_ms.p95 > 800\", \"failed > 0 at 64\"",
        "--fail-if", FlagForm::texts},
       "fail_if",
       read_fail_if},
  };
}

}  // namespace

const std::vector<Key>& key_table() {
  static const std::vector<Key> all = [] {
    std::vector<Key> keys = workload_keys();
    std::vector<Key> others = other_keys();
    keys.insert(keys.end(), std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
    return keys;
  }();
  return all;
}

}  // namespace config

std::span<const ParameterKey> keys() {
  static const std::vector<ParameterKey> all = [] {
    std::vector<ParameterKey> abouts;
    for (const config::Key& key : config::key_table()) abouts.push_back(key.about);
    return abouts;
  }();
  return all;
}

}  // namespace llmload
