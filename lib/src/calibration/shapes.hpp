#pragma once

#include "llmload/plan.hpp"

// What a calibration runs. Each plan has one stage, which is soon over; endpoint and key are set later.

namespace llmload::calibration {

/// So many streams at once.
Plan streams_plan(unsigned streams);

/// A Poisson process of so many requests a second, of short streams.
Plan rate_plan(double rate);

/// A stage of the same shape: of an open loop the busiest part.
Plan shape_of(const Plan& plan, const Stage& stage);

/// Tokens of an answer for so many streams: few streams should give many answers; many streams whose answers
/// end together make the endpoint late, and should do so seldom.
unsigned tokens_for(unsigned streams);

/// So few streams, or requests a second, that the endpoint's core would sleep between its tokens.
bool is_light(const Stage& stage);

}  // namespace llmload::calibration
