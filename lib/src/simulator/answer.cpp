#include "simulator/answer.hpp"

#include <boost/json.hpp>
#include <optional>
#include <utility>

namespace llmload::simulator {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view s) { return {s.data(), s.size()}; }

Question refuse(int status, std::string message) {
  Question q;
  q.error_status = status;
  q.error = std::move(message);
  return q;
}

std::string wrong_max_tokens() {
  return "max_tokens must be a number from 1 to " + std::to_string(most_tokens);
}

bool accepted(std::string_view authorization, std::string_view api_key, std::string_view key) {
  if (authorization.starts_with("Bearer ")) authorization.remove_prefix(7);
  if (key.empty()) return !authorization.empty() || !api_key.empty();
  return authorization == key || api_key == key;
}

void append_content(const json::value& content, std::string& to) {
  if (content.is_string()) to.append(content.get_string().data(), content.get_string().size());
  if (!content.is_array()) return;
  for (const json::value& part : content.get_array()) {  // [{"type": "text", "text": "..."}]
    const json::object* p = part.if_object();
    const json::value* text = p != nullptr ? p->if_contains("text") : nullptr;
    if (text != nullptr && text->is_string()) to.append(text->get_string().data(), text->get_string().size());
  }
}

bool read_prompt(const json::object& payload, Question& q) {
  if (q.api == Api::completions) {
    const json::value* prompt = payload.if_contains("prompt");
    if (prompt == nullptr || !prompt->is_string()) return false;
    append_content(*prompt, q.prompt);
    return true;
  }
  const json::value* messages = payload.if_contains("messages");
  if (messages == nullptr || !messages->is_array() || messages->get_array().empty()) return false;
  for (const json::value& message : messages->get_array()) {
    const json::object* m = message.if_object();
    const json::value* content = m != nullptr ? m->if_contains("content") : nullptr;
    if (m == nullptr || (content == nullptr && !m->contains("tool_calls"))) return false;
    if (content == nullptr) continue;
    if (!q.prompt.empty()) q.prompt += ' ';
    append_content(*content, q.prompt);
  }
  return true;
}

Question read_own(const SimulatedDialect& own, std::string_view body) {
  std::optional<SimulatedQuestion> asked = own.read(body);
  if (!asked) return refuse(400, "the body is no request of this path's dialect");
  if (asked->max_tokens < 1 || asked->max_tokens > most_tokens) return refuse(400, wrong_max_tokens());
  Question q;
  q.own = &own;
  q.tokens = asked->max_tokens;
  q.stream = asked->stream;
  q.prompt = std::move(asked->prompt);
  return q;
}

void read_stream_options(const json::object& payload, Question& q) {
  const json::value* options = payload.if_contains("stream_options");
  if (options == nullptr || options->is_null()) return;
  q.stream_options = json::serialize(*options);
  const json::object* o = options->if_object();
  const json::value* usage = o != nullptr ? o->if_contains("include_usage") : nullptr;
  q.include_usage = usage != nullptr && usage->is_bool() && usage->get_bool();
}

}  // namespace

Question read_question(std::string_view method, std::string_view target, std::string_view authorization,
                       std::string_view api_key, std::string_view body, std::string_view key,
                       const SimulatedDialect* own) {
  const std::string_view path = target.substr(0, target.find('?'));
  Question q;
  const bool is_own = own != nullptr && path.ends_with(own->path_suffix());
  if (path.ends_with("/chat/completions"))
    q.api = Api::chat;
  else if (path.ends_with("/completions"))
    q.api = Api::completions;
  else if (!is_own)
    return refuse(404, "no such path: " + std::string(path));
  if (method != "POST") return refuse(405, "this path takes POST");
  if (!accepted(authorization, api_key, key)) {
    // It echoes what it got, as careless servers do: a client that prints errors must not print its key.
    return refuse(401, "the key is missing or is not valid for this endpoint (got \"" +
                           std::string(authorization) + std::string(api_key) + "\")");
  }
  if (is_own) return read_own(*own, body);
  json::error_code ec;
  const json::value root = json::parse(view(body), ec);
  const json::object* payload = ec ? nullptr : root.if_object();
  if (payload == nullptr) return refuse(400, "the body is not a JSON object");
  if (!read_prompt(*payload, q)) return refuse(400, "messages or prompt is missing or of a wrong type");
  const json::value* n = payload->if_contains("max_tokens");
  if (n == nullptr || n->is_null()) n = payload->if_contains("max_completion_tokens");  // its newer name
  if (n != nullptr && !n->is_null()) {
    const auto tokens = n->is_number() ? n->to_number<std::uint64_t>(ec) : 0;
    if (ec || tokens < 1 || tokens > most_tokens) return refuse(400, wrong_max_tokens());
    q.tokens = static_cast<unsigned>(tokens);
  }
  if (const json::value* s = payload->if_contains("stream"); s != nullptr && s->is_bool())
    q.stream = s->get_bool();
  read_stream_options(*payload, q);
  return q;
}

std::string identity(std::string_view object, const AnswerIds& ids) {
  return R"("id":")" + ids.id + R"(","object":")" + std::string(object) + R"(","created":)" +
         std::to_string(ids.created) + R"(,"model":")" + ids.model + R"(",)";
}

std::string usage(std::size_t prompt, std::size_t completion) {
  return R"("usage":{"prompt_tokens":)" + std::to_string(prompt) + R"(,"completion_tokens":)" +
         std::to_string(completion) + R"(,"total_tokens":)" + std::to_string(prompt + completion) + '}';
}

std::string prompt_filter_results() {
  return R"("prompt_filter_results":[{"prompt_index":0,"content_filter_results":)" +
         std::string(nothing_filtered) + "}]";
}

std::string whole_answer(ServerStyle style, const Question& question, const AnswerIds& ids,
                         std::string_view text, std::size_t prompt_tokens, std::size_t completion_tokens,
                         std::string_view finish_reason) {
  if (question.own != nullptr)
    return question.own->whole_answer({ids.id, text, prompt_tokens, completion_tokens, finish_reason});
  const Api api = question.api;
  const bool filters = style == ServerStyle::azure_openai;
  std::string out = "{" + identity(api == Api::chat ? "chat.completion" : "text_completion", ids);
  if (filters) {
    out += prompt_filter_results() + ',';
  }
  out += R"("choices":[{"index":0,"finish_reason":")" + std::string(finish_reason) + R"(",)";
  if (filters) {
    out += R"("content_filter_results":)";
    out += nothing_filtered;
    out += ',';
  }
  out += api == Api::chat ? R"("message":{"role":"assistant","content":")" : R"("text":")";
  out += text;
  out += api == Api::chat ? R"(","tool_calls":null},"logprobs":null}],)" : R"(","logprobs":null}],)";
  return out + usage(prompt_tokens, completion_tokens) + '}';
}

std::string error_answer(int status, std::string_view message) {
  const json::value body = {{"error", {{"code", std::to_string(status)}, {"message", view(message)}}}};
  return json::serialize(body);
}

std::string rate_limited_answer(Api api, std::string_view what, std::int64_t retry_after_seconds) {
  std::string message = "Requests to the ";
  message += api == Api::chat ? "ChatCompletions_Create" : "Completions_Create";
  message += " Operation of this simulated endpoint have exceeded ";
  message += what;
  message +=
      " rate limit of its quota. Please retry after " + std::to_string(retry_after_seconds) + " seconds.";
  return error_answer(429, message);
}

std::string not_supported_answer(std::string_view parameter, std::string_view input) {
  std::string out = R"({"status":422,"code":"parameter_not_supported","detail":{"loc":["body",")";
  out += parameter;
  out += R"("],"input":)";
  out += input;
  return out + R"(},"message":"One of the parameters is not supported."})";
}

}  // namespace llmload::simulator
