#include "simulator/answers/answerer.hpp"

#include <ctime>

#include "net/arrival_clock.hpp"
#include "simulator/dialects/anthropic.hpp"
#include "simulator/dialects/openai_dialect.hpp"
#include "simulator/dialects/responses.hpp"
#include "simulator/faults/faulty_answer.hpp"
#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

namespace {

/// Those that are drawn with a request.
constexpr auto fault_levels = {FaultLevel::listener, FaultLevel::answer, FaultLevel::stream,
                               FaultLevel::keep_alive};

bool can_befall(Fault fault, const Question& question, bool kept) {
  if (fault == Fault::refused) return false;  // drawn at the start
  if (fault == Fault::close_on_request) return kept;
  return level_of(fault) != FaultLevel::stream || question.stream;
}

/// Those of the options come first.
std::vector<std::shared_ptr<const SimulatedDialect>> spoken(const SimulatorOptions& options) {
  auto dialects = options.dialects;
  dialects.push_back(make_simulated_chat(options.style));
  dialects.push_back(make_simulated_completions(options.style));
  dialects.push_back(make_simulated_responses());
  dialects.push_back(make_simulated_anthropic());
  return dialects;
}

std::unique_ptr<LatencyModel> make_model(const asio::any_io_executor& executor,
                                         const SimulatorOptions& options, const OutputText& text) {
  if (options.latency) return make_function_model(executor, options, text);
  return options.batching ? make_batching_model(executor, options) : make_fixed_model(executor, options);
}

std::string header_lines(const SimulatedReply& reply) {
  std::string lines;
  for (const auto& [name, value] : reply.headers)
    lines.append(name).append(": ").append(value).append("\r\n");
  return lines;
}

std::string_view reason_of(const SimulatedReply& reply) {
  if (!reply.finish_reason.empty()) return reply.finish_reason;
  return reply.text ? "stop" : "length";
}

}  // namespace

Answerer::Answerer(const SimulatorOptions& options, const asio::any_io_executor& executor, Counts& counts,
                   TruthFile* truth, std::function<void()> restart)
    : options_(options),
      dialects_(spoken(options)),
      text_(options.tokenizer),
      latency_(make_model(executor, options, text_)),
      truth_(truth),
      source_{options, text_, *latency_, counts.events},
      quota_(options.tokens_per_minute, options.requests_per_minute, net::monotonic_now()),
      counts_(counts),
      faults_(options.faults, fault_levels, options.seed),
      restart_(std::move(restart)) {
  if (options.prefix_cache) prefix_cache_.emplace(options.prefix_cache_blocks);
}

asio::awaitable<bool> Answerer::answer(ClientConnection& connection, const Request& request, bool kept) {
  if (!options_.models.empty() && asks_for_models(request)) {
    const bool knows = accepted(request, options_.api_key);
    const std::string body = knows ? models_answer(options_.models)
                                   : error_answer(nullptr, 401, "the key is missing or is not valid");
    const std::string fields = header_fields(options_.style, "models", request.keep_alive);
    const std::string answer = response(knows ? 200 : 401, fields, body);
    co_return co_await connection.write(answer);
  }
  if (options_.metrics && asks_for_metrics(request)) {
    const std::string fields = header_fields(options_.style, "metrics", request.keep_alive);
    const std::string answer = response(200, fields, own_metrics(), metrics_page_type);
    co_return co_await connection.write(answer);
  }
  const Question question = read_question(request, options_.api_key, dialects_);
  const AnswerIds ids{"sim-" + std::to_string(++answers_), std::time(nullptr)};
  std::string fields = header_fields(options_.style, ids.id, request.keep_alive);
  if (question.error_status != 0) {
    const std::string body = error_answer(question.dialect, question.error_status, question.error);
    co_return co_await connection.write(response(question.error_status, fields, body));
  }
  if (options_.refuse_stream_options && !question.stream_options.empty()) {
    const std::string body = not_supported_answer("stream_options", question.stream_options);
    co_return co_await connection.write(response(422, fields, body));
  }
  if (quota_.is_limited()) {
    const std::string refused = refusal(question, fields, net::monotonic_now());
    if (!refused.empty()) co_return co_await connection.write(refused);
  }
  try {
    SimulatedReply reply;
    if (options_.answer) reply = options_.answer(request);
    fields += header_lines(reply);
    if (reply.status != 200)
      co_return co_await connection.write(response(reply.status, fields, reply.text.value_or("")));
    const auto output = reply.text ? text_.of(*reply.text) : text_.first(question.max_tokens);
    Exchange exchange{connection, request, question, ids, fields, output, reason_of(reply)};
    const auto fault = faults_.draw([&](Fault f) { return can_befall(f, question, kept); });
    if (!fault && prefix_cache_) exchange.counted = read_prompt(question.prompt);
    if (!fault) co_return co_await good(exchange);
    counts_.add(*fault);
    co_return co_await misbehave(*fault, exchange);
  } catch (...) {  // of the user's functions, which are called before there is a byte of the answer
    if (!thrown_) thrown_ = std::current_exception();
  }
  const std::string body =
      error_answer(question.dialect, 500, "a function of the simulated endpoint's options failed");
  co_return co_await connection.write(response(500, fields, body));
}

std::string Answerer::own_metrics() const {
  std::optional<std::uint64_t> most;
  if (options_.batching) most = options_.max_batch;
  std::optional<double> cache_share;
  if (prefix_cache_) cache_share = prefix_cache_->share();
  return metrics_page(page_counts_, most, cache_share);
}

PromptTokens Answerer::read_prompt(std::string_view prompt) {
  const std::vector<std::size_t> ends = text_.ends(prompt);
  const PromptTokens tokens{ends.size(), prefix_cache_->take(prompt, ends)};
  page_counts_.prompt_tokens += tokens.all;
  page_counts_.cached_tokens += *tokens.cached;
  return tokens;
}

asio::awaitable<bool> Answerer::good(const Exchange& exchange) {
  struct UnderWay {
    std::uint64_t& count;
    explicit UnderWay(std::uint64_t& of) : count(of) { ++count; }
    ~UnderWay() { --count; }
  } const under_way(page_counts_.under_way);
  net::Stream& stream_of = exchange.connection.stream();
  std::optional<TruthLine> truth;
  if (truth_ != nullptr) truth.emplace(exchange.ids.id, exchange.received());
  std::optional<net::Time> whole_due;
  const bool sent =
      exchange.question.stream ? co_await stream(exchange, truth) : co_await whole(exchange, whole_due);
  if (sent && truth) truth_->add(truth->finish(stream_of.sent_at(), whole_due));
  co_return sent;
}

asio::awaitable<bool> Answerer::misbehave(Fault fault, const Exchange& exchange) {
  bool keeps = false;
  if (fault == Fault::restart)
    restart_();
  else if (fault == Fault::close_idle)
    co_await good(exchange);
  else if (fault == Fault::idle_408)
    co_await tire(exchange);
  else if (fault != Fault::close_on_request)
    keeps = co_await send_faulty(fault, source_, exchange);
  co_return keeps;
}

/// As a front end that tires of an idle connection.
asio::awaitable<void> Answerer::tire(const Exchange& exchange) {
  const std::string body = error_answer(exchange.question.dialect, 408, "the connection was idle");
  const std::string refusal = response(408, "Connection: close\r\n", body);
  const bool sent = co_await good(exchange);
  if (sent) co_await exchange.connection.write(refusal);
}

std::string Answerer::refusal(const Question& question, std::string& fields, net::Time now) {
  const std::uint64_t tokens = text_.count(question.prompt) + question.max_tokens;
  const Quota::Verdict verdict = quota_.charge(tokens, now);
  fields += quota_.rate_limit_fields();
  if (verdict == Quota::Verdict::admitted) {
    fields += quota_.utilization_field();
    return "";
  }
  const std::chrono::nanoseconds wait = quota_.until_renewed(now);
  const char* const what = verdict == Quota::Verdict::no_tokens ? "token" : "call";
  return response(429, fields + retry_fields(wait),
                  rate_limited_answer(*question.dialect, what, whole_seconds(wait)));
}

asio::awaitable<bool> Answerer::whole(const Exchange& exchange, std::optional<net::Time>& due) {
  const auto clock = latency_->begin(exchange);
  co_await clock->until(exchange.tokens());
  due = clock->due();
  const Question& question = exchange.question;
  const std::string body = question.dialect->whole_answer(exchange.answer(exchange.prompt_tokens(text_)));
  co_return co_await exchange.connection.write(response(200, exchange.fields, body));
}

asio::awaitable<bool> Answerer::stream(const Exchange& exchange, std::optional<TruthLine>& truth) {
  StreamAnswer answer(source_, exchange, truth);
  if (!co_await answer.open(stream_head(exchange.fields))) co_return false;
  if (!co_await answer.send_tokens(exchange.tokens())) co_return false;
  co_return co_await answer.close();
}

}  // namespace llmload::simulator
