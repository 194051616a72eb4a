// Any split of a stream gives the same events, and no more bytes of them than came.
#include "protocol/http/sse_parser.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "fuzz/pieces.hpp"

namespace {

using llmload::protocol::SseParser;
using Events = std::vector<std::pair<std::string, std::string>>;  // type, data

void take(SseParser& parser, Events& events) {
  while (const auto event = parser.next()) events.emplace_back(event->type, event->data);
}

/// Each piece in memory of its own, which is gone before the next one comes.
Events events_of(const std::vector<std::string_view>& pieces) {
  SseParser parser;
  parser.start();
  Events events;
  for (const std::string_view piece : pieces) {
    const auto bytes = std::make_unique<char[]>(piece.size());
    std::ranges::copy(piece, bytes.get());
    parser.put({bytes.get(), piece.size()});
    take(parser, events);
  }
  parser.put_end();
  take(parser, events);
  fuzz::require(!parser.too_large(), "an input this small is not too large");
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Pieces input = fuzz::split(data, size);
  const Events whole = events_of({input.whole});
  fuzz::require(events_of(input.pieces) == whole, "a split gives the same events");
  std::size_t bytes = 0;
  for (const auto& [type, text] : whole) {
    bytes += type.size() + text.size();
    fuzz::require(type.find_first_of("\r\n") == type.npos, "a type is one line");
    fuzz::require(text.find('\r') == text.npos, "CR ends a line");
  }
  fuzz::require(bytes <= size, "events hold no more than came");
  return 0;
}
