#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/prepare/prepared_request.hpp"
#include "engine/prepare/prompt_counter.hpp"
#include "llmload/plan.hpp"
#include "protocol/secrets/redactor.hpp"

namespace llmload::engine {

/// What came as the answer to a turn.
struct ReceivedAnswer {
  std::string text;                          ///< the first choice's content
  std::optional<std::uint64_t> tokens = {};  ///< as the server counts them, for the quota
};

/// Makes the requests of conversations. A history is kept once, as the JSON that is sent: each turn's body
/// has it, and the next turn's is made of that. Used by one thread.
class TurnMaker {
 public:
  /// All must outlive it.
  TurnMaker(const Plan& plan, const protocol::RequestWriter& writer, const protocol::Redactor& redactor,
            PromptCounter& counter)
      : plan_(plan), writer_(writer), redactor_(redactor), counter_(counter) {}

  /// The first turn that is sent of a conversation that has several, to `endpoint`. Throws as
  /// RequestMaker::make().
  PreparedPtr first(const Conversation& conversation, const workload::Turns& turns, std::size_t endpoint);
  /// The turn behind `before`, which is not its conversation's last.
  PreparedPtr next(const Conversation& conversation, const PreparedRequest& before,
                   const ReceivedAnswer& answer, std::size_t endpoint);

 private:
  /// What was said ahead of a turn.
  struct Past {
    std::shared_ptr<const std::vector<Message>> system;
    std::string_view said;  // in the body of the turn before
    std::string more;       // behind that
    std::optional<std::uint64_t> tokens = 0, shared = {};
    std::uint64_t charged = 0;
  };

  std::shared_ptr<const RequestSpec> spec_of(const Conversation& conversation) const;
  void add_given_answer(const Conversation& conversation, unsigned tokens, Past& past);
  Past past_of(const Conversation& at, const PreparedRequest& before, const ReceivedAnswer& answer);
  PreparedPtr turn(const Conversation& conversation, const workload::Turns& turns, std::size_t endpoint,
                   const RequestSpec& spec, const Past& past);

  const Plan& plan_;
  const protocol::RequestWriter& writer_;
  const protocol::Redactor& redactor_;
  PromptCounter& counter_;
};

}  // namespace llmload::engine
