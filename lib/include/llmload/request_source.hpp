#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <llmload/error.hpp>
#include <llmload/export.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmload {

/// A part of a conversation.
struct Message {
  std::string role;  ///< "user", "assistant" ...; a completion has none, nor has an item of Responses
  std::string text;  ///< UTF-8; what is counted
  /// The message as it is sent where the dialect has roles: a JSON object, for what is more than a text, as
  /// parts and tools. Empty: it is made of role and text.
  std::string json = {};

  bool operator==(const Message&) const = default;
};

/// What one request asks: plain data. Of a conversation's turn, what is new in it: what was said before it is
/// the run's to know.
struct RequestSpec {
  /// Behind the plan's system prompt. A completion is of one text, or of several without roles, in a row. A
  /// conversation's system messages are at the beginning of its first turn.
  std::vector<Message> messages;
  std::optional<unsigned> max_tokens;  ///< empty: what the plan's max_tokens gives for the request's index
  /// Of all messages, where the source knows what the plan's tokenizer would count; empty: it is asked.
  std::optional<std::uint64_t> prompt_tokens;
  /// Of these, as many as an earlier request of its stage begins with, too, by the source's plan: what a
  /// prefix cache may hold. Empty: it has no such plan.
  std::optional<std::uint64_t> shared_tokens = {};
  std::string label = {};  ///< for people, as the kind of its prompt; comes back in its record
  std::string body = {};   ///< a JSON merge patch (RFC 7396) on its body, over the plan's; empty: none
  /// In place of the plan's of the same names. None may hold a key: their values may be shown.
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// A conversation's later turn is due so long behind the end of the answer before it: its user reads that.
  std::chrono::nanoseconds think{0};
  /// In place of that, in an open loop: so long behind the time at which the first one was due. To wait for
  /// the answer before it is then a part of its latency.
  std::optional<std::chrono::nanoseconds> behind_first = {};

  bool operator==(const RequestSpec&) const = default;
};

/// A user who asks `prompt` and nothing else.
[[nodiscard]] inline RequestSpec ask(std::string prompt) {
  return {{{"user", std::move(prompt)}}, {}, {}, {}};
}

/// Which request: what a session takes, or what is due, is a conversation; most are of one request.
struct Conversation {
  /// The run's (Plan::salt), or the stage's: what is made with it is like nothing of a run with another one.
  /// Empty outside of runs.
  std::string_view salt = {};
  std::size_t stage = 0;                   ///< number of the stage: 0, 1, 2 ...
  std::uint64_t index = 0;                 ///< within the stage: 0, 1, 2 ...
  std::optional<std::uint64_t> seed = {};  ///< in place of the source's own, where the stage has one
  unsigned turn = 0;                       ///< within the conversation: 0, 1, 2 ...
};

/// Gives each request what it asks. Plug in your own by deriving from it.
/// Threads:  next() is called once for each request of a run, before it is due, on a thread that prepares
///           requests and sends none, in the order of their indexes, later turns between them; and for the
///           first ones also before the run, on the thread of budget_of() and the like. Where a conversation
///           begins in its middle, it is called for the turns before that, too. It must depend on nothing
///           but its argument, as turns() and answer(), so that a plan sends the same requests on 1 core and
///           on 16, and sends them again where its salt is given again.
/// Errors:   what it throws, of any type, ends the run: what is under way is cancelled, and run() throws it.
///           Null is an InputError that ends it likewise.
/// Lifetime: shared with the plan that uses it. A spec is never changed; one that the source keeps and gives
///           again is made into a request once.
class LLMLOAD_EXPORT RequestSource {
 public:
  virtual ~RequestSource() = default;

  /// What this request asks.
  [[nodiscard]] virtual std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const = 0;
  /// No conversation has more turns. 1: there are none but single requests, and the next two are not asked.
  [[nodiscard]] virtual unsigned most_turns() const noexcept { return 1; }
  /// The turns of a conversation, whatever `conversation.turn` is; at least 1.
  [[nodiscard]] virtual unsigned turns(const Conversation& /*conversation*/) const { return 1; }
  /// What a history has as the answer to this turn where it is not the one that came (Plan::history), or none
  /// did: of a closed loop's first users, who are found in the middle of a conversation. One that is made up
  /// is of `tokens` tokens.
  [[nodiscard]] virtual std::vector<Message> answer(const Conversation& /*conversation*/,
                                                    unsigned /*tokens*/) const {
    return {{"assistant", {}}};
  }
  /// After how many requests of a stage it gives the same ones again, whatever the salt: validate() asks for
  /// the first 1,000 of them. Empty: it makes them, or it isn't known.
  [[nodiscard]] virtual std::optional<std::uint64_t> repeats_after() const noexcept { return {}; }
  /// How many requests of a stage it has: none has a higher index, and a stage that comes so far ends there.
  /// Empty: it has no end. Above 0.
  [[nodiscard]] virtual std::optional<std::uint64_t> ends_after() const noexcept { return {}; }
};

/// The prompts of a list, in turn, from the first one on in each stage. One entry: the same prompt for each
/// request.
class LLMLOAD_EXPORT PromptList : public RequestSource {
 public:
  /// Throws InputError where there is none.
  explicit PromptList(std::vector<std::string> prompts) {
    if (prompts.empty()) throw InputError("a list of prompts has none");
    for (std::string& prompt : prompts)
      specs_.push_back(std::make_shared<const RequestSpec>(ask(std::move(prompt))));
  }

  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override {
    return specs_[conversation.index % specs_.size()];
  }
  [[nodiscard]] std::optional<std::uint64_t> repeats_after() const noexcept override { return size(); }
  [[nodiscard]] std::size_t size() const noexcept { return specs_.size(); }  ///< of the list, prompts

 private:
  std::vector<std::shared_ptr<const RequestSpec>> specs_;
};

}  // namespace llmload
