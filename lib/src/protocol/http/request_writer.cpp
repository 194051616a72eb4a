#include "protocol/http/request_writer.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "dialect/length.hpp"
#include "llmload/error.hpp"
#include "llmload/version.hpp"
#include "text/characters.hpp"
#include "text/lower.hpp"

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

/// In the dialect's words for the answer's length. `whose`: for the error.
json::value parsed_patch(std::string_view text, const Dialect& dialect, const char* whose) {
  json::error_code ec;
  json::value value = json::parse(view(text), ec);
  if (ec || !value.is_object()) throw InputError(std::string(whose) + " is not a JSON object");
  if (!dialect::translate_length(value.get_object(), dialect.length_names()))
    throw InputError(std::string(whose) + " has two numbers of tokens");
  return value;
}

/// Takes the lines of these headers out of `head`.
void leave_out(std::string& head, const std::vector<std::pair<std::string, std::string>>& headers) {
  constexpr std::string_view end = "\r\n";
  std::string left;
  for (std::string_view rest = head; !rest.empty();) {
    const std::string_view line =
        rest.substr(0, std::min(rest.find(end), rest.size() - end.size()) + end.size());
    const std::string_view name = line.substr(0, line.find(':'));
    const bool replaced = std::ranges::any_of(
        headers, [name](const auto& header) { return text::iequals(name, header.first); });
    if (!replaced) left += line;
    rest.remove_prefix(line.size());
  }
  head = std::move(left);
}

void check_header_value(const std::string& what, std::string_view value) {
  if (text::has_control_character(value)) {
    throw InputError(what +
                     " holds a line break or another control character, which would end its HTTP header");
  }
}

bool is_given(const Plan& plan, std::string_view name) {
  return std::ranges::any_of(plan.extra_headers,
                             [name](const auto& header) { return text::iequals(header.first, name); });
}

bool is_fixed(const Dialect& dialect, std::string_view name) {
  return std::ranges::any_of(dialect.fixed_headers(),
                             [name](const FixedHeader& header) { return text::iequals(header.name, name); });
}

/// A header of ours, unless the plan or the dialect has one of this name.
void add_usual(const Plan& plan, std::string_view name, std::string_view value, std::string& head) {
  if (is_given(plan, name) || is_fixed(dialect_of(plan), name)) return;
  head.append(name).append(": ").append(value).append("\r\n");
}

void add_fixed(const Plan& plan, std::string& head) {
  for (const auto& [name, value] : dialect_of(plan).fixed_headers()) {
    check_header_value("a header's name of the dialect", name);
    check_header_value("the dialect's header " + std::string(name), value);
    if (!is_given(plan, name)) head.append(name).append(": ").append(value).append("\r\n");
  }
}

std::string begin_of_head(const Plan& plan, const Endpoint& endpoint) {
  const bool v6 = endpoint.host.find(':') != std::string::npos;
  const bool default_port = endpoint.port == (endpoint.tls ? "443" : "80");
  std::string text = "POST " + endpoint.target + " HTTP/1.1\r\nHost: ";
  text += v6 ? '[' + endpoint.host + ']' : endpoint.host;
  if (!default_port) text += ':' + endpoint.port;
  text += "\r\n";
  add_usual(plan, "User-Agent", "llmload/" + std::string(version()), text);
  add_usual(plan, "Accept", "application/json", text);
  add_usual(plan, "Content-Type", "application/json", text);
  add_fixed(plan, text);
  return text;
}

std::string end_of_head(const Plan& plan) {
  std::string text;
  for (const auto& [name, value] : plan.extra_headers)
    text.append(name).append(": ").append(value).append("\r\n");
  if (plan.connection == Connection::per_request) text += "Connection: close\r\n";
  return text;
}

}  // namespace

RequestWriter::RequestWriter(const Plan& plan)
    : plan_(plan),
      dialect_(dialect_of(plan)),
      asks_for_usage_(plan.stream && !dialect_.usage_question().empty()),
      without_usage_(plan.endpoints.size()),
      exact_(plan.endpoints.size(), plan.exact_output ? ExactLength::both : ExactLength::unasked),
      own_authorization_(is_given(plan, "authorization")),
      tail_(end_of_head(plan)) {
  check_header_value("the key", plan.api_key.reveal());
  for (const auto& [name, value] : plan.extra_headers) {
    check_header_value("a header's name", name);
    check_header_value("the header " + name, value);
  }
  if (!plan.extra_body.empty()) {
    extra_body_ = parsed_patch(plan.extra_body, dialect_, "the plan's extra_body");
    if (asks_for_usage_ && extra_body_.get_object().contains(view(dialect_.usage_question().front())))
      asks_for_usage_ = false;
  }
  for (const Endpoint& endpoint : plan.endpoints) {
    heads_.push_back(begin_of_head(plan, endpoint));
    auth_.emplace_back(plan.auth, dialect_, endpoint.host);
  }
}

std::string RequestWriter::body(const RequestSpec& spec, const BodyChoice& choice) const {
  const std::string_view model = plan_.models.empty() ? plan_.model : plan_.models[choice.model].name;
  const std::string_view system_prompt = dialect_.has_roles() ? std::string_view(plan_.system_prompt) : "";
  std::string body = dialect_.body(spec, {.model = model,
                                          .system_prompt = system_prompt,
                                          .max_tokens = choice.max_tokens,
                                          .temperature = plan_.temperature,
                                          .top_p = plan_.top_p,
                                          .stream = plan_.stream,
                                          .asks_for_usage = asks_for_usage(choice.endpoint)});
  const bool as_it_is =
      extra_body_.is_null() && spec.body.empty() && exact_[choice.endpoint] == ExactLength::unasked;
  return as_it_is ? body : merged(body, spec, choice);
}

/// With the plan's patch, then with what is the request's own, which holds against it.
std::string RequestWriter::merged(std::string_view body, const RequestSpec& spec,
                                  const BodyChoice& choice) const {
  json::error_code ec;
  json::parse_options deep;  // as deep as a message may be, and what it lies in
  deep.max_depth = 64;
  json::value whole = json::parse(view(body), ec, {}, deep);
  if (ec || !whole.is_object())
    throw InputError("an extra body can't be merged: the dialect's body is no JSON object");
  ask_for(exact_[choice.endpoint], choice.max_tokens, whole.get_object());
  if (!extra_body_.is_null()) {
    merge_patch(whole, extra_body_);
    if (spec.max_tokens) dialect::set_length(whole.get_object(), dialect_.length_names(), *spec.max_tokens);
  }
  if (spec.body.empty()) return json::serialize(whole);
  const json::value patch = parsed_patch(spec.body, dialect_, "a request's own body");
  json::object question;  // to which a request may add, and which it may not take back: we rely on the answer
  if (asks_for_usage(choice.endpoint)) {
    const json::string_view name = view(dialect_.usage_question().front());
    if (const json::value* const asked = whole.get_object().if_contains(name)) question[name] = *asked;
  }
  merge_patch(whole, patch);
  merge_patch(whole, question);
  return json::serialize(whole);
}

bool RequestWriter::is_about_usage(std::string_view error) const {
  return std::ranges::any_of(dialect_.usage_question(),
                             [error](std::string_view name) { return error.find(name) != error.npos; });
}

std::string RequestWriter::get(std::size_t endpoint, const std::string& key, std::string_view target) const {
  std::string text = head(endpoint, 0, key);
  const std::size_t from = text.find(' ') + 1;
  if (!target.empty()) text.replace(from, text.find(' ', from) - from, target);
  return text.replace(0, from - 1, "GET");
}

std::string RequestWriter::head(std::size_t endpoint, std::size_t body_size, const std::string& key,
                                const Headers& headers) const {
  std::string text = heads_[endpoint];
  if (!own_authorization_) text += auth_[endpoint].with(key);
  text += tail_;
  if (!headers.empty()) leave_out(text, headers);
  for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
  text += "Content-Length: ";
  text += std::to_string(body_size);
  text += "\r\n\r\n";
  return text;
}

}  // namespace llmload::protocol
