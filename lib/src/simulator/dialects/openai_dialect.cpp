#include "simulator/dialects/openai_dialect.hpp"

#include <boost/json.hpp>
#include <utility>

#include "simulator/dialects/json_parts.hpp"

namespace llmload::simulator {
namespace {

namespace json = boost::json;

constexpr std::string_view not_finished = "null";
constexpr std::string_view not_filtered_yet = "{}";

/// What Azure's filter found in a prompt or an answer.
constexpr std::string_view nothing_filtered =
    R"({"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},)"
    R"("sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}})";

/// Azure's filter speaks in events of its own, which belong to no answer.
constexpr std::string_view filter_begin = R"(data: {"id":"","object":"","created":0,"model":"","choices":[)";

/// Members from the id to the model, and a comma.
std::string identity(std::string_view object, const SimulatedAnswer& answer) {
  return joined({R"("id":")", answer.id, R"(","object":")", object, R"(","created":)",
                 std::to_string(answer.created), R"(,"model":")", simulated_model, R"(",)"});
}

std::string prompt_filter_results() {
  return joined(
      {R"("prompt_filter_results":[{"prompt_index":0,"content_filter_results":)", nothing_filtered, "}]"});
}

std::string quoted(std::string_view text) { return joined({R"(")", text, R"(")"}); }

void read_stream_options(const json::object& payload, SimulatedQuestion& question) {
  const json::value* options = payload.if_contains("stream_options");
  if (options == nullptr || options->is_null()) return;
  question.stream_options = json::serialize(*options);
  const json::object* o = options->if_object();
  const json::value* usage = o != nullptr ? o->if_contains("include_usage") : nullptr;
  question.asks_for_usage = usage != nullptr && usage->is_bool() && usage->get_bool();
}

}  // namespace

std::string usage(const SimulatedAnswer& answer) {
  const std::size_t prompt = answer.prompt_tokens, completion = answer.completion_tokens;
  std::string cached;
  if (answer.cached_tokens)
    cached =
        joined({R"(,"prompt_tokens_details":{"cached_tokens":)", std::to_string(*answer.cached_tokens), "}"});
  return joined({R"("usage":{"prompt_tokens":)", std::to_string(prompt), R"(,"completion_tokens":)",
                 std::to_string(completion), R"(,"total_tokens":)", std::to_string(prompt + completion),
                 cached, "}"});
}

SimulatedQuestion OpenAiDialect::read(std::string_view body) const {
  SimulatedQuestion question;
  const auto payload = read_object(body, question);
  if (!payload) return question;
  if (!read_prompt(*payload, question.prompt)) {
    question.refusal = "messages or prompt is missing or of a wrong type";
    return question;
  }
  read_max_tokens(*payload, {"max_tokens", "max_completion_tokens"}, question);
  read_stream(*payload, question);
  read_stream_options(*payload, question);
  return question;
}

std::string OpenAiDialect::whole_answer(const SimulatedAnswer& answer) const {
  std::string out = "{" + identity(forms_.object, answer);
  if (is_azure()) out += prompt_filter_results() + ',';
  out += R"("choices":[{"index":0,"finish_reason":")";
  out += answer.finish_reason;
  out += R"(",)";
  if (is_azure()) {
    out += R"("content_filter_results":)";
    out += nothing_filtered;
    out += ',';
  }
  out += forms_.whole_begin;
  out += answer.text;
  out += forms_.whole_end;
  out += R"(,"logprobs":null}],)";
  return out + usage(answer) + '}';
}

std::string OpenAiDialect::begin_of(const SimulatedAnswer& answer) const {
  return joined({"data: {", identity(forms_.event_object, answer), R"("choices":[)"});
}

std::string_view OpenAiDialect::end_of(const SimulatedAnswer& answer) const {
  return is_azure() && answer.asks_for_usage ? "],\"usage\":null}\n\n" : "]}\n\n";
}

std::string OpenAiDialect::choice_end(std::string_view finish_reason, std::string_view filter_results) const {
  if (!is_azure()) return joined({R"(,"finish_reason":)", finish_reason, R"(,"logprobs":null})"});
  return joined({R"(,"finish_reason":)", finish_reason, R"(,"logprobs":null,"content_filter_results":)",
                 filter_results, "}"});
}

SimulatedStream OpenAiDialect::stream(const SimulatedAnswer& answer) const {
  SimulatedStream events;
  const std::string choice_begin = begin_of(answer) + R"({"index":0,)";
  const std::string_view end = end_of(answer);
  std::string role;
  if (forms_.has_role) {
    const std::string_view refusal = is_azure() ? R"(,"refusal":null)" : "";
    role = joined({choice_begin, R"("delta":{"role":"assistant","content":"")", refusal, "}",
                   choice_end(not_finished, not_filtered_yet), end});
  }
  if (is_azure()) events.opening.push_back(joined({filter_begin, "],", prompt_filter_results(), "}\n\n"}));
  if (style_ == ServerStyle::vllm)
    events.with_first_token = std::move(role);
  else if (forms_.has_role)
    events.opening.push_back(std::move(role));
  events.token_begin = joined({choice_begin, forms_.text_begin});
  events.token_end = joined({forms_.text_end, choice_end(not_finished, nothing_filtered), end});
  if (style_ == ServerStyle::vllm) {
    const std::string finished = choice_end(quoted(answer.finish_reason), nothing_filtered);
    events.last_token_end = joined({forms_.text_end, finished, end});
  }
  return events;
}

std::vector<std::string> OpenAiDialect::closing(const SimulatedAnswer& answer) const {
  const std::string numbers = usage(answer);
  const std::string finished = choice_end(quoted(answer.finish_reason), not_filtered_yet);
  const std::string choice_begin = begin_of(answer) + R"({"index":0,)";
  std::vector<std::string> events;
  if (style_ == ServerStyle::serverless) {
    events.push_back(
        joined({choice_begin, forms_.text_begin, forms_.text_end, finished, "],", numbers, "}\n\n"}));
  }
  if (is_azure()) {
    const std::string_view end = end_of(answer);
    events.push_back(joined({choice_begin, forms_.no_text, finished, end}));
    const std::string seen = std::to_string(answer.text.size());
    events.push_back(joined({filter_begin, R"({"index":0,"finish_reason":null,"content_filter_results":)",
                             nothing_filtered, R"(,"content_filter_offsets":{"check_offset":)", seen,
                             R"(,"start_offset":0,"end_offset":)", seen, "}}", end}));
  }
  if (style_ != ServerStyle::serverless && answer.asks_for_usage)
    events.push_back(odd_event(answer, numbers));
  return events;
}

std::string OpenAiDialect::odd_event(const SimulatedAnswer& answer, std::string_view members) const {
  return joined({begin_of(answer), "],", members, "}\n\n"});
}

}  // namespace llmload::simulator
