#include "engine/prepare/require_sendable.hpp"

#include <string>

#include "llmload/error.hpp"
#include "protocol/spec_rules.hpp"

namespace llmload::engine {

void require_sendable(const Plan& plan, const Conversation& conversation, const RequestSpec& spec) {
  const std::string problem = protocol::problem_of(spec, plan);
  if (problem.empty()) return;
  const std::string turn =
      conversation.turn == 0 ? "" : ", turn " + std::to_string(conversation.turn) + " of its conversation,";
  throw InputError("the plan's source gives request " + std::to_string(conversation.index) + turn + ' ' +
                   problem);
}

}  // namespace llmload::engine
