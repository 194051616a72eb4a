#include "llmload/budget.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "text/number.hpp"
#include "workload/pacers/quota_pacer.hpp"
#include "workload/prompt_tokens.hpp"
#include "workload/schedule.hpp"
#include "workload/spec_of.hpp"

namespace llmload {
namespace {

constexpr std::uint64_t looked_at = 100;       // requests, for the means
constexpr std::uint64_t windows_a_minute = 6;  // over which Azure counts

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

/// The time of an open loop's schedule.
double schedule_seconds(const OpenLoop& loop, std::uint64_t requests) {
  const auto last = requests > 0 ? loop.pacer->due(requests - 1) : std::nullopt;
  return last ? seconds(*last) : 0;
}

void add_requests(const Stage& stage, std::optional<std::uint64_t> ends_after, StageBudget& budget) {
  if (const OpenLoop* const open = stage.open_loop()) {
    const std::uint64_t requests = workload::lay_out(stage, ends_after).end;
    budget.requests = requests;
    budget.least_seconds = schedule_seconds(*open, requests);
    return;
  }
  if (stage.requests && stage.warmup.count() == 0 && stage.cooldown.count() == 0)
    budget.requests = stage.warmup_requests + *stage.requests;
  if (ends_after && !stage.duration)
    budget.requests = std::min(budget.requests.value_or(*ends_after), *ends_after);
  if (!stage.requests && stage.duration)
    budget.least_seconds = seconds(stage.warmup + *stage.duration + stage.cooldown);
}

void add_quota(const Quota& quota, const Stage& stage, StageBudget& budget) {
  const workload::QuotaPacer pacer(quota);
  const auto tokens = static_cast<std::uint64_t>(budget.prompt_tokens + budget.output_tokens);
  const double each = seconds(pacer.cost(tokens));
  if (each <= 0) return;
  budget.quota_rate = 1 / each;
  if (!budget.requests) return;
  const double takes = each * static_cast<double>(*budget.requests);
  const double least = std::max(budget.least_seconds.value_or(0), takes);
  // A closed loop's time ends it, however many requests are left.
  budget.least_seconds =
      stage.duration && stage.open_loop() == nullptr ? std::min(least, seconds(*stage.duration)) : least;
}

/// What an index asks for, with all turns of its conversation that are sent.
struct Asked {
  double requests = 0, prompt_tokens = 0, output_tokens = 0;
};

/// Answers are taken to be as long as they may be, for later turns repeat them.
class Asking {
 public:
  Asking(const Plan& plan, const Stage& stage, std::size_t number)
      : plan_(plan), stage_(stage), number_(number), system_(workload::count_system_prompt(plan)) {}

  /// What `count` indexes from `first` on ask for, by the mean of the first 100 of them.
  [[nodiscard]] Asked of(std::uint64_t first, std::uint64_t count) {
    Asked all;
    const std::uint64_t sample = std::min(count, looked_at);
    for (std::uint64_t i = first; i < first + sample; ++i) add(i, all);
    const double each = sample == 0 ? 0 : static_cast<double>(count) / static_cast<double>(sample);
    return {all.requests * each, all.prompt_tokens * each, all.output_tokens * each};
  }

 private:
  void add(std::uint64_t index, Asked& to) {
    Conversation c = workload::conversation_of(plan_, stage_, number_, index);
    const workload::Turns turns = workload::turns_of(plan_, stage_, c);
    double said = 0;
    for (; c.turn < turns.all; ++c.turn) {
      const auto spec = workload::spec_of(plan_, c);
      said += static_cast<double>(tokens_of(spec, c.turn));
      const unsigned answer = workload::max_tokens_of(plan_, c, *spec);
      if (c.turn >= turns.first) {
        ++to.requests;
        to.prompt_tokens += said;
        to.output_tokens += answer;
      }
      said += answer;
    }
  }

  /// With the system prompt in the first turn.
  std::uint64_t tokens_of(const std::shared_ptr<const RequestSpec>& spec, unsigned turn) {
    if (spec == last_) return tokens_;
    last_ = spec;
    const auto system = turn == 0 ? system_ : 0;
    tokens_ = workload::charged_tokens(plan_, *spec, {count_prompt(plan_, *spec), system});
    return tokens_;
  }

  const Plan& plan_;
  const Stage& stage_;
  const std::size_t number_;
  const std::optional<std::uint64_t> system_;
  std::shared_ptr<const RequestSpec> last_;
  std::uint64_t tokens_ = 0;
};

/// Of a stage of so many requests, or conversations; where nobody knows how many, of as many as are looked
/// at. A closed loop's first conversations are shorter than the others.
Asked asked_of(const Plan& plan, const Stage& stage, std::size_t number,
               std::optional<std::uint64_t> indexes) {
  const std::uint64_t there = plan.source->ends_after().value_or(std::numeric_limits<std::uint64_t>::max());
  const auto* const loop = std::get_if<ClosedLoop>(&stage.loop);
  const bool talks = plan.source->most_turns() > 1;
  const std::uint64_t first =
      talks && loop != nullptr ? std::min<std::uint64_t>(loop->concurrency, there) : 0;
  Asking asking(plan, stage, number);
  if (!indexes && first < there) return asking.of(first, std::min(looked_at, there - first));
  const std::uint64_t all = std::max<std::uint64_t>(std::min(indexes.value_or(looked_at), there), 1);
  const Asked cut = asking.of(0, std::min(first, all)), whole = asking.of(first, all - std::min(first, all));
  return {cut.requests + whole.requests, cut.prompt_tokens + whole.prompt_tokens,
          cut.output_tokens + whole.output_tokens};
}

std::string amount(double value) { return text::rounded(value); }

/// "60,000 tokens and 200 requests a minute".
std::string describe(const Quota& quota) {
  std::string text;
  if (quota.tokens_per_minute) text = std::to_string(*quota.tokens_per_minute) + " tokens";
  if (quota.requests_per_minute)
    text += (text.empty() ? "" : " and ") + std::to_string(*quota.requests_per_minute) + " requests";
  return text + " a minute";
}

}  // namespace

StageBudget budget_of(const Plan& plan, std::size_t number) {
  const Stage& stage = plan.stages.at(number);
  StageBudget budget;
  add_requests(stage, plan.source->ends_after(), budget);
  const Asked asked = asked_of(plan, stage, number, budget.requests);
  budget.prompt_tokens = asked.prompt_tokens / asked.requests;
  budget.output_tokens = asked.output_tokens / asked.requests;
  if (plan.source->most_turns() > 1 && budget.requests)
    budget.conversations = std::exchange(budget.requests, std::llround(asked.requests));
  if (plan.quota) add_quota(*plan.quota, stage, budget);
  if (plan.price && budget.requests) {
    const double each = budget.prompt_tokens * plan.price->input + budget.output_tokens * plan.price->output;
    budget.cost = each * static_cast<double>(*budget.requests) / 1e6;
  }
  return budget;
}

std::vector<std::string> quota_warnings(const Plan& plan) {
  std::vector<std::string> warnings;
  if (!plan.quota) return warnings;
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const Stage& stage = plan.stages[i];
    const StageBudget budget = budget_of(plan, i);
    const double tokens = budget.prompt_tokens + budget.output_tokens;
    const std::string each = amount(tokens) + " tokens (prompt " + amount(budget.prompt_tokens) +
                             " + max_tokens " + amount(budget.output_tokens) + ")";
    const double window = static_cast<double>(plan.quota->tokens_per_minute.value_or(0)) / windows_a_minute;
    if (window > 0 && tokens > window) {
      warnings.push_back("at " + describe(stage) + ": a request is charged " + each +
                         ", more than a window of 10 s allows (" + amount(window) +
                         ", a sixth of the quota): a server that counts by such windows refuses each");
    }
    const OpenLoop* const open = stage.open_loop();
    if (open == nullptr || !budget.requests || !budget.least_seconds) continue;
    const double lasts = schedule_seconds(*open, budget.conversations.value_or(*budget.requests));
    if (*budget.least_seconds <= lasts * 1.01 + 1) continue;
    warnings.push_back("at " + describe(stage) + ": does not fit into the quota of " + describe(*plan.quota) +
                       ": " + std::to_string(*budget.requests) + " requests of " + each + " take at least " +
                       amount(*budget.least_seconds) + " s, and are due within " + amount(lasts) +
                       " s: they will wait for up to " + amount(*budget.least_seconds - lasts) +
                       " s, which is in their latency");
  }
  return warnings;
}

}  // namespace llmload
