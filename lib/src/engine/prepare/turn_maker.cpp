#include "engine/prepare/turn_maker.hpp"

#include <array>
#include <span>
#include <utility>

#include "engine/prepare/require_sendable.hpp"
#include "protocol/http/turn_body.hpp"

namespace llmload::engine {
namespace {

using Count = std::optional<std::uint64_t>;

Count sum(Count a, Count b) { return a && b ? Count(*a + *b) : std::nullopt; }

/// The messages of a turn that are items of its history: of one that `begins` it, those behind the system's.
std::span<const Message> items_among(const RequestSpec& spec, bool begins) {
  return std::span(spec.messages).subspan(begins ? protocol::leading_system_messages(spec.messages) : 0);
}

std::shared_ptr<const std::vector<Message>> system_messages(const RequestSpec& spec) {
  const auto count = static_cast<std::ptrdiff_t>(protocol::leading_system_messages(spec.messages));
  return std::make_shared<const std::vector<Message>>(spec.messages.begin(), spec.messages.begin() + count);
}

void append_items(std::string& to, std::string_view items) {
  if (!to.empty() && !items.empty()) to += ',';
  to += items;
}

}  // namespace

std::shared_ptr<const RequestSpec> TurnMaker::spec_of(const Conversation& conversation) const {
  auto spec = workload::spec_of(plan_, conversation);
  require_sendable(plan_, conversation, *spec);
  return spec;
}

/// One that the source says.
void TurnMaker::add_given_answer(const Conversation& conversation, unsigned tokens, Past& past) {
  RequestSpec given;
  given.messages = plan_.source->answer(conversation, tokens);
  append_items(past.more, protocol::items_of(dialect_of(plan_), given.messages));
  const workload::PromptTokens count = counter_.count(given);
  past.tokens = sum(past.tokens, count.prompt);
  past.charged += workload::charged_tokens(plan_, given, {count.prompt, 0});
}

PreparedPtr TurnMaker::first(const Conversation& conversation, const workload::Turns& turns,
                             std::size_t endpoint) {
  Conversation at = conversation;
  at.turn = plan_.history == History::none ? turns.first : 0;
  auto spec = spec_of(at);
  Past past;
  past.system = system_messages(*spec);
  past.shared = spec->shared_tokens;
  for (; at.turn < turns.first; spec = spec_of(at)) {
    append_items(past.more, protocol::items_of(dialect_of(plan_), items_among(*spec, at.turn == 0)));
    const workload::PromptTokens count = counter_.count(*spec);
    past.tokens = sum(past.tokens, count.prompt);
    past.charged += workload::charged_tokens(plan_, *spec, count);
    add_given_answer(at, workload::max_tokens_of(plan_, at, *spec), past);
    ++at.turn;
  }
  return turn(at, turns, endpoint, *spec, past);
}

PreparedPtr TurnMaker::next(const Conversation& conversation, const PreparedRequest& before,
                            const ReceivedAnswer& answer, std::size_t endpoint) {
  Conversation at = conversation;
  at.turn = before.turn.number;
  Past past = plan_.history == History::none ? Past{} : past_of(at, before, answer);
  ++at.turn;
  const auto spec = spec_of(at);
  if (plan_.history == History::none) {
    past.system = system_messages(*spec);
    past.shared = spec->shared_tokens;
  }
  return turn(at, before.turn.turns, endpoint, *spec, past);
}

/// Ahead of the turn behind `before`, which is `at`.
TurnMaker::Past TurnMaker::past_of(const Conversation& at, const PreparedRequest& before,
                                   const ReceivedAnswer& answer) {
  Past past;
  past.system = before.turn.system;
  past.said = std::string_view(before.body)
                  .substr(before.turn.said_from, before.turn.said_until - before.turn.said_from);
  past.tokens = before.tokens.prompt;
  if (before.tokens.shared) past.shared = past.tokens;  // else the source says nothing of what is shared
  past.charged = before.charged_tokens;
  if (plan_.history == History::source) {
    add_given_answer(at, before.max_tokens, past);
    return past;
  }
  const std::array<Message, 1> received{Message{"assistant", answer.text}};
  past.more = protocol::items_of(dialect_of(plan_), received);
  past.charged += answer.tokens.value_or(workload::estimated_tokens(answer.text));
  return past;
}

PreparedPtr TurnMaker::turn(const Conversation& conversation, const workload::Turns& turns,
                            std::size_t endpoint, const RequestSpec& spec, const Past& past) {
  const bool begins = conversation.turn == 0 || plan_.history == History::none;
  RequestSpec around = spec;
  around.messages = *past.system;
  const std::string said = protocol::items_of(dialect_of(plan_), items_among(spec, begins));
  const std::array<std::string_view, 3> all_said{past.said, past.more, said};
  PreparedRequest request;
  request.max_tokens = workload::max_tokens_of(plan_, conversation, spec);
  request.model = workload::model_of(plan_, conversation);
  const protocol::BodyChoice choice{request.max_tokens, endpoint, request.model};
  protocol::TurnBody body = protocol::turn_body(writer_, std::move(around), choice, all_said);
  request.body = std::move(body.text);
  request.headers = spec.headers;
  request.label = redactor_.redact(spec.label);
  const workload::PromptTokens count = counter_.count(spec);
  request.tokens = {sum(past.tokens, count.prompt), count.system, past.shared};
  if (plan_.quota) {
    // The system prompt was charged with the first.
    const Count system = past.charged == 0 ? count.system : 0;
    request.charged_tokens = past.charged + workload::charged_tokens(plan_, spec, {count.prompt, system});
  }
  request.turn = {conversation.turn, turns,          spec.think,     spec.behind_first,
                  past.system,       body.said_from, body.said_until};
  return std::make_shared<const PreparedRequest>(std::move(request));
}

}  // namespace llmload::engine
