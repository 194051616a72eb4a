#pragma once

#include <cstdint>
#include <llmload/request_record.hpp>
#include <optional>
#include <string>
#include <vector>

namespace test {

/// An answer as it was seen in the field (data/field/NAME.http, the bytes on the wire), and what a record of
/// it must say.
struct FieldAnswer {
  std::string name;
  llmload::Outcome outcome = llmload::Outcome::ok;
  std::string output, reasoning, tool_text, finish_reason;
  std::optional<std::uint64_t> usage;  ///< completion tokens
  std::string error, code;             ///< what is in the error, and the server's code for it
};

const std::vector<FieldAnswer>& field_answers();
std::string wire(const FieldAnswer& answer);

}  // namespace test
