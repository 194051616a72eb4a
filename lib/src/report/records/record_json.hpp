#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "llmload/request_record.hpp"

namespace llmload::report {

/// A "request" line of a records file (docs/records.md).
struct RequestLine {
  std::uint64_t stage = 0;  ///< 0, 1, 2 ...
  RequestRecord record;
};

/// Appends the line, its end included. Bytes that are no UTF-8 are replaced. `with_text` false leaves output,
/// reasoning and tool text out.
void append_request(std::string& out, std::uint64_t stage, const RequestRecord& record, bool with_text);

/// Throws InputError: a member is missing, of another type, out of its range, or of a name that this version
/// does not know; an ok request without the stamps that every number needs.
RequestLine read_request(const boost::json::object& line);

}  // namespace llmload::report
