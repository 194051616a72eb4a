#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"

using namespace llmload;
using namespace std::chrono_literals;
using test::count;
using test::plan_for;
using test::RecordKeeper;

namespace {

constexpr std::uint64_t requests = 60;
constexpr double probability = 0.15;

/// What becomes of a request that meets the fault; ok: it is no failure.
const std::map<Fault, Outcome>& outcomes() {
  using enum Fault;
  static const std::map<Fault, Outcome> all = {
      {refused, Outcome::connect_failed},
      {restart, Outcome::incomplete},
      {silent, Outcome::tls_timeout},
      {tls_wrong_name, Outcome::tls_failed},
      {tls_expired, Outcome::tls_failed},
      {tls_self_signed, Outcome::tls_failed},
      {tls_old_version, Outcome::tls_failed},
      {tls_garbage, Outcome::tls_failed},
      {tls_close, Outcome::tls_failed},
      {tls_stall, Outcome::tls_timeout},
      {reset_before_headers, Outcome::reset},
      {reset_in_headers, Outcome::incomplete},
      {reset_after_headers, Outcome::incomplete},
      {reset_body, Outcome::incomplete},
      {reset_between_events, Outcome::incomplete},
      {stall_before_headers, Outcome::first_byte_timeout},
      {stall_before_first_token, Outcome::first_token_timeout},
      {stall_between_events, Outcome::idle_timeout},
      {slow_headers, Outcome::ok},
      {large_header, Outcome::too_large},
      {header_bomb, Outcome::too_large},
      {bad_status_line, Outcome::bad_response},
      {bad_chunk_size, Outcome::bad_response},
      {content_length_long, Outcome::too_large},
      {content_length_short, Outcome::incomplete},
      {continue_first, Outcome::ok},
      {redirect, Outcome::http_3xx},
      {no_content, Outcome::bad_response},
      {html_error, Outcome::http_5xx},
      {http_400, Outcome::http_4xx},
      {http_400_content_filter, Outcome::content_filtered},
      {http_401, Outcome::http_4xx},
      {http_403, Outcome::http_4xx},
      {http_404, Outcome::http_4xx},
      {http_408, Outcome::http_4xx},
      {http_413, Outcome::http_4xx},
      {http_422, Outcome::http_4xx},
      {http_429, Outcome::rate_limited},
      {http_429_ms, Outcome::rate_limited},
      {http_429_date, Outcome::rate_limited},
      {http_429_bare, Outcome::rate_limited},
      {http_500, Outcome::http_5xx},
      {http_502, Outcome::http_5xx},
      {http_503, Outcome::http_5xx},
      {http_504, Outcome::http_5xx},
      {empty_body, Outcome::bad_response},
      {invalid_json, Outcome::bad_response},
      {wrong_shape, Outcome::bad_response},
      {deep_json, Outcome::bad_response},
      {invalid_utf8, Outcome::ok},
      {huge_body, Outcome::too_large},
      {content_filter, Outcome::content_filtered},
      {event_without_end, Outcome::too_large},
      {error_event, Outcome::stream_error},
      {error_first, Outcome::stream_error},
      {no_done, Outcome::ok},
      {cut_stream, Outcome::incomplete},
      {data_after_done, Outcome::ok},
      {endless_stream, Outcome::too_large},
      {tokens_after_finish, Outcome::ok},
      {duplicate_usage, Outcome::ok},
      {close_idle, Outcome::ok},
      {close_on_request, Outcome::ok},
  };
  return all;
}

/// Of one fault's row in docs/reliability.md.
struct Row {
  std::string fault, does, outcome;
  std::uint64_t begun = 0, accounted = 0;
};

std::vector<Row>& rows() {
  static std::vector<Row> all;
  return all;
}

std::uint64_t accounted(const Summary& s) {
  return std::accumulate(s.by_outcome.begin(), s.by_outcome.end(), std::uint64_t{0});
}

void add_row(const std::string& fault, const std::string& does, const std::string& outcome,
             const Summary& s) {
  CHECK(s.planned == s.begun + s.dropped + s.not_started);
  CHECK(s.begun == s.ok + s.failed);
  CHECK(s.begun == accounted(s));
  rows().push_back({fault, does, outcome, s.begun, accounted(s)});
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator folder("/proc/self/fd");
  return std::distance(begin(folder), end(folder));
}

/// Four sessions; what stalls is given up after a time that a healthy answer never takes.
Plan patient_plan(const Simulator& simulator) {
  Plan plan = plan_for(simulator, {{4, requests, {}}});
  plan.stream = true;
  plan.extra_body = R"({"stream_options":null})";  // no probe, which would draw a fault, too
  plan.max_tokens = 20;
  plan.max_response_bytes = 1'000'000;
  plan.timeouts = {.connect = 1s, .tls = 1s, .first_byte = 1s, .first_token = 1s, .idle = 1s, .total = 60s};
  return plan;
}

SimulatorOptions options_with(Fault fault) {
  SimulatorOptions options;
  options.ttft = 2ms;
  options.gap = 100us;
  options.faults = {{fault, probability}};
  return options;
}

/// Faults that a kept connection would hide: they befall a connection, or are mended by a fresh one.
bool needs_fresh_connections(Fault fault) {
  return level_of(fault) == FaultLevel::connection || fault == Fault::reset_before_headers;
}

void check_fault(Fault fault) {
  INFO(to_string(fault));
  const Outcome expected = outcomes().at(fault);
  const std::ptrdiff_t before = open_descriptors();
  RecordKeeper keeper;
  Summary s;
  std::uint64_t drawn = 0;
  {
    const Simulator simulator(options_with(fault));
    Plan plan = patient_plan(simulator);
    if (needs_fresh_connections(fault)) plan.connection = Connection::per_request;
    s = run(plan, {&keeper}).stages[0];
    drawn = simulator.faults(fault);
  }
  CHECK(open_descriptors() == before);
  CHECK(drawn > 0);
  CHECK(s.begun == requests);
  const std::uint64_t failures = expected == Outcome::ok ? 0 : drawn;
  CHECK(count(s, expected) == (expected == Outcome::ok ? requests : failures));
  CHECK(s.ok == requests - failures);
  const auto healthy = std::ranges::find(keeper.records, Outcome::ok, &RequestRecord::outcome);
  REQUIRE(healthy != keeper.records.end());
  for (const RequestRecord& r : keeper.records) {
    if (r.outcome == Outcome::ok) {
      CHECK(r.done.has_value());
      if (fault != Fault::invalid_utf8 && fault != Fault::tokens_after_finish)
        CHECK(r.output == healthy->output);
    } else {
      CHECK_FALSE(r.error.empty());
    }
  }
  add_row(std::string(to_string(fault)), std::string(describe(fault)), std::string(to_string(expected)), s);
}

std::string table() {
  std::string text =
      "| fault | what happens | outcome | requests begun | accounted for |\n|---|---|---|---|---|\n";
  for (const Row& row : rows()) {
    text += "| `" + row.fault + "` | " + row.does + " | `" + row.outcome + "` | " +
            std::to_string(row.begun) + " | " + std::to_string(row.accounted) + " |\n";
  }
  return text;
}

/// The file with the lines between its two marks replaced.
std::string with_table(const std::string& document) {
  const std::string begin = "<!-- made by tests/loop/fault_matrix.cpp -->\n", end = "<!-- end -->";
  const auto from = document.find(begin) + begin.size(), until = document.find(end);
  return document.substr(0, from) + table() + document.substr(until);
}

}  // namespace

// One test, for its rows together are the table of docs/reliability.md. LLMLOAD_WRITE_DOCS=1 writes it.
TEST_CASE("whatever a server does, each request has one outcome, and the healthy ones beside it are whole") {
  for (const Fault fault : all_faults()) {
    REQUIRE(outcomes().contains(fault));
    if (level_of(fault) != FaultLevel::listener) check_fault(fault);
  }

  {
    SimulatorOptions options = options_with(Fault::refused);
    options.faults = {{Fault::refused, 1}};
    const Simulator simulator(options);
    const Summary s = run(patient_plan(simulator)).stages[0];
    CHECK(count(s, Outcome::connect_failed) == requests);
    add_row("refused", std::string(describe(Fault::refused)), "connect_failed", s);
  }
  {
    SimulatorOptions options = options_with(Fault::restart);
    options.faults = {{Fault::restart, 0.02}};
    const Simulator simulator(options);
    Plan plan = patient_plan(simulator);
    plan.stages = {{4, 300, {}}};
    const Summary s = run(plan).stages[0];
    CHECK(simulator.faults(Fault::restart) > 0);
    CHECK(s.ok > 0);
    CHECK(s.ok + count(s, Outcome::incomplete) + count(s, Outcome::reset) +
              count(s, Outcome::connect_failed) + count(s, Outcome::tls_failed) ==
          s.begun);
    add_row("restart", std::string(describe(Fault::restart)), "incomplete`, `reset`, `connect_failed` or `ok",
            s);
  }
  {
    Plan plan = plan_for("https://no-such-host.invalid/v1/chat/completions", {{4, requests, {}}});
    const Summary s = run(plan).stages[0];
    CHECK(count(s, Outcome::dns_failed) == requests);
    add_row("dns_unknown", "the name does not resolve", "dns_failed", s);
  }
  {
    // "localhost" is ::1, where nobody listens, and then 127.0.0.1, or the other way round.
    const Simulator simulator(options_with(Fault::no_done));
    Plan plan = patient_plan(simulator);
    plan.endpoints = {
        parse_endpoint("https://localhost:" + std::to_string(simulator.port()) + "/v1/chat/completions")};
    const Summary s = run(plan).stages[0];
    CHECK(s.ok == requests);
    add_row("dns_dead_address",
            "the name resolves to an address where nobody listens and to one that answers", "ok", s);
  }

  const std::string path = LLMLOAD_SOURCE_DIR "/docs/reliability.md";
  std::ifstream file(path, std::ios::binary);
  const std::string document{std::istreambuf_iterator<char>(file), {}};
  REQUIRE_FALSE(document.empty());
  if (std::getenv("LLMLOAD_WRITE_DOCS") != nullptr)
    std::ofstream(path, std::ios::binary) << with_table(document);
  else
    CHECK(with_table(document) == document);
}
