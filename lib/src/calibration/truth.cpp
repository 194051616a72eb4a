#include "calibration/truth.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "llmload/error.hpp"
#include "report/json_members.hpp"
#include "text/read_file.hpp"

namespace llmload::calibration {
namespace {

namespace json = boost::json;

Truth::Time time_of(std::int64_t ns) { return Truth::Time(std::chrono::nanoseconds(ns)); }

Truth truth_of(const json::object& line) {
  Truth truth;
  truth.received = time_of(report::get<std::int64_t>(line, "received"));
  truth.done = time_of(report::get<std::int64_t>(line, "done"));
  if (const auto due = report::find<std::int64_t>(line, "due")) truth.due = time_of(*due);
  for (const auto& numbers : report::get<std::vector<std::vector<std::int64_t>>>(line, "events")) {
    if (numbers.size() < 2 || numbers.size() > 3 || numbers[1] < 0)
      throw InputError("/events: an event has its time, its tokens, and perhaps when it was due");
    if (numbers[1] == 0) continue;
    auto& event = truth.events.emplace_back();
    event.sent = time_of(numbers[0]);
    event.tokens = static_cast<std::uint64_t>(numbers[1]);
    if (numbers.size() == 3) event.due = time_of(numbers[2]);
  }
  return truth;
}

}  // namespace

std::unordered_map<std::string, Truth> read_truth(const std::string& path) {
  constexpr std::uint64_t longest_line = 512 * text::mib;
  text::LineReader lines(path, longest_line);
  std::unordered_map<std::string, Truth> all;
  std::size_t number = 1;
  for (std::string line; lines.next(line); ++number) {
    try {
      json::monotonic_resource memory;
      json::error_code ec;
      const json::value value = json::parse(line, ec, &memory);
      if (ec || !value.is_object()) throw InputError("is no JSON object");
      all[report::get<std::string>(value.get_object(), "id")] = truth_of(value.get_object());
    } catch (const InputError& e) {
      throw InputError(path + ": line " + std::to_string(number) + ": " + e.what());
    }
  }
  return all;
}

}  // namespace llmload::calibration
