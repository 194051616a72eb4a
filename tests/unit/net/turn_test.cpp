#include "net/turn.hpp"

#include "support/catch.hpp"

namespace turn_test {

using llmload::net::Turn;

constexpr llmload::net::Time begin(std::chrono::seconds(1)), long_after(std::chrono::seconds(9));
constexpr std::chrono::nanoseconds ns(1);

TEST_CASE("a turn is over behind so many bytes, and the next one is not") {
  Turn turn;
  CHECK_FALSE(turn.is_over());
  turn.on_read(Turn::most_bytes - 1, begin);
  CHECK_FALSE(turn.is_over());
  turn.on_read(1, begin);
  CHECK(turn.is_over());
  turn.begin();
  CHECK_FALSE(turn.is_over());
}

TEST_CASE(
    "a turn is over where another read would come so long behind its first, however little they brought") {
  Turn turn;
  CHECK_FALSE(turn.has_read());
  turn.on_read(1, begin);
  CHECK(turn.has_read());
  turn.look(begin + Turn::longest - ns);
  turn.on_read(1, begin + Turn::longest - ns);
  CHECK_FALSE(turn.is_over());
  turn.look(begin + Turn::longest);
  CHECK(turn.is_over());
  turn.begin();
  CHECK_FALSE(turn.has_read());
  turn.on_read(1, long_after);
  turn.look(long_after);
  CHECK_FALSE(turn.is_over());
}

}  // namespace turn_test
