// The JSON of answers and of events: any bytes; and an event that is like the last one, which is not parsed
// again, gives what a reader that never saw the last one gives.
#include <algorithm>
#include <memory>
#include <string>

#include "fuzz/pieces.hpp"
#include "protocol/answer/answer_reader.hpp"
#include "protocol/answer/server_error.hpp"

namespace {

using namespace llmload;
using protocol::AnswerPart;
using protocol::AnswerReader;

/// Takes the first event off a stream's bytes: up to an empty line, without "data: ".
std::string_view take_event(std::string_view& rest) {
  constexpr std::string_view end = "\n\n", field = "data: ";
  const auto at = rest.find(end);
  std::string_view event = rest.substr(0, at);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + end.size());
  if (event.starts_with(field)) event.remove_prefix(field.size());
  return event;
}

bool same(const AnswerPart& a, const AnswerPart& b) {
  return a.choices == b.choices && a.has_role == b.has_role && a.finishes == b.finishes &&
         a.error.has_value() == b.error.has_value() && a.malformed == b.malformed;
}

bool same(const RequestRecord& a, const RequestRecord& b) {
  return a.output == b.output && a.reasoning == b.reasoning && a.tool_text == b.tool_text &&
         a.finish_reason == b.finish_reason && a.usage_prompt_tokens == b.usage_prompt_tokens &&
         a.usage_completion_tokens == b.usage_completion_tokens &&
         a.usage_cached_tokens == b.usage_cached_tokens &&
         a.usage_reasoning_tokens == b.usage_reasoning_tokens;
}

std::size_t text_size(const RequestRecord& r) {
  return r.output.size() + r.reasoning.size() + r.tool_text.size() + r.finish_reason.size();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(static_cast<const char*>(static_cast<const void*>(data)), size);
  AnswerReader reader(*chat_dialect());
  RequestRecord record, record_of_fresh;
  protocol::Answer answer, answer_of_fresh;
  answer.start(record);
  answer_of_fresh.start(record_of_fresh);
  while (!rest.empty()) {
    const std::string_view event = take_event(rest);
    const auto bytes = std::make_unique<char[]>(event.size());
    std::ranges::copy(event, bytes.get());
    const std::string_view text(bytes.get(), event.size());
    const std::size_t before = text_size(record);
    const AnswerPart part = reader.read(text, answer);
    fuzz::require(text_size(record) <= before + event.size(), "texts hold no more than came");
    AnswerReader fresh(*chat_dialect());
    fuzz::require(same(fresh.read(text, answer_of_fresh), part), "the same part as from a fresh reader");
    fuzz::require(same(record, record_of_fresh), "the same texts as from a fresh reader");
    protocol::read_server_error(text);
  }
  const std::size_t before = text_size(record);
  answer.finish(record.events, {});
  answer_of_fresh.finish(record_of_fresh.events, {});
  fuzz::require(text_size(record) >= before && text_size(record) <= size, "texts hold no more than came");
  fuzz::require(same(record, record_of_fresh), "the same texts at the end");
  return 0;
}
