#include "simulator/answers/answer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

namespace llmload::simulator {
namespace {

namespace json = boost::json;

Question refuse(const SimulatedDialect* dialect, int status, std::string message) {
  Question q;
  q.dialect = dialect;
  q.error_status = status;
  q.error = std::move(message);
  return q;
}

std::string_view path_of(const Request& request) {
  const std::string_view target = request.target;
  return target.substr(0, target.find('?'));
}

}  // namespace

bool accepted(const Request& request, std::string_view key) {
  std::string_view authorization = request.authorization;
  if (authorization.starts_with("Bearer ")) authorization.remove_prefix(7);
  if (key.empty()) return !authorization.empty() || !request.api_key.empty();
  return authorization == key || request.api_key == key;
}

Question read_question(const Request& request, std::string_view key,
                       std::span<const std::shared_ptr<const SimulatedDialect>> dialects) {
  const std::string_view path = path_of(request);
  const auto found = std::ranges::find_if(
      dialects, [path](const auto& spoken) { return path.ends_with(spoken->path_suffix()); });
  if (found == dialects.end()) return refuse(nullptr, 404, "no such path: " + std::string(path));
  const SimulatedDialect* const dialect = found->get();
  if (request.method != "POST") return refuse(dialect, 405, "this path takes POST");
  if (!accepted(request, key)) {
    // It echoes what it got, as careless servers do: a client that prints errors must not print its key.
    return refuse(dialect, 401,
                  "the key is missing or is not valid for this endpoint (got \"" + request.authorization +
                      request.api_key + "\")");
  }
  SimulatedQuestion asked = dialect->read(request.body);
  if (!asked.refusal.empty()) return refuse(dialect, 400, std::move(asked.refusal));
  if (asked.max_tokens < 1 || asked.max_tokens > most_tokens)
    return refuse(dialect, 400, "max_tokens must be a number from 1 to " + std::to_string(most_tokens));
  Question q;
  static_cast<SimulatedQuestion&>(q) = std::move(asked);
  q.dialect = dialect;
  return q;
}

bool asks_for_models(const Request& request) {
  return request.method == "GET" && path_of(request).ends_with("/v1/models");
}

std::string models_answer(std::span<const std::string> models) {
  json::array list;
  for (const std::string& model : models) list.push_back({{"id", model}, {"object", "model"}});
  return json::serialize(json::object{{"object", "list"}, {"data", std::move(list)}});
}

std::string error_answer(const SimulatedDialect* dialect, int status, std::string_view message) {
  std::string own = dialect != nullptr ? dialect->error_body(status, message) : "";
  if (!own.empty()) return own;
  const json::string_view text(message.data(), message.size());
  const json::value body = {{"error", {{"code", std::to_string(status)}, {"message", text}}}};
  return json::serialize(body);
}

std::string rate_limited_answer(const SimulatedDialect& dialect, std::string_view what,
                                std::chrono::seconds retry_after) {
  std::string message = "Requests to the ";
  message += dialect.operation();
  message += " Operation of this simulated endpoint have exceeded ";
  message += what;
  message +=
      " rate limit of its quota. Please retry after " + std::to_string(retry_after.count()) + " seconds.";
  return error_answer(&dialect, 429, message);
}

std::string not_supported_answer(std::string_view parameter, std::string_view input) {
  std::string out = R"({"status":422,"code":"parameter_not_supported","detail":{"loc":["body",")";
  out += parameter;
  out += R"("],"input":)";
  out += input;
  return out + R"(},"message":"One of the parameters is not supported."})";
}

}  // namespace llmload::simulator
