#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "llmload/plan.hpp"

namespace llmload::workload {

/// The name of a request of `stage`, which is the run's number `number`. Views of both.
Conversation conversation_of(const Plan& plan, const Stage& stage, std::size_t number, std::uint64_t index,
                             unsigned turn = 0);

/// A number of the request's own among all turns of a stage, to draw by: of a first turn the index.
std::uint64_t number_of(const Conversation& conversation);

/// What it asks. Throws what the plan's source throws, and InputError where that gives nothing.
std::shared_ptr<const RequestSpec> spec_of(const Plan& plan, const Conversation& conversation);

/// How many tokens it asks for.
unsigned max_tokens_of(const Plan& plan, const Conversation& conversation, const RequestSpec& spec);

/// Of which of the plan's models it is, by its place there; with all turns of its conversation. 0: there are
/// none, too.
unsigned model_of(const Plan& plan, const Conversation& conversation);

/// The turns of its conversation that are sent.
struct Turns {
  unsigned first = 0;  ///< above 0: it begins in its middle
  unsigned all = 1;

  [[nodiscard]] unsigned sent() const { return all - first; }
};
/// A closed loop's first users are found at random places, else all would begin together and be at late turns
/// together. Throws what the source throws, and InputError where it gives no turns.
Turns turns_of(const Plan& plan, const Stage& stage, const Conversation& conversation);

}  // namespace llmload::workload
