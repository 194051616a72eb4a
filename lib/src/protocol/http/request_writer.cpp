#include "protocol/http/request_writer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>

#include "llmload/error.hpp"
#include "llmload/version.hpp"
#include "text/characters.hpp"

namespace llmload::protocol {
namespace {

namespace json = boost::json;

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

json::string_view view(std::string_view text) { return {text.data(), text.size()}; }

std::string merged(std::string_view body, std::string_view patch) {
  json::error_code ec;
  json::value whole = json::parse(view(body), ec);
  if (ec || !whole.is_object())
    throw InputError("the plan's extra_body can't be merged: the dialect's body is no JSON object");
  merge_patch(whole, json::parse(view(patch)));
  return json::serialize(whole);
}

void check_header_value(const std::string& what, std::string_view value) {
  if (text::has_control_character(value)) {
    throw InputError(what +
                     " holds a line break or another control character, which would end its HTTP header");
  }
}

bool is_given(const Plan& plan, std::string_view name) {
  return std::ranges::any_of(plan.extra_headers, [name](const auto& header) {
    return std::ranges::equal(header.first, name, {}, [](unsigned char c) { return std::tolower(c); });
  });
}

std::string begin_of_head(const Plan& plan, const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  const bool default_port = endpoint.port == (endpoint.tls ? "443" : "80");
  std::string text = "POST " + endpoint.target + " HTTP/1.1\r\nHost: ";
  text += v6 ? '[' + endpoint.host + ']' : endpoint.host;
  if (!default_port) text += ':' + endpoint.port;
  text += "\r\n";
  // A header that the plan gives itself takes the place of ours.
  if (!is_given(plan, "user-agent")) text += "User-Agent: llmload/" + std::string(version()) + "\r\n";
  if (!is_given(plan, "accept")) text += "Accept: application/json\r\n";
  if (!is_given(plan, "content-type")) text += "Content-Type: application/json\r\n";
  return text;
}

std::string end_of_head(const Plan& plan) {
  std::string text;
  for (const auto& [name, value] : plan.extra_headers)
    text.append(name).append(": ").append(value).append("\r\n");
  if (plan.connection == Connection::per_request) text += "Connection: close\r\n";
  return text + "Content-Length: ";
}

}  // namespace

RequestWriter::RequestWriter(const Plan& plan)
    : plan_(plan),
      dialect_(dialect_of(plan)),
      asks_for_usage_(plan.stream && !dialect_.usage_question().empty()),
      without_usage_(plan.endpoints.size()),
      own_authorization_(is_given(plan, "authorization")),
      tail_(end_of_head(plan)) {
  check_header_value("the key", plan.api_key.reveal());
  for (const auto& [name, value] : plan.extra_headers) {
    check_header_value("a header's name", name);
    check_header_value("the header " + name, value);
  }
  if (!plan.extra_body.empty()) {
    json::error_code ec;
    const json::value patch = json::parse(plan.extra_body, ec);
    if (ec || !patch.is_object()) throw InputError("the plan's extra_body is not a JSON object");
    if (asks_for_usage_ && patch.get_object().contains(view(dialect_.usage_question().front())))
      asks_for_usage_ = false;
  }
  for (const Endpoint& endpoint : plan.endpoints) {
    heads_.push_back(begin_of_head(plan, endpoint));
    auth_.emplace_back(plan.auth, dialect_, endpoint.host);
  }
}

std::string RequestWriter::body(const RequestSpec& spec, unsigned max_tokens, std::size_t endpoint) const {
  const std::string_view system_prompt = dialect_.has_roles() ? std::string_view(plan_.system_prompt) : "";
  std::string body = dialect_.body(spec, {.model = plan_.model,
                                          .system_prompt = system_prompt,
                                          .max_tokens = max_tokens,
                                          .temperature = plan_.temperature,
                                          .top_p = plan_.top_p,
                                          .stream = plan_.stream,
                                          .asks_for_usage = asks_for_usage(endpoint)});
  return plan_.extra_body.empty() ? body : merged(body, plan_.extra_body);
}

bool RequestWriter::is_about_usage(std::string_view error) const {
  return std::ranges::any_of(dialect_.usage_question(),
                             [error](std::string_view name) { return error.find(name) != error.npos; });
}

std::string RequestWriter::head(std::size_t endpoint, std::size_t body_size, const std::string& key) const {
  std::string text = heads_[endpoint];
  if (!own_authorization_) text += auth_[endpoint].with(key);
  text += tail_;
  text += std::to_string(body_size);
  text += "\r\n\r\n";
  return text;
}

}  // namespace llmload::protocol
