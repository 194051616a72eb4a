#pragma once

#include <boost/json/object.hpp>

#include "llmload/summary.hpp"

namespace llmload::report {

/// A stage of summary.json (docs/summary.md).
boost::json::object stage_summary(const Summary& summary);

}  // namespace llmload::report
