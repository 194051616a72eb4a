#include "protocol/record_builder.hpp"

namespace llmload::protocol {
namespace {

constexpr std::uint64_t most_without_room = 256 * 1024;  // bytes

}  // namespace

void RecordBuilder::on_no_memory(Outcome outcome) {
  reader_.let_go();
  protocol::drop_text(*record_);
  answer_.drop_text();
  choice_of_.clear();
  if (!concluded_) decide(outcome, "the system has no memory for it");
  let_go();
}

/// What a long answer holds, when its outcome is known. Not while its body is read.
void RecordBuilder::let_go() {
  if (room_.is_taken()) {
    reader_.let_go();
    events_.start();
    answers_.let_go();
  }
  room_.leave();
}

void RecordBuilder::look_for_room() {
  next_look_ = reader_.body_bytes() + look_each;
  if (room_.take(bytes_held())) return;
  drop_text();
  if (!room_.take(bytes_held()) && bytes_held() > most_without_room) decide(Outcome::too_large, no_room);
}

std::uint64_t RecordBuilder::bytes_held() const {
  return reader_.held() + events_.held() + answer_.held() + bytes_of(*record_);
}

void RecordBuilder::drop_text() {
  protocol::drop_text(*record_);
  answer_.drop_text();
  choice_of_.clear();
  if (!record_->streamed) reader_.shorten_strings();
}

}  // namespace llmload::protocol
