#include "report/remarks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <utility>

#include "report/terminal_columns.hpp"
#include "text/number.hpp"

namespace llmload::report {
namespace {

/// How many failed, and the commonest outcome of the whole run with one stage's reason for it.
std::string failures_remark(const RunResult& result) {
  std::uint64_t begun = 0, failed = 0;
  std::array<std::uint64_t, outcome_count> by_outcome{};
  for (const Summary& s : result.stages) {
    begun += s.begun;
    failed += s.failed;
    for (std::size_t i = 1; i < outcome_count; ++i) by_outcome[i] += s.by_outcome[i];  // 0 is ok
  }
  if (failed == 0) return "";
  const auto most = std::ranges::max_element(by_outcome);
  const auto outcome = static_cast<Outcome>(most - by_outcome.begin());
  std::string reason;
  std::uint64_t reason_count = 0;
  for (const Summary& s : result.stages) {
    if (s.commonest_outcome != outcome || s.commonest_count <= reason_count) continue;
    reason_count = s.commonest_count;
    reason = ": " + s.commonest_reason;
  }
  return std::to_string(failed) + " of " + std::to_string(begun) + " requests failed, most often as " +
         std::string(to_string(outcome)) + " (" + std::to_string(*most) + " times)" + reason;
}

/// Where there is more than one kind, or one of an answer that was given up; else "".
std::string finish_remark(const Summary& s) {
  std::string line;
  bool bad = false;
  for (const auto& [reason, count] : s.finish_reasons) {
    line += (line.empty() ? "" : ", ") + std::to_string(count) + ' ' + reason;
    const Finish finish = finish_of(reason);
    bad = bad || finish == Finish::failed || finish == Finish::filtered;
  }
  if (s.finish_reasons.size() < 2 && !bad) return "";
  return "answers ended with " + line;
}

/// "the server itself had 3.9 requests running (4 at most), ..."; "" where it says nothing.
std::string server_remark(const Summary& s) {
  if (!s.server) return "";
  std::string said;
  const auto add = [&said](const std::string& what) { said += (said.empty() ? "" : ", ") + what; };
  const auto level = [&add](const std::optional<ServerLevel>& of, double scale, const std::string& unit) {
    if (of) add(text::rounded(of->mean * scale) + unit + " (" + text::rounded(of->max * scale) + " at most)");
  };
  level(s.server->running, 1, " requests running");
  level(s.server->queued, 1, " queued");
  level(s.server->kv_cache_share, 100, " % of the KV cache used");
  if (s.server->prefix_hit_share) add(text::rounded(*s.server->prefix_hit_share * 100) + " % prefix hits");
  if (s.server->preemptions) add(std::to_string(*s.server->preemptions) + " preemptions");
  return said.empty() ? "" : "the server itself had " + said;
}

/// A remark and the stages that it is about, alike but for its numbers: those of the last one are told.
struct Shared {
  std::string pattern;
  std::string_view begin;
  std::string text;
  bool same = true;
  std::vector<std::string> loads;
};

/// `text` with each number in it as a #.
std::string pattern_of(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit)
      pattern += c;
    else if (!pattern.ends_with('#'))
      pattern += '#';
  }
  return pattern;
}

std::vector<Shared> shared(const RunResult& result) {
  std::vector<Shared> all;
  for (const Summary& s : result.stages) {
    std::vector<Remark> remarks = stage_remarks(s);
    if (s.dropped > 0)
      remarks.push_back({.text = std::to_string(s.dropped) + " requests were due and not sent (dropped)"});
    for (Remark& remark : remarks) {
      const std::string pattern = std::string(remark.begin) + pattern_of(remark.text);
      auto found = std::ranges::find(all, pattern, &Shared::pattern);
      if (found == all.end()) found = all.insert(all.end(), {pattern, remark.begin, remark.text, true, {}});
      found->same = found->same && found->text == remark.text;
      found->text = std::move(remark.text);
      found->loads.push_back(load_of(s.stage));
    }
  }
  return all;
}

std::string joined(const std::vector<std::string>& words, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + words[i];
  return text;
}

/// "At 1, 2, 4: text.", or "At 4: text; likewise at 1, 2."
std::string line_of(const Shared& remark, std::size_t stages) {
  const bool everywhere = stages > 1 && remark.loads.size() == stages;
  const std::string all = everywhere ? "every stage" : joined(remark.loads, remark.loads.size());
  if (remark.same) return std::string(remark.begin) + all + ": " + remark.text + '.';
  const std::string others = everywhere ? "the others" : joined(remark.loads, remark.loads.size() - 1);
  return std::string(remark.begin) + remark.loads.back() + ": " + remark.text + "; likewise at " + others +
         '.';
}

}  // namespace

std::vector<Remark> stage_remarks(const Summary& s) {
  std::vector<Remark> remarks;
  if (!s.token_doubt.empty()) remarks.push_back({"TOKENS IN DOUBT at ", s.token_doubt});
  if (std::string finish = finish_remark(s); !finish.empty()) remarks.push_back({.text = std::move(finish)});
  if (std::string server = server_remark(s); !server.empty()) remarks.push_back({.text = std::move(server)});
  for (const std::string& note : s.notes) remarks.push_back({.text = note});
  return remarks;
}

std::string cache_remark(const RunResult& result) {
  const auto& stages = result.stages;
  const auto is_unique = [](const Summary& s) { return s.cache == CachePolicy::unique; };
  if (std::ranges::none_of(stages, is_unique)) return "";
  const bool talks =
      std::ranges::any_of(stages, [](const Summary& s) { return s.conversations.has_value(); });
  return talks ? "CACHE is unique: no two conversations, of this run or of others, begin alike."
               : "CACHE is unique: no two prompts, of this run or of others, begin alike.";
}

std::vector<std::string> shared_remarks(const RunResult& result) {
  std::vector<std::string> lines;
  for (const Shared& remark : shared(result)) lines.push_back(line_of(remark, result.stages.size()));
  return lines;
}

std::optional<double> cost_of(const RunResult& result) {
  std::optional<double> all;
  for (const Summary& s : result.stages) {
    if (s.cost) all = all.value_or(0) + *s.cost;
  }
  return all;
}

std::string cost_remark(const RunResult& result, const std::optional<Price>& price) {
  if (!price) return "";
  const double all = cost_of(result).value_or(0);
  std::string parts;
  for (const Summary& s : result.stages) {
    parts += (parts.empty() ? "" : ", ") + load_of(s.stage) + ": " + text::cost(s.cost.value_or(0));
  }
  return "Cost: " + text::cost(all) + ' ' + price->currency +
         (result.stages.size() > 1 ? " (" + parts + ")" : "") + ", as far as tokens are known.";
}

std::vector<std::string> end_remarks(const RunResult& result) {
  std::vector<std::string> remarks;
  if (result.interrupted)
    remarks.emplace_back("INTERRUPTED: the last row and what follows from it are of a part of the run.");
  if (!result.ended_early.empty()) remarks.push_back("The run ended early: " + result.ended_early + '.');
  if (!result.valid) remarks.emplace_back("NOT VALID: these numbers must not be used; see the reason below.");
  if (std::string failures = failures_remark(result); !failures.empty())
    remarks.push_back(std::move(failures));
  return remarks;
}

}  // namespace llmload::report
