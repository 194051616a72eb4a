#include "llmload/key_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "llmload/error.hpp"
#include "text/base64.hpp"
#include "text/characters.hpp"
#include "text/child_process.hpp"
#include "text/trim.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using Clock = std::chrono::system_clock;

constexpr std::chrono::seconds longest_run{60};
constexpr std::size_t longest_output = 64 * 1024;

/// A time that the clock can show; others are taken as not said.
std::optional<std::int64_t> seconds_of(double value) {
  constexpr double most = 4e9;  // the year 2096
  return value >= 0 && value <= most ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
}

/// A part of a JWT, which is base64url without padding (RFC 7515); "" where it is not.
std::string decode_jwt(std::string_view part) {
  std::string standard(part);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  standard.resize((part.size() + 3) / 4 * 4, '=');
  return text::decode_base64(standard).value_or("");
}

json::value parse(std::string_view text) {
  json::error_code ec;
  json::value value = json::parse(json::string_view(text.data(), text.size()), ec);
  return ec ? json::value(nullptr) : value;
}

std::optional<std::int64_t> seconds_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return seconds_of(value->to_number<double>());
  if (!value->is_string()) return std::nullopt;
  const auto& text = value->get_string();
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() ? seconds_of(seconds) : std::nullopt;
}

std::optional<Clock::time_point> unix_time(const std::optional<std::int64_t>& seconds) {
  return seconds ? std::optional(Clock::time_point(std::chrono::seconds(*seconds))) : std::nullopt;
}

std::optional<Clock::time_point> expiry_of_jwt(std::string_view key) {
  const auto begin = key.find('.');
  const auto end = begin == std::string_view::npos ? begin : key.find('.', begin + 1);
  if (end == std::string_view::npos) return std::nullopt;
  const json::value claims = parse(decode_jwt(key.substr(begin + 1, end - begin - 1)));
  const json::object* object = claims.if_object();
  return object != nullptr ? unix_time(seconds_at(*object, "exp")) : std::nullopt;
}

Credentials::Key read_key(std::string_view output) {
  output = text::trimmed(output);
  if (output.empty()) throw std::runtime_error("it prints nothing");
  Credentials::Key key{std::string(output)};
  const json::value value = parse(output);
  if (const json::object* object = value.if_object()) {
    key.value.clear();
    for (const char* name : {"accessToken", "access_token", "token"}) {
      const json::value* token = object->if_contains(name);
      if (token != nullptr && token->is_string()) key.value = std::string(token->get_string());
      if (!key.value.empty()) break;
    }
    key.expires = unix_time(seconds_at(*object, "expires_on"));
    const auto lasts = seconds_at(*object, "expires_in");
    if (!key.expires && lasts) key.expires = Clock::now() + std::chrono::seconds(*lasts);
  } else if (value.is_string()) {  // as `--query accessToken` prints it without `-o tsv`
    key.value = std::string(value.get_string());
  }
  key.value = std::string(text::trimmed(key.value));
  if (key.value.empty() || !text::is_visible(key.value))
    throw std::runtime_error("what it prints is no key: one word, or JSON with accessToken");
  if (!key.expires) key.expires = expiry_of_jwt(key.value);
  return key;
}

}  // namespace

KeyCommand::KeyCommand(std::vector<std::string> command) : command_(std::move(command)) {
  if (command_.empty()) throw InputError("the command for the key has no program");
}

Credentials::Key KeyCommand::fetch(const std::stop_token& stop) {
  const auto until = std::chrono::steady_clock::now() + longest_run;
  const auto require_time = [&] {
    if (stop.stop_requested()) throw std::runtime_error("the run was interrupted");
    if (std::chrono::steady_clock::now() > until) throw std::runtime_error("it did not end in a minute");
  };
  try {
    text::ChildProcess child(command_.front(), command_);
    const std::string output = child.read_all(longest_output, require_time);
    if (output.size() > longest_output) throw std::runtime_error("it prints more than a key");
    child.require_success(require_time);
    return read_key(output);
  } catch (const std::runtime_error& e) {
    throw std::runtime_error("the command for the key, " + command_.front() + ": " + e.what());
  }
}

}  // namespace llmload
