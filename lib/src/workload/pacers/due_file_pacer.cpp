#include <charconv>
#include <string_view>

#include "llmload/pacer.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"
#include "workload/pacers/due_list.hpp"
#include "workload/pacers/due_time.hpp"

namespace llmload {
namespace {

using std::chrono::nanoseconds;

nanoseconds due_of(std::string_view word, const std::string& place) {
  double seconds = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, ec] = std::from_chars(word.data(), end, seconds);
  const bool is_number = ec == std::errc{} && stop == end && seconds >= 0;
  const auto due = is_number ? workload::whole_nanoseconds(seconds * 1e9) : std::nullopt;
  if (!due)
    throw InputError(place + ": \"" + std::string(word.substr(0, 80)) +
                     "\": must be a number of seconds since the stage's start, at least 0");
  return *due;
}

}  // namespace

std::shared_ptr<const Pacer> make_due_file_pacer(const std::string& path) {
  const std::string whole = text::read_file(path, 512 * text::mib);
  std::string_view rest = text::without_mark(whole);
  std::vector<nanoseconds> due;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const auto end = rest.find('\n');
    const std::string_view word = text::trimmed(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (word.empty()) continue;
    const std::string place = path + ", line " + std::to_string(number);
    const nanoseconds next = due_of(word, place);
    if (!due.empty() && next < due.back())
      throw InputError(place + ": " + std::string(word) + ": is before the due time ahead of it");
    due.push_back(next);
  }
  if (due.empty()) throw InputError(path + ": holds no due time");
  return std::make_shared<workload::DueList>(std::move(due));
}

}  // namespace llmload
