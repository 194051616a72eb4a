#include "simulator/answerer.hpp"

#include <ctime>

#include "net/arrival_clock.hpp"
#include "simulator/http_answer.hpp"

namespace llmload::simulator {

namespace asio = boost::asio;

Answerer::Answerer(const SimulatorOptions& options, const asio::any_io_executor& executor, Counts& counts,
                   TruthFile* truth)
    : options_(options),
      text_(options.tokenizer),
      latency_(options.batching ? make_batching_model(executor, options)
                                : make_fixed_model(executor, options)),
      truth_(truth),
      source_{options, text_, *latency_, counts.events},
      quota_(options.tokens_per_minute, options.requests_per_minute, net::monotonic_now()) {}

asio::awaitable<bool> Answerer::answer(ClientConnection& connection, const Request& request) {
  const Question question = read_question(request.method, request.target, request.authorization,
                                          request.api_key, request.body, options_.api_key);
  const AnswerIds ids{"sim-" + std::to_string(++answers_), static_cast<long>(std::time(nullptr))};
  std::string fields = header_fields(options_.dialect, ids.id, request.keep_alive);
  if (question.error_status != 0) {
    const std::string body = error_answer(question.error_status, question.error);
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
  std::optional<TruthLine> truth;
  if (truth_ != nullptr) truth.emplace(ids.id, connection.stream().arrival().at);
  std::optional<std::int64_t> whole_due;
  const bool sent = question.stream ? co_await stream(connection, question, ids, fields, truth)
                                    : co_await whole(connection, question, ids, fields, whole_due);
  if (sent && truth) truth_->add(truth->finish(connection.stream().sent_at(), whole_due));
  co_return sent;
}

std::string Answerer::refusal(const Question& question, std::string& fields, std::int64_t now) {
  const std::uint64_t tokens = text_.count(question.prompt) + question.tokens;
  const Quota::Verdict verdict = quota_.charge(tokens, now);
  fields += quota_.rate_limit_fields();
  if (verdict == Quota::Verdict::admitted) {
    fields += quota_.utilization_field();
    return "";
  }
  const std::int64_t wait = quota_.until_renewed(now);
  const char* const what = verdict == Quota::Verdict::no_tokens ? "token" : "call";
  return response(429, fields + retry_fields(wait),
                  rate_limited_answer(question.api, what, whole_seconds(wait)));
}

asio::awaitable<bool> Answerer::whole(ClientConnection& connection, const Question& question,
                                      const AnswerIds& ids, std::string_view fields,
                                      std::optional<std::int64_t>& due) {
  const auto clock = latency_->begin(question.tokens, connection.stream().arrival().at);
  co_await clock->until(question.tokens);
  due = clock->due();
  const auto output = text_.first(question.tokens);
  const std::string body = whole_answer(options_.dialect, question.api, ids, output->text,
                                        text_.count(question.prompt), question.tokens);
  co_return co_await connection.write(response(200, fields, body));
}

asio::awaitable<bool> Answerer::stream(ClientConnection& connection, const Question& question,
                                       const AnswerIds& ids, std::string_view fields,
                                       std::optional<TruthLine>& truth) {
  StreamAnswer answer(source_, connection, question, ids, truth);
  if (!co_await answer.open(stream_head(fields))) co_return false;
  if (!co_await answer.send_tokens(question.tokens)) co_return false;
  co_return co_await answer.close();
}

}  // namespace llmload::simulator
