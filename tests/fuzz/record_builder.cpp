// Any bytes as the answer to a stream: one outcome, which stays, and stamps in order.
#include "protocol/record_builder.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>

#include "fuzz/pieces.hpp"

namespace {

using namespace llmload;
using protocol::Reading;
using protocol::RecordBuilder;

RequestRecord record_of(const Dialect& dialect, const std::vector<std::string_view>& pieces, bool clean_end) {
  static const protocol::Redactor redactor{Plan{}};
  RecordBuilder builder(dialect, redactor, true);
  RequestRecord record;
  builder.start(record);
  std::int64_t now = 0;  // ns
  auto reading = Reading::more;
  for (const std::string_view piece : pieces) {
    if (piece.empty()) continue;
    const auto bytes = std::make_unique<char[]>(piece.size());
    std::ranges::copy(piece, bytes.get());
    ++now;
    const auto before = reading;
    const Outcome outcome = record.outcome;
    const Stamp done = record.done;
    reading = builder.on_bytes({bytes.get(), piece.size()},
                               {std::chrono::nanoseconds(now), TimeSource::kernel, std::uint64_t(now)});
    fuzz::require(builder.concluded() == (reading != Reading::more), "the outcome is known at the end");
    if (before == Reading::concluded)
      fuzz::require(record.outcome == outcome && record.done == done, "an outcome stays");
    if (reading == Reading::ended) break;
  }
  if (reading != Reading::ended) {
    const Outcome outcome = record.outcome;
    builder.on_eof(clean_end);
    fuzz::require(builder.concluded(), "the end gives an outcome");
    if (reading == Reading::concluded) fuzz::require(record.outcome == outcome, "the end leaves an outcome");
  }
  return record;
}

void check(const RequestRecord& r) {
  fuzz::require(r.outcome != Outcome::cancelled, "an outcome of the bytes");
  fuzz::require((r.outcome == Outcome::ok) == r.error.empty(), "an error where it is not ok");
  fuzz::require(r.error.size() <= 303 && r.error.find('\n') == r.error.npos, "an error is one bounded line");
  fuzz::require(r.events.empty() == !r.first_token, "a first token is an event");
  if (!r.events.empty()) {
    fuzz::require(r.first_token == r.events.front().at, "the first token is the first event");
    fuzz::require(r.last_token == r.events.back().at, "the last token is the last event");
    fuzz::require(r.headers <= r.first_event && r.first_event <= r.first_token, "stamps are in order");
  }
  for (const Stamp& stamp : {r.role_event, r.finish_event, r.last_choice_event})
    fuzz::require(!stamp || (r.first_event <= stamp && (!r.done || stamp <= r.done)),
                  "events lie within the stream");
  fuzz::require(!r.finish_event || r.finish_event <= r.last_choice_event, "a finish reason is a choice's");
  if (r.headers) fuzz::require(r.first_byte <= r.headers, "the first byte comes first");
  if (r.outcome == Outcome::ok) fuzz::require(r.done.has_value(), "a complete answer has an end");
  std::array<std::set<std::uint32_t>, 3> ends_of_kind;  // of several choices they don't ascend
  std::chrono::nanoseconds last{0};
  for (const TokenEvent& e : r.events) {
    const bool is_new = ends_of_kind[static_cast<std::size_t>(e.kind)].insert(e.text_end).second;
    fuzz::require(e.at >= last && e.text_end > 0 && is_new, "events are in order, and each has text");
    fuzz::require(!r.done || e.at <= *r.done, "no event behind the end");
    last = e.at;
  }
  std::array<std::uint32_t, 3> ends{};
  for (std::size_t kind = 0; kind < ends.size(); ++kind)
    if (!ends_of_kind[kind].empty()) ends[kind] = *ends_of_kind[kind].rbegin();
  if (r.streamed && r.outcome == Outcome::ok)
    fuzz::require(
        ends[0] == r.output.size() && ends[1] == r.reasoning.size() && ends[2] == r.tool_text.size(),
        "all text came with events");
}

void check(const Dialect& dialect, const fuzz::Pieces& input, bool clean_end) {
  const RequestRecord whole = record_of(dialect, {input.whole}, clean_end),
                      parts = record_of(dialect, input.pieces, clean_end);
  check(whole);
  check(parts);
  // A head that is both malformed and cut is told by the one or the other, as it comes.
  fuzz::require(whole.headers.has_value() == parts.headers.has_value(), "a split gives the same head");
  fuzz::require(whole.outcome == parts.outcome || !whole.headers, "a split gives the same outcome");
  fuzz::require(whole.output == parts.output && whole.reasoning == parts.reasoning &&
                    whole.tool_text == parts.tool_text && whole.events.size() == parts.events.size(),
                "a split gives the same text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Pieces input = fuzz::split(data, size);
  const bool clean_end = size % 2 == 0;
  for (const auto& dialect : {chat_dialect(), responses_dialect(), anthropic_dialect()})
    check(*dialect, input, clean_end);
  return 0;
}
