#pragma once

#include <boost/json/object.hpp>

#include "llmload/summary.hpp"

namespace llmload::report {

// What the server said of itself, in a stage's line: levels and shares in whole millionths, which come back
// as they were.
boost::json::object server_in_millionths(const ServerMetrics& server);
/// Throws InputError.
ServerMetrics read_server(const boost::json::object& of);

}  // namespace llmload::report
