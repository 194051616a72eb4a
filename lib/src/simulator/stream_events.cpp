#include "simulator/stream_events.hpp"

#include "simulator/http_answer.hpp"

namespace llmload::simulator {
namespace {

constexpr std::string_view not_finished = "null";
constexpr std::string_view not_filtered_yet = "{}";

/// Azure's filter speaks in events of its own, which belong to no answer.
constexpr std::string_view filter_begin = R"(data: {"id":"","object":"","created":0,"model":"","choices":[)";

}  // namespace

StreamEvents::StreamEvents(ServerStyle style, const Question& question, const AnswerIds& ids,
                           const StreamForm& form)
    : style_(style),
      api_(question.api),
      own_(question.own),
      id_(ids.id),
      tokens_(question.tokens),
      include_usage_(question.include_usage),
      chunked_(form.chunked),
      finish_reason_(form.finish_reason),
      finished_('"' + std::string(form.finish_reason) + '"'),
      begin_("data: {" + identity(api_ == Api::chat ? "chat.completion.chunk" : "text_completion", ids) +
             R"("choices":[)"),
      choice_begin_(begin_ + R"({"index":0,)"),
      end_(style_ == ServerStyle::azure_openai && include_usage_ ? "],\"usage\":null}\n\n" : "]}\n\n"),
      token_begin_(choice_begin_ + (api_ == Api::chat ? R"("delta":{"content":")" : R"("text":")")) {
  const std::string text_end = api_ == Api::chat ? R"("})" : R"(")";
  token_end_ = text_end + choice_end(not_finished, nothing_filtered) + end_;
  last_token_end_ = style_ == ServerStyle::vllm && form.finishes
                        ? text_end + choice_end(finished_, nothing_filtered) + end_
                        : token_end_;
}

void StreamEvents::put(std::initializer_list<std::string_view> parts, EventBatch& to) const {
  if (chunked_) return append_chunk(parts, to.bytes);
  for (const std::string_view part : parts) to.bytes += part;
}

void StreamEvents::add(std::initializer_list<std::string_view> parts, unsigned tokens, EventBatch& to) const {
  put(parts, to);
  to.events.push_back({to.bytes.size(), tokens});
}

std::string StreamEvents::choice_end(std::string_view finish_reason, std::string_view filter_results) const {
  std::string end = R"(,"finish_reason":)";
  end += finish_reason;
  end += R"(,"logprobs":null)";
  if (style_ == ServerStyle::azure_openai) {
    end += R"(,"content_filter_results":)";
    end += filter_results;
  }
  return end + '}';
}

void StreamEvents::add_role(EventBatch& to) const {
  if (api_ != Api::chat) return;
  const std::string_view refusal = style_ == ServerStyle::azure_openai ? R"(,"refusal":null)" : "";
  add({choice_begin_, R"("delta":{"role":"assistant","content":"")", refusal, "}",
       choice_end(not_finished, not_filtered_yet), end_},
      0, to);
}

void StreamEvents::open(EventBatch& to) const {
  if (own_ != nullptr) {
    const std::string event = own_->first_event(id_);
    if (!event.empty()) add({event}, 0, to);
    return;
  }
  if (style_ == ServerStyle::azure_openai) add({filter_begin, "],", prompt_filter_results(), "}\n\n"}, 0, to);
  if (style_ != ServerStyle::vllm) add_role(to);
}

void StreamEvents::add_tokens(std::string_view text, unsigned count, EventBatch& to) {
  if (own_ != nullptr) return add({own_->token_event(text)}, count, to);
  if (style_ == ServerStyle::vllm && sent_tokens_ == 0) add_role(to);
  sent_tokens_ += count;
  sent_bytes_ += text.size();
  add({token_begin_, text, sent_tokens_ == tokens_ ? last_token_end_ : token_end_}, count, to);
}

void StreamEvents::close(std::size_t prompt_tokens, EventBatch& to) const {
  finish(prompt_tokens, to);
  done(to);
  end(to);
}

void StreamEvents::finish(std::size_t prompt_tokens, EventBatch& to) const {
  if (own_ != nullptr)
    return add({own_->last_event({id_, "", prompt_tokens, tokens_, finish_reason_})}, 0, to);
  const std::string numbers = usage(prompt_tokens, tokens_);
  if (style_ == ServerStyle::serverless) {
    const std::string_view no_text = api_ == Api::chat ? R"("})" : R"(")";
    add({token_begin_, no_text, choice_end(finished_, not_filtered_yet), "],", numbers, "}\n\n"}, 0, to);
  }
  if (style_ == ServerStyle::azure_openai) {
    const std::string_view nothing = api_ == Api::chat ? R"("delta":{})" : R"("text":"")";
    add({choice_begin_, nothing, choice_end(finished_, not_filtered_yet), end_}, 0, to);
    const std::string seen = std::to_string(sent_bytes_);
    add({filter_begin, R"({"index":0,"finish_reason":null,"content_filter_results":)", nothing_filtered,
         R"(,"content_filter_offsets":{"check_offset":)", seen, R"(,"start_offset":0,"end_offset":)", seen,
         "}}", end_},
        0, to);
  }
  if (style_ != ServerStyle::serverless && include_usage_) add_members(numbers, to);
}

void StreamEvents::done(EventBatch& to) const {
  if (own_ == nullptr) put({"data: [DONE]\n\n"}, to);
}

void StreamEvents::end(EventBatch& to) const {
  if (chunked_) to.bytes += last_chunk;
}

void StreamEvents::add_data(std::string_view data, EventBatch& to) const {
  add({"data: ", data, "\n\n"}, 0, to);
}

void StreamEvents::add_members(std::string_view members, EventBatch& to) const {
  add({begin_, "],", members, "}\n\n"}, 0, to);
}

}  // namespace llmload::simulator
