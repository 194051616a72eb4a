#pragma once

#include "config/keys.hpp"

namespace llmload::config {

// The keys whose values are more than one number or word. Each throws InputError.

/// A URL, or a list of them.
void read_endpoints(Draft& draft, const Parameter& p);

/// A condition, or a list of them.
void read_fail_if(Draft& draft, const Parameter& p);

/// Numbers of sessions. An empty list takes the levels of a file out.
void read_levels(Draft& draft, const Parameter& p);

/// Each a number, or {"from": .., "to": ..}: a ramp; or "inf". An empty list takes the rates of a file out.
void read_rates(Draft& draft, const Parameter& p);

/// A path, or a list of them.
void read_due_files(Draft& draft, const Parameter& p);

/// The name of a law.
void read_arrival(Draft& draft, const Parameter& p);

// Objects, whose members docs/parameters.md has.
void read_models(Draft& draft, const Parameter& p);
void read_goodput(Draft& draft, const Parameter& p);
void read_conversation(Draft& draft, const Parameter& p);
void read_prefix_law(Draft& draft, const Parameter& p);
void read_columns(Draft& draft, const Parameter& p);
void read_trace_columns(Draft& draft, const Parameter& p);
void read_quota(Draft& draft, const Parameter& p);
void read_price(Draft& draft, const Parameter& p);

}  // namespace llmload::config
