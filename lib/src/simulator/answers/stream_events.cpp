#include "simulator/answers/stream_events.hpp"

#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {

StreamEvents::StreamEvents(const SimulatedDialect& dialect, const SimulatedAnswer& answer,
                           const StreamForm& form)
    : dialect_(dialect),
      answer_(answer),
      stream_(dialect.stream(answer)),
      form_(form),
      has_last_end_(form.finishes && !stream_.last_token_end.empty()) {}

void StreamEvents::put(std::initializer_list<std::string_view> parts, EventBatch& to) const {
  if (form_.chunked) return append_chunk(parts, to.bytes);
  for (const std::string_view part : parts) to.bytes += part;
}

void StreamEvents::add(std::initializer_list<std::string_view> parts, unsigned tokens, EventBatch& to) const {
  put(parts, to);
  to.events.push_back({to.bytes.size(), tokens});
}

void StreamEvents::open(EventBatch& to) const {
  for (const std::string& event : stream_.opening) add({event}, 0, to);
}

void StreamEvents::add_tokens(std::string_view text, unsigned count, EventBatch& to) {
  if (sent_tokens_ == 0 && !stream_.with_first_token.empty()) add({stream_.with_first_token}, 0, to);
  sent_tokens_ += count;
  const bool last = has_last_end_ && sent_tokens_ == answer_.completion_tokens;
  add({stream_.token_begin, text, last ? stream_.last_token_end : stream_.token_end}, count, to);
}

void StreamEvents::close(const PromptTokens& prompt, EventBatch& to) const {
  finish(prompt, to);
  done(to);
  end(to);
}

void StreamEvents::finish(const PromptTokens& prompt, EventBatch& to) const {
  SimulatedAnswer answer = answer_;
  answer.prompt_tokens = prompt.all;
  answer.cached_tokens = prompt.cached;
  for (const std::string& event : dialect_.closing(answer)) add({event}, 0, to);
}

void StreamEvents::done(EventBatch& to) const {
  if (!dialect_.done().empty()) put({dialect_.done()}, to);
}

void StreamEvents::end(EventBatch& to) const {
  if (form_.chunked) to.bytes += last_chunk;
}

void StreamEvents::add_event(std::string_view event, EventBatch& to) const { add({event}, 0, to); }

void StreamEvents::add_data(std::string_view data, EventBatch& to) const {
  add({"data: ", data, "\n\n"}, 0, to);
}

void StreamEvents::add_members(std::string_view members, EventBatch& to) const {
  add({dialect_.odd_event(answer_, members)}, 0, to);
}

}  // namespace llmload::simulator
