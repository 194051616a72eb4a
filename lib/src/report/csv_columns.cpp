#include "report/csv_columns.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>
#include <utility>
#include <variant>

#include "text/number.hpp"

namespace llmload::report {
namespace {

using metrics::Metric;
using text::rounded;
using text::rounded_or;

struct Statistic {
  std::string_view label;
  double Distribution::*which;
};
constexpr Statistic mean{"Mean", &Distribution::mean}, p50{"P50", &Distribution::p50},
    p90{"P90", &Distribution::p90}, p95{"P95", &Distribution::p95}, p99{"P99", &Distribution::p99},
    p999{"P99.9", &Distribution::p999}, maximum{"Max", &Distribution::max};

std::string count_cell(const std::optional<std::uint64_t>& value) {
  return value ? std::to_string(*value) : "";
}
std::string percent(const std::optional<double>& share) { return share ? rounded(*share * 100) : ""; }
std::string yes_or_no(bool value) { return value ? "yes" : "no"; }
std::string three_decimals(const std::optional<double>& ms) { return ms ? text::decimals(*ms, 3) : ""; }

/// "length 4; stop 60".
std::string finish_reasons(const Summary& s) {
  std::string text;
  for (const auto& [reason, count] : s.finish_reasons)
    text += (text.empty() ? "" : "; ") + reason + ' ' + std::to_string(count);
  return text;
}

std::string invalid_codes(const Summary& s) {
  std::string codes;
  for (const InvalidReason& reason : s.invalid_reasons) codes += (codes.empty() ? "" : " ") + reason.code;
  return codes;
}

std::string worded(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += word;
  return text;
}

/// Puts column behind column.
class Columns {
 public:
  explicit Columns(std::span<const Metric* const> catalogue) : catalogue_(catalogue) {}

  template <class Cell>
  void add(std::string heading, Cell cell) {
    columns_.push_back({std::move(heading), std::move(cell)});
  }
  void add_count(std::string heading, std::uint64_t Summary::*count) {
    add(std::move(heading), [count](const Summary& s) { return std::to_string(s.*count); });
  }
  void add_count(std::string heading, std::optional<std::uint64_t> Summary::*count) {
    add(std::move(heading), [count](const Summary& s) { return count_cell(s.*count); });
  }
  void add_rate(std::string heading, std::optional<double> Summary::*rate) {
    add(std::move(heading), [rate](const Summary& s) { return rounded_or(s.*rate, ""); });
  }
  void add_yes_or_no(std::string heading, bool Summary::*member) {
    add(std::move(heading), [member](const Summary& s) { return yes_or_no(s.*member); });
  }
  void add_failed(std::size_t outcome) {
    add("Failed: " + std::string(to_string(static_cast<Outcome>(outcome))),
        [outcome](const Summary& s) { return std::to_string(s.by_outcome[outcome]); });
  }

  /// "P50 TTFT (ms)".
  void add_statistics(const Metric& metric, std::initializer_list<Statistic> statistics) {
    for (const Statistic& statistic : statistics) {
      add(worded({statistic.label, " ", metric.name, " (", metric.unit, ")"}),
          [key = metric.key, which = statistic.which](const Summary& s) {
            const auto& d = s.distribution(key);
            return d ? rounded((*d).*which) : "";
          });
    }
    placed_.push_back(metric.key);
  }
  void add_statistics(std::string_view key, std::initializer_list<Statistic> statistics) {
    add_statistics(at(key), statistics);
  }
  /// "Merged Share (%)".
  void add_share(const Metric& metric) {
    add(worded({metric.name, " (%)"}),
        [key = metric.key](const Summary& s) { return percent(s.number(key)); });
    placed_.push_back(metric.key);
  }
  void add_share(std::string_view key) { add_share(at(key)); }
  /// "Tokens per Event".
  void add_mean(std::string_view key) {
    add_statistics(key, {mean});
    columns_.back().heading = at(key).name;
  }
  /// A number of a metric's that is our own, with three decimals: "Own Error P99 of TTFT (ms)".
  void add_own(std::string_view prefix, std::string_view key, std::optional<double> Distribution::*which) {
    const Metric& metric = at(key);
    add(worded({prefix, metric.name, " (", metric.unit, ")"}), [key, which](const Summary& s) {
      const auto& d = s.distribution(key);
      return d ? three_decimals((*d).*which) : "";
    });
  }
  /// "P50 Dispatch Lag (ms)" and its P99.
  void add_lag(std::string_view name, std::optional<Distribution> OwnError::*lag) {
    for (const Statistic& statistic : {p50, p99}) {
      add(worded({statistic.label, " ", name, " (ms)"}), [lag, which = statistic.which](const Summary& s) {
        const auto& d = s.own_error.*lag;
        return d ? three_decimals((*d).*which) : "";
      });
    }
  }
  void add_most(std::string heading, std::vector<double> OwnError::*shares) {
    add(std::move(heading), [shares](const Summary& s) {
      const auto& of_each = s.own_error.*shares;
      return of_each.empty() ? "" : rounded(100 * std::ranges::max(of_each));
    });
  }

  /// Metrics that have no column yet.
  void add_others() {
    for (const Metric* metric : catalogue_) {
      if (std::ranges::find(placed_, metric->key) == placed_.end()) add_other(*metric);
    }
  }

  std::vector<CsvColumn> take() { return std::move(columns_); }

 private:
  [[nodiscard]] const Metric& at(std::string_view key) const {
    return **std::ranges::find(catalogue_, key, &Metric::key);
  }

  void add_other(const Metric& metric) {
    const MetricValue kind = metric.make()->value();
    if (std::holds_alternative<std::optional<Distribution>>(kind))
      return add_statistics(metric, {mean, p50, p99});
    if (metric.unit == "share") return add_share(metric);
    add(worded({metric.name, " (", metric.unit, ")"}), [key = metric.key](const Summary& s) {
      const auto found = s.values.find(key);
      return found == s.values.end() ? "" : one_number(found->second);
    });
  }
  static std::string one_number(const MetricValue& value) {
    if (const auto* count = std::get_if<std::optional<std::uint64_t>>(&value)) return count_cell(*count);
    return rounded_or(std::get<std::optional<double>>(value), "");
  }

  std::span<const Metric* const> catalogue_;
  std::vector<CsvColumn> columns_;
  std::vector<std::string_view> placed_;  // keys
};

void add_streaming(Columns& to) {
  for (const char* key : {"ttft_ms", "ttfo_ms", "tpot_ms", "itl_ms", "event_gap_ms"})
    to.add_statistics(key, {mean, p50, p90, p95, p99, p999});
  to.add_mean("tokens_per_event");
  to.add_share("merged_share");
  to.add_share("first_token_merged_share");
  to.add_statistics("request_output_rate", {mean, p50});
  to.add_statistics("request_prompt_rate", {mean, p50});
  to.add_rate("Goodput (requests/s)", &Summary::goodput);
  to.add("Good Share (%)", [](const Summary& s) { return percent(s.good_share); });
  to.add_count("Reasoning Tokens", &Summary::reasoning_tokens);
  to.add_count("Tool Tokens", &Summary::tool_tokens);
}

void add_open_loop(Columns& to) {
  to.add("Request Rate (requests/s)", [](const Summary& s) {
    const OpenLoop* const open = s.stage.open_loop();
    return open != nullptr && open->rate ? text::shortest(*open->rate) : "";
  });
  to.add("Arrival", [](const Summary& s) {
    const OpenLoop* const open = s.stage.open_loop();
    return open != nullptr ? open->arrival : "";
  });
  to.add_count("Planned", &Summary::planned);
  to.add_count("Not Started", &Summary::not_started);
  to.add_count("Dropped", &Summary::dropped);
  to.add_count("Outside Window", &Summary::outside_window);
  to.add_count("Cold Requests", &Summary::cold_requests);
  for (const char* key : {"service_e2e_ms", "service_ttft_ms", "queue_wait_ms"})
    to.add_statistics(key, {mean, p50, p99});
}

void add_own_error(Columns& to) {
  to.add_lag("Dispatch Lag", &OwnError::dispatch_lag_ms);
  to.add_lag("Read Lag", &OwnError::read_lag_ms);
  to.add_lag("Loop Lag", &OwnError::loop_lag_ms);
  to.add_lag("Prepare Lag", &OwnError::prepare_lag_ms);
  to.add_lag("Turnaround", &OwnError::turnaround_ms);
  to.add_most("Most CPU of a Shard (%)", &OwnError::cpu_shares);
  to.add_most("Most Wait of a Shard for a Core (%)", &OwnError::wait_shares);
  to.add_most("Busiest Seconds of a Shard (%)", &OwnError::busy_shares);
  for (const char* key :
       {"e2e_ms", "ttft_ms", "tpot_ms", "event_gap_ms", "service_e2e_ms", "service_ttft_ms"})
    to.add_own("Own Error P99 of ", key, &Distribution::own_error_p99);
  to.add_yes_or_no("Valid", &Summary::valid);
}

void add_attempts(Columns& to) {
  to.add_count("Attempts", &Summary::attempts);
  to.add_count("Retried Requests", &Summary::retried);
  to.add_statistics("retry_wait_ms", {mean, p99});
  to.add_yes_or_no("Stopped by Errors", &Summary::too_many_errors);
  to.add("Mean Template Tokens",
         [](const Summary& s) { return s.template_tokens ? rounded(s.template_tokens->mean) : ""; });
}

/// How far the percentiles may be too high, where events came in one read.
void add_uncertainty(Columns& to) {
  for (const char* key : {"ttft_ms", "tpot_ms", "event_gap_ms"}) {
    to.add_own("Uncertainty of P50 ", key, &Distribution::uncertainty_p50);
    to.add_own("Uncertainty of P99 ", key, &Distribution::uncertainty_p99);
  }
  to.add_share("together_share");
  to.add("Invalid", invalid_codes);
}

void add_conversations(Columns& to) {
  const auto add = [&to](const char* heading, std::uint64_t ConversationCounts::*count) {
    to.add(heading, [count](const Summary& s) {
      return s.conversations ? std::to_string((*s.conversations).*count) : "";
    });
  };
  add("Conversations", &ConversationCounts::begun);
  add("Conversations Done", &ConversationCounts::done);
  add("Conversations Broken Off", &ConversationCounts::broken_off);
}

/// What the server says of itself.
void add_server(Columns& to) {
  const auto add = [&to](const std::string& name, std::optional<ServerLevel> ServerMetrics::*level,
                         bool share) {
    for (const auto& [label, which] :
         {std::pair("Mean ", &ServerLevel::mean), std::pair("Max ", &ServerLevel::max)})
      to.add(label + name, [level, share, which = which](const Summary& s) {
        if (!s.server || !((*s.server).*level)) return std::string();
        const double value = (*((*s.server).*level)).*which;
        return rounded(share ? value * 100 : value);
      });
  };
  add("Server Running", &ServerMetrics::running, false);
  add("Server Queued", &ServerMetrics::queued, false);
  add("Server KV Cache (%)", &ServerMetrics::kv_cache_share, true);
  to.add("Server Prefix Hits (%)",
         [](const Summary& s) { return s.server ? percent(s.server->prefix_hit_share) : ""; });
  to.add("Server Preemptions",
         [](const Summary& s) { return s.server ? count_cell(s.server->preemptions) : ""; });
}

void add_answers(Columns& to) {
  to.add("Finish Reasons", finish_reasons);
  to.add_count("Cached Prompt Tokens", &Summary::usage_cached_tokens);
  to.add_count("Reasoning Tokens by Usage", &Summary::usage_reasoning_tokens);
  to.add_count("Shared Prompt Tokens", &Summary::shared_tokens);
  to.add_rate("Usage Ratio", &Summary::usage_ratio);
}

}  // namespace

std::vector<CsvColumn> csv_columns(std::span<const Metric* const> catalogue) {
  Columns c(catalogue);
  c.add("Number of Concurrent Requests", [](const Summary& s) { return count_cell(s.stage.concurrency()); });
  c.add_statistics("e2e_ms", {p50, p99});
  c.add_rate("RPS", &Summary::requests_per_second);
  c.add_rate("Output Tokens per Second", &Summary::output_tokens_per_second);
  c.add_rate("Input Tokens per Second", &Summary::input_tokens_per_second);
  c.add_rate("Average Output Tokens per Second per Request",
             &Summary::mean_output_tokens_per_second_per_request);
  c.add_count("Number of Requests Below Threshold", &Summary::below_threshold);
  c.add_count("Requests", &Summary::begun);
  c.add_count("Failed", &Summary::failed);
  constexpr std::size_t first_outcomes = 21;  // later ones have their columns at the end
  for (std::size_t i = 1; i < first_outcomes; ++i) c.add_failed(i);  // 0 is ok
  c.add_statistics("e2e_ms", {p90, p95, maximum});
  c.add_yes_or_no("Enough Samples for P99", &Summary::p99_supported);
  c.add_count("Reconnects", &Summary::reconnects);
  c.add("Time Source",
        [](const Summary& s) { return s.time_source ? std::string(to_string(*s.time_source)) : ""; });
  c.add_yes_or_no("Interrupted", &Summary::interrupted);
  c.add_statistics("e2e_ms", {p999});
  c.add_yes_or_no("Enough Samples for P99.9", &Summary::p999_supported);
  add_streaming(c);
  add_open_loop(c);
  add_own_error(c);
  add_attempts(c);
  add_uncertainty(c);
  add_answers(c);
  add_conversations(c);
  for (std::size_t i = first_outcomes; i < outcome_count; ++i) c.add_failed(i);
  c.add_count("Stale Answers", &Summary::stale_answers);
  c.add_rate("Tail (s)", &Summary::tail_seconds);
  c.add_yes_or_no("Simulated", &Summary::simulated);
  c.add("Cache", [](const Summary& s) { return s.cache == CachePolicy::unique ? "unique" : "shared"; });
  c.add_rate("Cost", &Summary::cost);
  c.add_others();
  add_server(c);
  return c.take();
}

}  // namespace llmload::report
