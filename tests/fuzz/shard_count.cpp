// In place of lib/src/engine/run.cpp, whose coroutines clang 14 can't instrument: of it, the report needs
// this.
#include <algorithm>

#include "llmload/plan.hpp"

unsigned llmload::shard_count(const Plan& plan) noexcept { return std::max(plan.cores, 1U); }
