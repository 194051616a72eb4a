#include "config/credentials.hpp"

#include <cstdlib>
#include <utility>

#include "llmload/error.hpp"
#include "llmload/key_command.hpp"
#include "text/lower.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"
#include "validation/rules.hpp"

namespace llmload::config {
namespace {

namespace json = boost::json;

/// The line ends that a file of one line has.
std::string_view without_line_ends(std::string_view text) {
  return text.substr(0, text.find_last_not_of("\r\n") + 1);  // npos + 1 is 0
}

/// A secret without what copying left around it, and behind its "Bearer": a server that answers with the key
/// shows it without that, and then it would not be known for the key.
std::string trimmed_secret(Draft& d, const Parameter& p, std::string_view given) {
  constexpr std::string_view bearer = "Bearer ";
  std::string secret(text::trimmed(given));
  if (secret.starts_with(bearer))
    secret = std::string(bearer) + std::string(text::trimmed(secret.substr(bearer.size())));
  if (secret != given) {
    d.plan.warnings.push_back(p.place() +
                              ": a blank, a line end or a byte order mark around the value was taken off");
  }
  return secret;
}

/// The text of the file that `p` names, which `check` takes.
std::string read_pem(const Parameter& p, void (*check)(std::string_view pem)) {
  const std::string file = p.as_path();
  const std::string whole = p.file_text(file, 16 * text::mib);
  std::string pem(text::without_mark(whole));
  try {
    check(pem);
  } catch (const PlanError& e) {  // here the file is known, too
    p.complain(file + ": " + e.problem());
  }
  return pem;
}

}  // namespace

void read_api_key(Draft& d, const Parameter& p) {
  std::string key = p.as_string();
  if (key.starts_with("env:")) {
    const char* value = std::getenv(key.c_str() + 4);
    if (value == nullptr || *value == '\0')
      p.complain("names the environment variable " + key.substr(4) + ", which is not set");
    key = value;
  } else if (key.starts_with("file:")) {
    key = without_line_ends(p.file_text(p.path_of(key.substr(5)), 64 * text::kib));
  }
  key = trimmed_secret(d, p, key);
  if (key == "your-auth-key")
    p.complain("still is the example's placeholder; put your key here, or env:NAME, or file:PATH");
  if (key.empty()) p.complain("is empty; AUTH \"none\" sends no key");
  d.plan.api_key = Secret(std::move(key));
}

void read_ca_file(Draft& d, const Parameter& p) {
  d.plan.ca_pem = read_pem(p, validation::check_trusted_certificates);
}

void read_client_certificate(Draft& d, const Parameter& p) {
  d.plan.client_certificate_pem = read_pem(p, validation::check_client_certificate);
}

void read_client_key(Draft& d, const Parameter& p) {
  d.plan.client_key_pem = Secret(read_pem(p, validation::check_client_key));
}

void read_extra_headers(Draft& d, const Parameter& p) {
  for (const auto& [name, value] : p.as_object()) {
    const Parameter item = p.member({name.data(), name.size()}, value);
    d.plan.extra_headers.emplace_back(std::string(name), trimmed_secret(d, item, item.as_string()));
  }
}

void read_auth(Draft& d, const Parameter& p) {
  if (!p.is_object()) {
    d.plan.auth = static_cast<Auth>(p.as_choice({"auto", "bearer", "raw", "api-key", "none"}));
    d.plan.credentials = nullptr;
    return;
  }
  const json::object& object = p.as_object();
  const json::value* command = object.if_contains("command");
  if (command == nullptr || object.size() != 1)
    p.reject("a word, or {\"command\": ..}, which prints the key");
  const Parameter item = p.member("command", *command);
  std::vector<std::string> words;
  if (command->is_string())
    words = {"/bin/sh", "-c", item.as_string()};
  else
    for (const Parameter& word : item.as_list()) words.push_back(word.as_string());
  d.plan.auth = Auth::bearer;
  d.plan.credentials = std::make_shared<KeyCommand>(std::move(words));
}

}  // namespace llmload::config
