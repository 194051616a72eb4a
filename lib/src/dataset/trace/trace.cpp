#include "dataset/trace/trace.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "dataset/csv_record.hpp"
#include "dataset/trace/trace_columns.hpp"
#include "dataset/trace/trace_time.hpp"
#include "llmload/error.hpp"
#include "text/file_kind.hpp"
#include "text/json_text.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"
#include "workload/random.hpp"

namespace llmload::dataset {

namespace json = boost::json;

namespace {

using std::chrono::nanoseconds;

constexpr std::uint64_t longest_line = 64 * text::mib;
constexpr std::uint64_t most_rows = 100'000'000;  // as many requests as a stage may have

/// A row as it stands in the file.
struct Row {
  nanoseconds time{0};
  std::uint64_t input = 0, output = 0;
  std::vector<std::uint64_t> hashes = {};
  std::int64_t chat = 0, parent = -1;
};

std::string shown(std::string_view text) { return '"' + std::string(text.substr(0, 80)) + '"'; }

nanoseconds time_of(std::string_view text, bool in_milliseconds) {
  const auto time = in_milliseconds ? trace_milliseconds(text) : trace_time(text);
  if (!time) throw InputError(shown(text) + " is no time: seconds, or a date and a time");
  return *time;
}

std::uint64_t tokens_of(std::string_view text) {
  std::uint64_t tokens = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, tokens);
  // What a table's program has made a decimal of: "374.0".
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  if (error != std::errc() || tokens > 1'000'000'000 ||
      (!rest.empty() && rest.find_first_not_of(".0") != rest.npos))
    throw InputError(shown(text) + " is no number of tokens");
  return tokens;
}

std::int64_t number_of(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) throw InputError(shown(text) + " is no number of a chat");
  return number;
}

/// Reads the rows of a CSV, which are lines here: no trace has texts.
class CsvRows {
 public:
  CsvRows(std::string_view header, const TraceOptions& options) {
    names_ = csv_fields(header);
    columns_ = trace_columns(names_, options.columns);
    const auto place = [&](const std::string& name) {
      return static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
    };
    time_ = place(columns_.time);
    input_ = place(columns_.input);
    output_ = place(columns_.output);
  }
  [[nodiscard]] const TraceColumns& columns() const { return columns_; }

  [[nodiscard]] Row read(std::string_view line) const {
    Row row;
    std::size_t number = 0;
    for (std::string_view rest = line;; ++number) {
      const auto comma = rest.find(',');
      const std::string_view field = text::trimmed(rest.substr(0, comma));
      if (number == time_) row.time = time_of(field, columns_.in_milliseconds);
      if (number == input_) row.input = tokens_of(field);
      if (number == output_) row.output = tokens_of(field);
      if (comma == rest.npos) break;
      rest.remove_prefix(comma + 1);
    }
    if (number + 1 != names_.size())
      throw InputError("has " + std::to_string(number + 1) + " fields, and the header " +
                       std::to_string(names_.size()));
    return row;
  }

 private:
  std::vector<std::string> names_;
  TraceColumns columns_;
  std::size_t time_ = 0, input_ = 0, output_ = 0;
};

class JsonRows {
 public:
  JsonRows(std::string_view first, const TraceOptions& options) {
    std::vector<std::string> names;
    const json::value row = text::parse_json_row(first);
    for (const auto& [name, value] : object_of(row)) names.emplace_back(name);
    columns_ = trace_columns(names, options.columns);
  }
  [[nodiscard]] const TraceColumns& columns() const { return columns_; }

  [[nodiscard]] Row read(std::string_view line) const {
    const json::value value = text::parse_json_row(line);
    const json::object& object = object_of(value);
    Row row;
    row.time = time_of(text_of(object, columns_.time), columns_.in_milliseconds);
    row.input = tokens_of(text_of(object, columns_.input));
    row.output = tokens_of(text_of(object, columns_.output));
    if (!columns_.chat.empty()) {
      row.chat = number_of(text_of(object, columns_.chat));
      row.parent = number_of(text_of(object, columns_.parent));
    }
    if (columns_.hashes.empty()) return row;
    const json::value* const hashes = object.if_contains(columns_.hashes);
    if (hashes == nullptr || !hashes->is_array()) throw InputError("has no list \"" + columns_.hashes + '"');
    for (const json::value& hash : hashes->get_array()) {
      if (!hash.is_int64() && !hash.is_uint64()) throw InputError("has a hash that is no whole number");
      row.hashes.push_back(hash.is_int64() ? static_cast<std::uint64_t>(hash.get_int64())
                                           : hash.get_uint64());
    }
    return row;
  }

 private:
  static const json::object& object_of(const json::value& value) {
    if (!value.is_object()) throw InputError("is " + std::string(text::kind_of(value)) + ", no object");
    return value.get_object();
  }
  static std::string text_of(const json::object& object, const std::string& name) {
    const json::value* const value = object.if_contains(name);
    if (value == nullptr) throw InputError("has no \"" + name + '"');
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
  }

  TraceColumns columns_;
};

/// Takes rows in the file's order into a trace.
class Builder {
 public:
  Builder(const TraceColumns& columns, const TraceOptions& options) : options_(options) {
    trace_.form = columns.form;
    trace_.block_tokens = columns.block_tokens;
    has_parents_ = !columns.chat.empty();
  }

  /// False: the window is over.
  bool add(const Row& row) {
    const std::uint64_t number = number_++;
    if (!first_) first_ = last_ = row.time;
    if (row.time < last_) return ++back_, true;
    last_ = row.time;
    const nanoseconds since = row.time - *first_;
    if (since >= options_.until) return false;
    if (row.output == 0) return ++without_output_, true;
    if (row.input == 0) return ++without_input_, true;
    if (since < options_.from || !is_drawn(number)) return true;
    if (trace_.rows() >= most_rows) throw InputError("more than 100 million rows");
    trace_.due.push_back(nanoseconds(
        static_cast<std::int64_t>(static_cast<double>((since - options_.from).count()) / options_.speed)));
    trace_.input.push_back(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(row.input, options_.most_input)));
    trace_.output.push_back(
        static_cast<std::uint32_t>(std::min<std::uint64_t>(row.output, options_.most_output)));
    if (trace_.block_tokens != 0) add_hashes(row.hashes);
    if (has_parents_) add_parent(row);
    return true;
  }

  void add_torn() { torn_ = true; }

  Trace finish() {
    const auto say = [this](std::uint64_t count, const char* what) {
      if (count > 0)
        trace_.left_out.push_back(std::to_string(count) + (count == 1 ? " row " : " rows ") + what);
    };
    say(without_output_, "without output tokens");
    say(without_input_, "without input tokens");
    say(back_, "whose time goes back");
    if (torn_) trace_.left_out.emplace_back("a torn last line");
    if (trace_.most_turns == 1) {  // then all are requests
      trace_.next.clear();
      trace_.roots.clear();
    }
    return std::move(trace_);
  }

 private:
  [[nodiscard]] bool is_drawn(std::uint64_t number) const {
    return options_.share >= 1 ||
           static_cast<double>(workload::mixed(options_.seed, number) >> 11U) * 0x1p-53 < options_.share;
  }

  /// Of the row that was added. Of several that go on from one the first does; the others begin conversations
  /// of their own, as does one whose parent is not sent.
  void add_parent(const Row& row) {
    const auto number = static_cast<std::uint32_t>(trace_.rows() - 1);
    trace_.next.push_back(Trace::no_row);
    turns_.push_back(1);
    const auto found = rows_of_chats_.find(row.parent);
    const std::uint32_t parent = found == rows_of_chats_.end() ? Trace::no_row : found->second;
    rows_of_chats_.insert_or_assign(row.chat, number);
    if (parent == Trace::no_row || trace_.next[parent] != Trace::no_row) {
      trace_.roots.push_back(number);
      return;
    }
    trace_.next[parent] = number;
    turns_.back() = turns_[parent] + 1;
    trace_.most_turns = std::max(trace_.most_turns, turns_.back());
  }

  /// Of the row that was added. Its blocks are those of its tokens, and the first of them that earlier rows
  /// have in the same places, behind the same blocks, are shared.
  void add_hashes(const std::vector<std::uint64_t>& hashes) {
    const std::uint64_t tokens = trace_.input.back(), block = trace_.block_tokens;
    const std::size_t used = std::min<std::size_t>(hashes.size(), (tokens + block - 1) / block);
    std::uint64_t chain = 0;
    std::size_t known = 0;
    bool is_known = true;
    for (std::size_t i = 0; i < used; ++i) {
      chain = workload::mixed(chain, hashes[i]);
      is_known = !chains_.insert(chain).second && is_known;
      known += is_known ? 1 : 0;
      trace_.hashes.push_back(hashes[i]);
    }
    trace_.hashes_until.push_back(trace_.hashes.size());
    trace_.shared.push_back(static_cast<std::uint32_t>(std::min<std::uint64_t>(known * block, tokens)));
  }

  const TraceOptions& options_;
  Trace trace_;
  std::optional<nanoseconds> first_;
  nanoseconds last_{0};
  std::uint64_t number_ = 0, without_output_ = 0, without_input_ = 0, back_ = 0;
  bool torn_ = false;
  std::unordered_set<std::uint64_t> chains_;  // of blocks, each with those before it
  bool has_parents_ = false;
  std::unordered_map<std::int64_t, std::uint32_t> rows_of_chats_;
  std::vector<std::uint32_t> turns_;  // of each row: its place in its conversation, from 1 on
};

template <class Rows>
Trace read_rows(text::LineReader& lines, const Rows& rows, const std::string& first, const std::string& path,
                const TraceOptions& options, std::uint64_t number) {
  Builder builder(rows.columns(), options);
  std::string line = first;
  // The first line of a CSV is its header.
  for (bool more = !line.empty() || lines.next(line); more; more = lines.next(line), ++number) {
    const std::string_view text = text::trimmed(line);
    if (text.empty()) continue;
    try {
      if (!builder.add(rows.read(text))) break;
    } catch (const InputError& e) {
      if (!lines.ended()) {  // cut off
        builder.add_torn();
        break;
      }
      throw InputError(path + ", line " + std::to_string(number) + ": " + e.what());
    }
  }
  Trace trace = builder.finish();
  if (trace.rows() > 0) return trace;
  std::string left;
  for (const std::string& what : trace.left_out) left += (left.empty() ? "; left out: " : ", ") + what;
  throw InputError(path + ": holds no row that can be sent" + left);
}

}  // namespace

Trace read_trace(const std::string& path, const TraceOptions& options) {
  text::LineReader lines(path, longest_line);
  std::string line;
  std::uint64_t number = 0;
  std::string_view first;
  do {
    if (!lines.next(line)) throw InputError(path + ": holds no row");
    if (const auto kind = number == 0 ? text::wrong_kind(line) : ""; !kind.empty())
      throw InputError(path + ": " + std::string(kind));
    first = text::trimmed(line);
    ++number;
  } while (first.empty());
  try {
    if (first.starts_with('{'))
      return read_rows(lines, JsonRows(first, options), std::string(first), path, options, number);
    const CsvRows rows(first, options);
    return read_rows(lines, rows, "", path, options, number + 1);
  } catch (const InputError& e) {
    // What is wrong with the first line itself has no place yet.
    if (std::string_view(e.what()).starts_with(path)) throw;
    throw InputError(path + ", line " + std::to_string(number) + ": " + e.what());
  }
}

}  // namespace llmload::dataset
