#include "net/turn.hpp"

#include "support/catch.hpp"

namespace turn_test {

using llmload::net::Turn;

TEST_CASE("a turn is over behind so many bytes, and the next one is not") {
  Turn turn;
  CHECK_FALSE(turn.is_over());
  turn.on_read(Turn::most_bytes - 1, 5);
  CHECK_FALSE(turn.is_over());
  turn.on_read(1, 5);
  CHECK(turn.is_over());
  turn.begin();
  CHECK_FALSE(turn.is_over());
}

TEST_CASE(
    "a turn is over where another read would come so long behind its first, however little they brought") {
  Turn turn;
  CHECK_FALSE(turn.has_read());
  turn.on_read(1, 1'000'000'000);
  CHECK(turn.has_read());
  turn.look(1'000'000'000 + Turn::longest - 1);
  turn.on_read(1, 1'000'000'000 + Turn::longest - 1);
  CHECK_FALSE(turn.is_over());
  turn.look(1'000'000'000 + Turn::longest);
  CHECK(turn.is_over());
  turn.begin();
  CHECK_FALSE(turn.has_read());
  turn.on_read(1, 9'000'000'000);  // long behind it
  turn.look(9'000'000'000);
  CHECK_FALSE(turn.is_over());
}

}  // namespace turn_test
