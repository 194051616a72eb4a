#include "workload/spec_of.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"

namespace spec_of_test {

using namespace llmload;
using workload::model_of;

constexpr std::uint64_t many = 40'000;

Plan plan_with(std::vector<ModelShare> models) {
  Plan plan;
  plan.models = std::move(models);
  return plan;
}

std::vector<double> shares_of(const Plan& plan, std::optional<std::uint64_t> seed = {}) {
  std::vector<double> shares(plan.models.size());
  for (std::uint64_t i = 0; i < many; ++i) shares[model_of(plan, {{}, 0, i, seed})] += 1.0 / many;
  return shares;
}

TEST_CASE("models have their shares, whatever these add up to") {
  const Plan plan = plan_with({{"a", 3}, {"b", 1}, {"c", 0.5}, {"d", 0.5}});
  for (const auto& shares : {shares_of(plan), shares_of(plan, 7)}) {
    for (std::size_t i = 0; i < shares.size(); ++i) {
      const double share = plan.models[i].share / 5;
      CHECK(std::abs(shares[i] - share) < 4 * std::sqrt(share * (1 - share) / many));  // 4 sigma
    }
  }
}

TEST_CASE("a request's model depends on its index and the seed alone, and a conversation's turns have one") {
  Plan plan = plan_with({{"a"}, {"b"}});
  std::uint64_t other = 0, of_stage = 0;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    const unsigned model = model_of(plan, {"salt", 0, i});
    CHECK(model_of(plan, {"another", 3, i, {}, 5}) == model);
    of_stage += model_of(plan, {"salt", 0, i, 9}) == model ? 0 : 1;
    plan.models_seed = 2;
    other += model_of(plan, {"salt", 0, i}) == model ? 0 : 1;
    plan.models_seed = 1;
  }
  CHECK(other > 400);
  CHECK(of_stage > 400);
}

TEST_CASE("without models, and of one alone, there is nothing to draw") {
  CHECK(model_of({}, {{}, 0, 1}) == 0);
  CHECK(model_of(plan_with({{"a", 0.1}}), {{}, 0, 1}) == 0);
}

}  // namespace spec_of_test
