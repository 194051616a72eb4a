#include "report/sink_use.hpp"

#include <array>
#include <span>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace sink_use_test {

using namespace llmload;
using report::SinkUse;

TEST_CASE("a sink is in one run at a time, also as a part of a tee in a tee") {
  Sink one, two, three;
  TeeSink inner({&one, &two}), outer({&inner, &three});
  {
    const SinkUse use(&outer);
    for (Sink* taken : std::initializer_list<Sink*>{&one, &two, &three, &inner, &outer}) {
      CHECK(has(error_of<InputError>([&] { const SinkUse again(taken); }), "is in a run that has not ended"));
    }
  }
  const SinkUse later(&one), also(&two);
}

TEST_CASE("a tee that is refused for one sink keeps none of the others") {
  Sink taken, free;
  const SinkUse use(&taken);
  TeeSink tee({&free, &taken});
  CHECK_THROWS_AS(SinkUse(&tee), InputError);
  CHECK_NOTHROW(SinkUse(&free));
}

class Half : public Sink {
 public:
  explicit Half(Sink& other) : others_{this, &other} {}
  [[nodiscard]] std::span<Sink* const> sinks() const noexcept override { return others_; }

 private:
  std::array<Sink*, 2> others_;
};

TEST_CASE("a sink of a user's that hands on to another takes it, too, even where it names itself") {
  Sink other;
  Half half(other);
  const SinkUse use(&half);
  CHECK_THROWS_AS(SinkUse(&other), InputError);
}

TEST_CASE("no sink is no use") { CHECK_NOTHROW(SinkUse(nullptr)); }

}  // namespace sink_use_test
