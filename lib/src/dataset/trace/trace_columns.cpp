#include "dataset/trace/trace_columns.hpp"

#include <algorithm>

#include "llmload/error.hpp"
#include "text/nearest.hpp"

namespace llmload::dataset {
namespace {

using Names = std::vector<std::string>;

/// Of two whose columns a trace has the first one holds.
const std::vector<TraceColumns>& known() {
  static const std::vector<TraceColumns> all = {
      {"Azure LLM inference", "TIMESTAMP", "ContextTokens", "GeneratedTokens"},
      {"BurstGPT", "Timestamp", "Request tokens", "Response tokens"},
      {"Mooncake", "timestamp", "input_length", "output_length", true, "hash_ids", 512},
  };
  return all;
}

bool has(const Names& names, const std::string& name) {
  return name.empty() || std::ranges::find(names, name) != names.end();
}

TraceColumns given_columns(const Names& names,
                           const std::vector<std::pair<std::string, std::string>>& given) {
  const std::vector<std::string_view> meanings = {"timestamp", "timestamp_ms", "input_tokens",
                                                  "output_tokens"};
  TraceColumns columns{"by TRACE_COLUMNS", "", "", ""};
  for (const auto& [name, meaning] : given) {
    if (!has(names, name))
      throw InputError("has no column \"" + name + "\"; it has " + text::quoted_names(names));
    if (meaning == "timestamp" || meaning == "timestamp_ms") {
      columns.time = name;
      columns.in_milliseconds = meaning == "timestamp_ms";
    } else if (meaning == "input_tokens") {
      columns.input = name;
    } else if (meaning == "output_tokens") {
      columns.output = name;
    } else {
      throw InputError(text::no_meaning(name, meaning, meanings));
    }
  }
  if (columns.time.empty() || columns.input.empty() || columns.output.empty())
    throw InputError("TRACE_COLUMNS must say which columns are timestamp, input_tokens and output_tokens");
  return columns;
}

}  // namespace

TraceColumns trace_columns(const Names& names,
                           const std::vector<std::pair<std::string, std::string>>& given) {
  if (!given.empty()) return given_columns(names, given);
  // Bailian's names are Mooncake's, with another unit and smaller blocks.
  if (has(names, "chat_id") && has(names, "hash_ids")) {
    TraceColumns columns{"Bailian", "timestamp", "input_length", "output_length", false, "hash_ids", 16};
    if (has(names, "parent_chat_id")) {
      columns.chat = "chat_id";
      columns.parent = "parent_chat_id";
    }
    return columns;
  }
  for (const TraceColumns& form : known()) {
    if (has(names, form.time) && has(names, form.input) && has(names, form.output) && has(names, form.hashes))
      return form;
  }
  throw InputError("is no trace that is known: it has " + text::quoted_names(names) +
                   "; TRACE_COLUMNS says which are timestamp, input_tokens and output_tokens");
}

}  // namespace llmload::dataset
