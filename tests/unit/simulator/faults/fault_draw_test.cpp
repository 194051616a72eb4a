#include "simulator/faults/fault_draw.hpp"

#include <map>
#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace fault_draw_test {

using namespace llmload;
using simulator::FaultDraw;

const auto any = [](Fault) { return true; };

std::string letters(FaultDraw draw, int count, const std::function<bool(Fault)>& can_befall = any) {
  std::string drawn;
  for (int i = 0; i < count; ++i) {
    const auto fault = draw.draw(can_befall);
    drawn += !fault ? '.' : *fault == Fault::http_500 ? '5' : *fault == Fault::no_done ? 'd' : '?';
  }
  return drawn;
}

const std::vector<FaultRule> rules = {{Fault::no_done, 0.3}, {Fault::silent}, {Fault::http_500, 0.3}};
constexpr auto requests = {FaultLevel::answer, FaultLevel::stream};

TEST_CASE("a draw is the same for a seed, another for another, and of its levels only") {
  const std::string drawn = letters({rules, requests, 1}, 200);
  CHECK(drawn == letters({rules, requests, 1}, 200));
  CHECK(drawn != letters({rules, requests, 2}, 200));
  CHECK(drawn.find('?') == std::string::npos);
}

TEST_CASE("each rule is drawn by its own probability, after those ahead of it") {
  std::map<char, int> counts;
  for (const char letter : letters({rules, requests, 1}, 100'000)) ++counts[letter];
  CHECK(std::abs(counts['d'] - 30'000) < 600);  // 4 standard deviations
  CHECK(std::abs(counts['5'] - 21'000) < 600);
}

TEST_CASE("a fault that can't befall is passed over, and does not change who draws another") {
  const std::string all = letters({rules, requests, 1}, 200);
  const std::string whole = letters({rules, requests, 1}, 200, [](Fault f) { return f != Fault::no_done; });
  CHECK(whole.find('d') == std::string::npos);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == '5') CHECK(whole[i] == '5');
    if (all[i] == '.') CHECK(whole[i] == '.');
  }
}

TEST_CASE("probability 0 is never and 1 always") {
  CHECK(letters({{{Fault::http_500, 0}}, requests, 1}, 50) == std::string(50, '.'));
  CHECK(letters({{{Fault::http_500, 1}}, requests, 1}, 50) == std::string(50, '5'));
}

}  // namespace fault_draw_test
