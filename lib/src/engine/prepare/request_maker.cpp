#include "engine/prepare/request_maker.hpp"

#include "engine/prepare/require_sendable.hpp"
#include "engine/stage_run.hpp"
#include "workload/spec_of.hpp"

namespace llmload::engine {
namespace {

constexpr std::size_t most_kept_bytes = 64 * 1024 * 1024;

}  // namespace

std::pair<PreparedPtr, bool> RequestMaker::make(const Stage& stage, std::size_t number, std::uint64_t index) {
  const std::size_t endpoint = endpoint_of(stage, plan_.endpoints.size(), index);
  const Conversation conversation = workload::conversation_of(plan_, stage, number, index);
  const workload::Turns turns = workload::turns_of(plan_, stage, conversation);
  if (turns.all > 1) return {turns_.first(conversation, turns, endpoint), true};
  Made wanted;
  wanted.spec = workload::spec_of(plan_, conversation);
  wanted.variant = {workload::max_tokens_of(plan_, conversation, *wanted.spec),
                    workload::model_of(plan_, conversation), writer_.questions(endpoint)};
  wanted.request = known(wanted);
  if (wanted.request && wanted.request == last_.request) return {std::move(wanted.request), false};
  const bool is_new = wanted.request == nullptr;
  if (is_new) {
    require_sendable(plan_, conversation, *wanted.spec);
    PreparedRequest request;
    request.max_tokens = wanted.variant.max_tokens;
    request.model = wanted.variant.model;
    request.body = writer_.body(*wanted.spec, {request.max_tokens, endpoint, request.model});
    request.headers = wanted.spec->headers;
    request.label = redactor_.redact(wanted.spec->label);
    request.tokens = counter_.count(*wanted.spec);
    if (plan_.quota) request.charged_tokens = workload::charged_tokens(plan_, *wanted.spec, request.tokens);
    wanted.request = std::make_shared<const PreparedRequest>(std::move(request));
    keep(wanted);
  }
  PreparedPtr request = wanted.request;
  last_ = std::move(wanted);
  return {std::move(request), is_new};
}

PreparedPtr RequestMaker::known(const Made& wanted) const {
  if (last_.spec && wanted.variant == last_.variant &&
      (wanted.spec == last_.spec || *wanted.spec == *last_.spec))
    return last_.request;
  const auto found = kept_.find({wanted.spec.get(), wanted.variant});
  return found == kept_.end() ? nullptr : found->second.request;
}

/// Before `made` becomes the last one: nobody but the source has its spec, too.
void RequestMaker::keep(const Made& made) {
  if (made.spec.use_count() == 1) return;
  kept_bytes_ += made.request->body.size();
  if (kept_bytes_ > most_kept_bytes) {
    kept_.clear();
    kept_bytes_ = made.request->body.size();
  }
  kept_[{made.spec.get(), made.variant}] = made;
}

PreparedPtr RequestMaker::next_turn(const Stage& stage, std::size_t number, std::uint64_t index,
                                    const PreparedRequest& before, const ReceivedAnswer& answer) {
  const Conversation conversation = workload::conversation_of(plan_, stage, number, index);
  return turns_.next(conversation, before, answer, endpoint_of(stage, plan_.endpoints.size(), index));
}

}  // namespace llmload::engine
