#include "protocol/request_writer.hpp"

#include <boost/json.hpp>

#include "protocol/auth.hpp"

namespace llmload::protocol {
namespace {

namespace json = boost::json;

json::string_view view(std::string_view s) { return {s.data(), s.size()}; }

/// RFC 7396.
void merge_patch(json::value& target, const json::value& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target.emplace_object();
  json::object& object = target.get_object();
  for (const auto& [key, value] : patch.get_object()) {
    if (value.is_null())
      object.erase(key);
    else
      merge_patch(object[key], value);
  }
}

std::string head(const Plan& plan, const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  const bool default_port = endpoint.port == (endpoint.tls ? "443" : "80");
  std::string text = "POST " + endpoint.target + " HTTP/1.1\r\nHost: ";
  text += v6 ? '[' + endpoint.host + ']' : endpoint.host;
  if (!default_port) text += ':' + endpoint.port;
  text += "\r\nUser-Agent: llmload/" LLMLOAD_VERSION "\r\nAccept: application/json\r\n";
  text += "Content-Type: application/json\r\n";
  text += auth_header(plan, endpoint);
  for (const auto& [name, value] : plan.extra_headers) text += name + ": " + value + "\r\n";
  if (plan.connection == Connection::per_request) text += "Connection: close\r\n";
  return text + "Content-Length: ";
}

}  // namespace

RequestWriter::RequestWriter(const Plan& plan) : plan_(plan) {
  for (const Endpoint& endpoint : plan.endpoints) heads_.push_back(head(plan, endpoint));
}

std::string RequestWriter::body(std::string_view prompt) const {
  json::object payload;
  if (!plan_.model.empty()) payload["model"] = plan_.model;
  if (plan_.endpoints.front().api == Api::chat) {
    json::array messages;
    if (!plan_.system_prompt.empty()) {
      messages.push_back({{"role", "system"}, {"content", plan_.system_prompt}});
    }
    messages.push_back({{"role", "user"}, {"content", view(prompt)}});
    payload["messages"] = std::move(messages);
  } else {
    payload["prompt"] = view(prompt);
  }
  payload["max_tokens"] = plan_.max_tokens;
  payload["temperature"] = plan_.temperature;
  payload["top_p"] = plan_.top_p;
  if (plan_.endpoints.front().api == Api::chat) payload["stream"] = false;
  json::value whole(std::move(payload));
  if (!plan_.extra_body.empty()) merge_patch(whole, json::parse(plan_.extra_body));
  return json::serialize(whole);
}

std::string RequestWriter::request(std::size_t endpoint, std::string_view body) const {
  std::string text = heads_[endpoint];
  text += std::to_string(body.size());
  text += "\r\n\r\n";
  text += body;
  return text;
}

}  // namespace llmload::protocol
