#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/record_checks.hpp"

namespace loop_fault_matrix {

using namespace llmload;
using namespace std::chrono_literals;
using test::count;
using test::plan_for;
using test::RecordKeeper;

constexpr unsigned requests = 60;
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
      {tls_hello_requests, Outcome::tls_failed},
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
      {interim_flood, Outcome::too_large},
      {endless_chunk_size, Outcome::too_large},
      {endless_trailer, Outcome::too_large},
      {tls_key_updates, Outcome::reset},
      {tls_tickets, Outcome::reset},
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
      {endless_comments, Outcome::too_large},
      {error_event, Outcome::stream_error},
      {error_first, Outcome::http_5xx},
      {no_done, Outcome::ok},
      {cut_stream, Outcome::incomplete},
      {data_after_done, Outcome::ok},
      {endless_stream, Outcome::too_large},
      {tokens_after_finish, Outcome::ok},
      {duplicate_usage, Outcome::ok},
      {close_idle, Outcome::ok},
      {close_on_request, Outcome::reset},
      {idle_408, Outcome::ok},
      {stale_answer, Outcome::ok},
  };
  return all;
}

/// What else becomes of it where the next request went out before the client knew.
const std::map<Fault, std::vector<Outcome>>& races() {
  static const std::map<Fault, std::vector<Outcome>> all = {
      {Fault::close_idle, {Outcome::reset}}, {Fault::idle_408, {Outcome::http_4xx, Outcome::reset}}};
  return all;
}

/// As the table has them: "ok` or, in a race, `reset".
std::string named_outcomes(Fault fault) {
  std::string names(to_string(outcomes().at(fault)));
  if (!races().contains(fault)) return names;
  const char* joint = "` or, in a race, `";
  for (const Outcome outcome : races().at(fault)) {
    names += joint + std::string(to_string(outcome));
    joint = "` or `";
  }
  return names;
}

std::uint64_t accounted(const Summary& s) {
  return std::accumulate(s.by_outcome.begin(), s.by_outcome.end(), std::uint64_t{0});
}

const std::string reliability = LLMLOAD_SOURCE_DIR "/docs/reliability.md";
const std::string table_begins = "<!-- made by tests/loop/fault_matrix.cpp -->\n",
                  table_ends = "<!-- end -->";
const std::string table_head =
    "| fault | what happens | outcome | requests begun | accounted for |\n|---|---|---|---|---|\n";

std::string document() {
  std::ifstream file(reliability, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(text.find(table_begins) != std::string::npos);
  return text;
}

/// The first cells of a row.
std::string row_begins(std::string_view fault, std::string_view does, std::string_view outcome) {
  std::string row = "| `";
  row.append(fault).append("` | ").append(does).append(" | `").append(outcome).append("` |");
  return row;
}

/// Each request that was begun has an outcome, and docs/reliability.md says so in the fault's row.
/// LLMLOAD_WRITE_DOCS=1 writes the row, where the document has one that begins alike.
void check_row(std::string_view fault, std::string_view does, std::string_view outcome, const Summary& s) {
  CHECK(s.planned == s.begun + s.dropped + s.not_started);
  CHECK(s.begun == s.ok + s.failed);
  CHECK(s.begun == accounted(s));
  const std::string begins = row_begins(fault, does, outcome);
  const std::string row =
      begins + ' ' + std::to_string(s.begun) + " | " + std::to_string(accounted(s)) + " |\n";
  std::string text = document();
  const auto at = text.find(begins);
  REQUIRE(at != std::string::npos);
  const std::string written = text.substr(at, text.find('\n', at) + 1 - at);
  if (std::getenv("LLMLOAD_WRITE_DOCS") != nullptr)
    std::ofstream(reliability, std::ios::binary) << text.replace(at, written.size(), row);
  else
    CHECK(written == row);
}

std::ptrdiff_t open_descriptors() {
  const std::filesystem::directory_iterator folder("/proc/self/fd");
  return std::distance(begin(folder), end(folder));
}

/// Four sessions. No limit passes, however long a busy machine takes.
Plan patient_plan(const Simulator& simulator) {
  Plan plan = plan_for(simulator, {{ClosedLoop{4}, requests}});
  plan.stream = true;
  plan.extra_body = R"({"stream_options":null})";  // no probe, which would draw a fault, too
  plan.max_tokens = 20;
  plan.max_response_bytes = 1'000'000;
  plan.timeouts = {
      .connect = 60s, .tls = 60s, .first_byte = 60s, .first_token = 60s, .idle = 60s, .total = 250s};
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

/// Where a fault is a stall, all requests are under way at once, and the limit that ends it passes.
void end_stalls(Plan& plan, Outcome outcome) {
  const std::map<Outcome, std::chrono::nanoseconds*> limits = {
      {Outcome::tls_timeout, &plan.timeouts.tls},
      {Outcome::first_byte_timeout, &plan.timeouts.first_byte},
      {Outcome::first_token_timeout, &plan.timeouts.first_token},
      {Outcome::idle_timeout, &plan.timeouts.idle}};
  const auto limit = limits.find(outcome);
  if (limit == limits.end()) return;
  plan.stages[0].loop = ClosedLoop{requests};
  *limit->second = 4s;
}

/// Faults of a connection that idles: it has the time to.
void idle_between(Plan& plan) {
  Stage& stage = plan.stages[0];
  OpenLoop loop{.pacer = make_constant_pacer(200)};
  loop.concurrency = loop.connections = stage.concurrency();
  stage.loop = loop;
}

void check_fault(Fault fault) {
  INFO(to_string(fault));
  REQUIRE(outcomes().contains(fault));
  const Outcome expected = outcomes().at(fault);
  const std::ptrdiff_t before = open_descriptors();
  RecordKeeper keeper;
  Summary s;
  std::uint64_t drawn = 0;
  {
    const Simulator simulator(options_with(fault));
    Plan plan = patient_plan(simulator);
    end_stalls(plan, expected);
    if (needs_fresh_connections(fault)) plan.connection = Connection::per_request;
    if (races().contains(fault)) idle_between(plan);
    s = run(plan, {&keeper}).stages[0];
    drawn = simulator.faults(fault);
  }
  CHECK(open_descriptors() == before);
  CHECK(drawn > 0);
  CHECK(s.begun == requests);
  if (races().contains(fault)) {
    std::uint64_t raced = 0;
    for (const Outcome outcome : races().at(fault)) raced += count(s, outcome);
    CHECK(raced <= drawn);
    CHECK(s.ok + raced == requests);
  } else {
    const std::uint64_t failures = expected == Outcome::ok ? 0 : drawn;
    CHECK(count(s, expected) == (expected == Outcome::ok ? requests : failures));
    CHECK(s.ok == requests - failures);
  }
  CHECK(s.stale_answers <= drawn);
  if (fault == Fault::stale_answer) CHECK(s.stale_answers == drawn);
  const auto healthy = std::ranges::find(keeper.records, Outcome::ok, &RequestRecord::outcome);
  REQUIRE(healthy != keeper.records.end());
  for (const RequestRecord& r : keeper.records) {
    CHECK(test::contradiction(r) == "");
    if (r.outcome == Outcome::ok) {
      CHECK(r.done.has_value());
      if (fault != Fault::invalid_utf8 && fault != Fault::tokens_after_finish)
        CHECK(r.output == healthy->output);
    } else {
      CHECK_FALSE(r.error.empty());
    }
  }
  check_row(to_string(fault), describe(fault), named_outcomes(fault), s);
}

#define EACH_REQUEST_HAS_ONE_OUTCOME \
  "whatever a server does, each request has one outcome, and the healthy ones beside it are whole: "

/// A test for each fault that befalls a connection or a request.
template <std::size_t place>
void test_fault() {
  check_fault(static_cast<Fault>(place));
}

template <std::size_t... places>
int add_tests(std::index_sequence<places...> /*all*/) {
  const auto add = [](Fault fault, void (*test)()) {
    if (level_of(fault) == FaultLevel::listener) return;
    REGISTER_TEST_CASE(test, EACH_REQUEST_HAS_ONE_OUTCOME + std::string(to_string(fault)));
  };
  (add(static_cast<Fault>(places), &test_fault<places>), ...);
  return 0;
}

const int added = add_tests(std::make_index_sequence<fault_count>());

TEST_CASE(EACH_REQUEST_HAS_ONE_OUTCOME "refused") {
  SimulatorOptions options = options_with(Fault::refused);
  options.faults = {{Fault::refused, 1}};
  const Simulator simulator(options);
  const Summary s = run(patient_plan(simulator)).stages[0];
  CHECK(count(s, Outcome::connect_failed) == requests);
  check_row("refused", describe(Fault::refused), "connect_failed", s);
}

TEST_CASE(EACH_REQUEST_HAS_ONE_OUTCOME "restart") {
  SimulatorOptions options = options_with(Fault::restart);
  options.faults = {{Fault::restart, 0.02}};
  const Simulator simulator(options);
  Plan plan = patient_plan(simulator);
  plan.stages = {{ClosedLoop{4}, 300}};
  RecordKeeper keeper;
  const Summary s = run(plan, {&keeper}).stages[0];
  for (const RequestRecord& r : keeper.records) CHECK(test::contradiction(r) == "");
  CHECK(simulator.faults(Fault::restart) > 0);
  CHECK(s.ok > 0);
  CHECK(s.ok + count(s, Outcome::incomplete) + count(s, Outcome::reset) + count(s, Outcome::connect_failed) +
            count(s, Outcome::tls_failed) ==
        s.begun);
  check_row("restart", describe(Fault::restart), "incomplete`, `reset`, `connect_failed` or `ok", s);
}

TEST_CASE(EACH_REQUEST_HAS_ONE_OUTCOME "dns_unknown") {
  // A label of 64 letters is in no domain, which is known without asking a server that may not answer.
  const std::string name = std::string(64, 'a') + ".invalid";
  const Summary s =
      run(plan_for("https://" + name + "/v1/chat/completions", {{ClosedLoop{4}, requests}})).stages[0];
  CHECK(count(s, Outcome::dns_failed) == requests);
  check_row("dns_unknown", "the name does not resolve", "dns_failed", s);
}

TEST_CASE(EACH_REQUEST_HAS_ONE_OUTCOME "dns_dead_address") {
  // "localhost" is ::1, where nobody listens, and then 127.0.0.1, or the other way round.
  const Simulator simulator(options_with(Fault::no_done));
  Plan plan = patient_plan(simulator);
  plan.endpoints = {
      parse_endpoint("https://localhost:" + std::to_string(simulator.port()) + "/v1/chat/completions")};
  const Summary s = run(plan).stages[0];
  CHECK(s.ok == requests);
  check_row("dns_dead_address",
            "the name resolves to an address where nobody listens and to one that answers", "ok", s);
}

TEST_CASE("docs/reliability.md has a row for each fault and for two kinds of names, and no more") {
  const std::string text = document();
  const auto from = text.find(table_begins) + table_begins.size();
  const auto table = text.substr(from, text.find(table_ends) - from);
  CHECK(table.starts_with(table_head));
  for (const Fault fault : all_faults())
    CHECK(table.find("\n| `" + std::string(to_string(fault)) + "` | ") != std::string::npos);
  CHECK(std::ranges::count(table, '\n') ==
        std::ranges::count(table_head, '\n') + std::ssize(all_faults()) + 2);
}

}  // namespace loop_fault_matrix
