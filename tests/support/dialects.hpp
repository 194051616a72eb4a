#pragma once

#include <cstdint>
#include <llmload/request_record.hpp>
#include <optional>
#include <string>
#include <vector>

namespace test {

/// An answer in the form in which a kind of server sends it (data/dialects/NAME.http), and what a record of
/// it must say.
struct Dialect {
  std::string name;
  llmload::Outcome outcome = llmload::Outcome::ok;
  std::string output, reasoning, tool_text;
  std::string finish_reason;
  std::optional<std::uint64_t> usage;  ///< completion tokens
  std::vector<std::string> tokens;     ///< what to find each token event by, in order
  bool has_done = true;                ///< the stream ends with the mark
  std::string path = "/v1/chat/completions";
  std::string mark = "[DONE]";  ///< is in the event that says that the stream is complete
};

const std::vector<Dialect>& dialects();
/// Likewise the forms of other APIs than the chat.
const std::vector<Dialect>& dialects_of_other_apis();

/// The bytes on the wire: header lines end in CR LF, and an event is a chunk where the header says chunked.
std::string wire(const Dialect& dialect);

/// How many of the wire's bytes it takes until the event that holds `text` is complete.
std::size_t completed_at(const std::string& wire, const std::string& text);

}  // namespace test
