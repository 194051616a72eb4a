// Any bytes as an HTTP response: any split of them gives the same message, and no more of it than came.
#include "protocol/http/http_reader.hpp"

#include <algorithm>
#include <memory>
#include <string>

#include "fuzz/pieces.hpp"

namespace {

using llmload::protocol::HttpReader;
using State = HttpReader::State;

bool is_over(State state) { return state != State::head && state != State::body; }

/// Each piece in memory of its own, which is gone before the next one comes. `body`: what a stream's reader
/// sees, which drops it piece by piece.
void read(HttpReader& reader, const std::vector<std::string_view>& pieces, bool drops, std::string& body) {
  reader.start();
  for (const std::string_view piece : pieces) {
    const auto bytes = std::make_unique<char[]>(piece.size());
    std::ranges::copy(piece, bytes.get());
    const State before = reader.state();
    const State state = reader.put({bytes.get(), piece.size()});
    fuzz::require(!is_over(before) || state == before, "an end stays");
    fuzz::require(state == reader.state(), "the state is told");
    if (!drops) continue;
    body += reader.body();
    reader.drop_body();
  }
  reader.put_eof();
  if (!drops) body = reader.body();
}

void check(const HttpReader& reader, const std::string& body, std::size_t size) {
  const State state = reader.state();
  fuzz::require(reader.body_bytes() == body.size(), "the body's bytes are counted");
  fuzz::require(body.size() <= size, "a body holds no more than came");
  fuzz::require((state == State::malformed || state == State::too_large) == !reader.error().empty(),
                "what is wrong is told");
  if (state == State::head) fuzz::require(reader.status() == 0, "no status without a head");
  if (state == State::body || state == State::done)
    fuzz::require(reader.status() >= 200 && reader.status() < 1000,
                  "a head has a status, interim ones aside");
  if (state != State::done) fuzz::require(!reader.keep_alive() && !reader.surplus(), "only a whole message");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Pieces input = fuzz::split(data, size);
  static HttpReader whole, parts;  // one message after the other, as a connection has them
  std::string body, body_of_parts;
  read(whole, {input.whole}, false, body);
  read(parts, input.pieces, size % 2 == 0, body_of_parts);
  check(whole, body, size);
  check(parts, body_of_parts, size);
  fuzz::require(whole.status() == parts.status(), "a split gives the same head");
  if (whole.status() == 0) return 0;  // one that is both malformed and cut is told by the one or the other
  fuzz::require(whole.state() == parts.state() && body == body_of_parts, "a split gives the same body");
  fuzz::require(whole.keep_alive() == parts.keep_alive() && whole.surplus() == parts.surplus(),
                "a split leaves the connection the same");
  fuzz::require(whole.request_id() == parts.request_id() && whole.location() == parts.location() &&
                    whole.content_type() == parts.content_type(),
                "a split gives the same fields");
  return 0;
}
