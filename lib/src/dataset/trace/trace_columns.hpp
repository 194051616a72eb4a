#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmload::dataset {

/// What the columns of a trace, or the members of its rows, stand for.
struct TraceColumns {
  std::string form;                 ///< "BurstGPT"
  std::string time, input, output;  ///< their names
  bool in_milliseconds = false;     ///< the time, where it is a number
  std::string hashes = {};          ///< "": there are none
  std::uint32_t block_tokens = 0;   ///< of each
  std::string chat = {},
              parent = {};  ///< a row's number, and that of the one it goes on from; "": they have none
};

/// By the names that a trace has: one of the forms that are known, or, where `given` has any, those of the
/// options. Throws InputError with what is wrong alone.
TraceColumns trace_columns(const std::vector<std::string>& names,
                           const std::vector<std::pair<std::string, std::string>>& given);

}  // namespace llmload::dataset
