#include "config/parameter_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>

#include "llmload/error.hpp"
#include "protocol/target/shown_url.hpp"
#include "text/json_text.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"

namespace llmload::config {

namespace json = boost::json;

namespace {

constexpr std::size_t longest_shown = 80;

struct Unit {
  std::string_view name;
  double seconds;
};
constexpr Unit units[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"min", 60}, {"h", 3'600}};

/// "500ms" is 0.5; empty: it is no number with a unit.
std::optional<double> seconds_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const auto unit = std::ranges::find(units, text::trimmed(text), &Unit::name);
  return unit == std::end(units) ? std::nullopt : std::optional(number * unit->seconds);
}

}  // namespace

void Parameter::complain(const std::string& what) const { throw InputError(place() + ": " + what); }

void Parameter::reject(const std::string& what) const {
  if (secret_) complain("must be " + what);
  if (value_->is_structured())
    complain(std::string("is ") + (value_->is_array() ? "a list" : "an object") + "; it must be " + what);
  std::string shown = json::serialize(*value_);
  if (shown.find("://") != std::string::npos) shown = protocol::shown_url(shown);
  if (shown.size() > longest_shown) shown = shown.substr(0, longest_shown) + "...";
  complain("is " + shown + "; it must be " + what);
}

std::string Parameter::as_string() const {
  if (!value_->is_string()) reject("a string");
  return std::string(value_->get_string());
}

std::string Parameter::as_word() const {
  if (value_->is_int64()) return std::to_string(value_->get_int64());
  return as_string();
}

bool Parameter::as_bool() const {
  if (!value_->is_bool()) reject("true or false");
  return value_->get_bool();
}

std::uint64_t Parameter::as_integer(const WholeNumbers& allowed) const {
  if (!value_->is_number()) reject(to_words(allowed));
  const double number = value_->to_number<double>();
  if (number < static_cast<double>(allowed.least) || number > static_cast<double>(allowed.most) ||
      number != std::floor(number)) {
    reject(to_words(allowed));
  }
  return static_cast<std::uint64_t>(number);
}

double Parameter::as_number(const Numbers& allowed) const {
  if (!value_->is_number()) reject(to_words(allowed));
  const double number = value_->to_number<double>();
  if (!allowed.has(number)) reject(to_words(allowed));
  return number;
}

const std::filesystem::path& Parameter::nowhere() {
  static const std::filesystem::path none;
  return none;
}

/// In units of `unit` seconds.
double Parameter::as_number_of(double unit, const Numbers& allowed) const {
  if (!value_->is_string()) return as_number(allowed);
  const auto seconds = seconds_of(as_string());
  if (!seconds || !allowed.has(*seconds / unit))
    reject(to_words(allowed) + (unit == 1 ? " in seconds" : " in milliseconds") +
           ", or with a unit, as \"500ms\", \"30s\", \"1.5m\"");
  return *seconds / unit;
}

std::chrono::nanoseconds Parameter::as_time(const Numbers& allowed) const {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(as_number_of(1, allowed) * 1e9));
}

double Parameter::as_milliseconds(const Numbers& allowed) const { return as_number_of(1e-3, allowed); }

std::string Parameter::file_text(const std::string& path, std::uint64_t most) const {
  try {
    return text::read_file(path, most);
  } catch (const InputError& e) {
    complain(e.what());
  }
}

std::size_t Parameter::as_choice(std::initializer_list<std::string_view> names) const {
  std::string allowed;
  for (const auto name : names) allowed += (allowed.empty() ? "one of \"" : "\", \"") + std::string(name);
  allowed += '"';
  if (!value_->is_string()) reject(allowed);
  const auto found =
      std::ranges::find(names, std::string_view(value_->get_string().data(), value_->get_string().size()));
  if (found == names.end()) reject(allowed);
  return static_cast<std::size_t>(found - names.begin());
}

const json::object& Parameter::as_object() const {
  if (!value_->is_object()) reject("an object");
  return value_->get_object();
}

std::vector<Parameter> Parameter::as_list() const {
  if (!value_->is_array() || value_->get_array().empty()) reject("a list with at least one entry");
  std::vector<Parameter> items;
  for (const json::value& item : value_->get_array())
    items.push_back(member(std::to_string(items.size()), item));
  return items;
}

std::vector<Parameter> Parameter::as_one_or_list() const {
  return value_->is_array() ? as_list() : std::vector<Parameter>{*this};
}

Parameter Parameter::member(std::string_view name, const json::value& value) const {
  return {*file_, pointer_ + '/' + std::string(name), value, secret_, *folder_};
}

}  // namespace llmload::config
