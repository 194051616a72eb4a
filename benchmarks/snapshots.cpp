// What a snapshot a second costs a stage of 1,000 paced streams: CPU of the process, and what the streams
// saw, of runs with and without, in turns.
//   snapshot_benchmark ORIGIN CA_FILE ROUNDS
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <llmload/llmload.hpp>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Cost {
  double cpu_seconds = 0, ttft_p99 = 0, event_gap_p99 = 0;  // the last two in ms
};

llmload::Plan streams(const std::string& origin, const std::string& ca_file) {
  std::ifstream ca(ca_file);
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(origin + "/v1/chat/completions")};
  plan.ca_pem = {std::istreambuf_iterator<char>(ca), {}};
  plan.api_key = llmload::Secret("any");
  plan.source =
      std::make_shared<llmload::PromptList>(std::vector<std::string>{"What does a load test measure?"});
  plan.stages = {{.loop = llmload::ClosedLoop{1'000}, .requests = 3'000}};
  plan.stream = true;
  plan.max_tokens = 256;
  plan.cores = 1;
  return plan;
}

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

Cost cost_of(const llmload::Plan& plan, bool snapshots) {
  llmload::RunOptions options;
  if (snapshots) options.snapshots = std::chrono::seconds(1);
  const double before = cpu_seconds();
  const llmload::RunResult result = llmload::run(plan, options);
  const llmload::Summary& stage = result.stages.at(0);
  if (stage.failed != 0) std::printf("%llu failed\n", static_cast<unsigned long long>(stage.failed));
  return {cpu_seconds() - before, stage.ttft_ms()->p99, stage.event_gap_ms()->p99};
}

double median(const std::vector<Cost>& costs, double Cost::*number) {
  std::vector<double> all;
  for (const Cost& cost : costs) all.push_back(cost.*number);
  std::ranges::sort(all);
  return all[all.size() / 2];
}

void print(const char* name, const Cost& without, const Cost& with) {
  std::printf(
      "%s: CPU %.3f and %.3f s, ratio %.3f; TTFT p99 %.2f and %.2f ms; event gap p99 %.3f and %.3f ms\n",
      name, without.cpu_seconds, with.cpu_seconds, with.cpu_seconds / without.cpu_seconds, without.ttft_p99,
      with.ttft_p99, without.event_gap_p99, with.event_gap_p99);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  const llmload::Plan plan = streams(arguments[1], arguments[2]);
  const int rounds = std::atoi(arguments[3]);
  std::vector<Cost> without, with;
  for (int round = 1; round <= rounds; ++round) {
    const bool first = round % 2 == 0;  // who comes first is who came second before
    const Cost one = cost_of(plan, first), other = cost_of(plan, !first);
    without.push_back(first ? other : one);
    with.push_back(first ? one : other);
    print(("round " + std::to_string(round)).c_str(), without.back(), with.back());
  }
  const auto medians = [](const std::vector<Cost>& costs) {
    return Cost{median(costs, &Cost::cpu_seconds), median(costs, &Cost::ttft_p99),
                median(costs, &Cost::event_gap_p99)};
  };
  print("medians", medians(without), medians(with));
}
