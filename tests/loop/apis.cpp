// Runs in the dialects that are not the chat, against a simulator that speaks them.
#include <algorithm>
#include <llmload/llmload.hpp>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace loop_apis {

using namespace llmload;

struct Api {
  const char *path, *name, *length;  ///< how an answer ends that uses up its tokens
};
constexpr Api apis[] = {{"/v1/responses", "responses", "max_output_tokens"},
                        {"/v1/messages", "anthropic", "max_tokens"}};

constexpr unsigned tokens = 12;

struct Ran {
  RunResult result;
  std::vector<RequestRecord> records;
  std::vector<ReceivedRequest> received;
};

Ran simulated(const Api& api, bool stream, std::vector<FaultRule> faults = {}) {
  SimulatorOptions options = test::instant();
  options.faults = std::move(faults);
  options.keep_requests = 1;
  const Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {{ClosedLoop{2}, 6}});
  plan.endpoints = {parse_endpoint(simulator.origin() + api.path)};
  plan.system_prompt = "You are brief.";
  plan.max_tokens = tokens;
  plan.stream = stream;
  test::RecordKeeper keeper;
  Ran ran{run(plan, {.sink = &keeper}), {}, simulator.requests_received()};
  ran.records = keeper.records;
  return ran;
}

std::size_t words(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, ' ')) + 1;
}

TEST_CASE("a run in each API has all of its answers, whose texts and tokens are exact") {
  for (const Api& api : apis) {
    for (const bool stream : {true, false}) {
      INFO(api.path << ", stream " << stream);
      const Ran ran = simulated(api, stream);
      CHECK(ran.result.stages.at(0).ok == 6);

      CHECK(ran.result.stages[0].output_tokens == 6 * tokens);
      REQUIRE(ran.records.size() == 6);
      for (const RequestRecord& r : ran.records) {
        CHECK(r.streamed == stream);
        CHECK(words(r.output) == tokens);
        CHECK(r.finish_reason == api.length);
        CHECK(r.usage_prompt_tokens == 4U);
        CHECK(r.usage_completion_tokens == tokens);
        CHECK(r.events.size() == (stream ? tokens : 0));
        CHECK(r.role_event.has_value() == stream);
        CHECK_FALSE(r.usage_refused);
      }
    }
  }
}

TEST_CASE("no request of these APIs is a question for usage, and each has its headers") {
  for (const Api& api : apis) {
    INFO(api.path);
    const Ran ran = simulated(api, true);
    REQUIRE(ran.received.size() == 1);
    const auto& headers = ran.received[0].headers;
    const auto has_header = [&headers](const std::string& name, const std::string& value) {
      return std::ranges::find(headers, std::pair(name, value)) != headers.end();
    };
    const bool is_anthropic = std::string(api.name) == "anthropic";
    CHECK(has_header("x-api-key", "a-key-that-nobody-may-see") == is_anthropic);
    CHECK(has_header("anthropic-version", "2023-06-01") == is_anthropic);
    CHECK(has_header("Authorization", "Bearer a-key-that-nobody-may-see") != is_anthropic);
    CHECK(ran.received[0].body.find("stream_options") == std::string::npos);
  }
}

TEST_CASE("the simulated endpoint's faults befall these APIs, with the outcomes that a chat's have") {
  struct Case {
    Fault fault;
    Outcome outcome;
    bool whole_too = true;
  };
  for (const Case& c :
       {Case{Fault::http_400, Outcome::http_4xx}, Case{Fault::http_401, Outcome::http_4xx},
        Case{Fault::http_429_bare, Outcome::rate_limited}, Case{Fault::http_500, Outcome::http_5xx},
        Case{Fault::http_503, Outcome::http_5xx},
        Case{Fault::http_400_content_filter, Outcome::content_filtered},
        Case{Fault::content_filter, Outcome::content_filtered},
        Case{Fault::empty_body, Outcome::bad_response}, Case{Fault::invalid_json, Outcome::bad_response},
        Case{Fault::wrong_shape, Outcome::bad_response}, Case{Fault::invalid_utf8, Outcome::ok},
        Case{Fault::reset_body, Outcome::incomplete}, Case{Fault::reset_between_events, Outcome::incomplete},
        Case{Fault::cut_stream, Outcome::incomplete, false},
        Case{Fault::error_event, Outcome::stream_error, false},
        Case{Fault::error_first, Outcome::http_5xx, false}, Case{Fault::duplicate_usage, Outcome::ok, false},
        Case{Fault::tokens_after_finish, Outcome::ok, false}}) {
    for (const Api& api : apis) {
      for (const bool stream : {true, false}) {
        if (!stream && !c.whole_too) continue;
        INFO(to_string(c.fault) << " at " << api.path << ", stream " << stream);
        const Ran ran = simulated(api, stream, {{c.fault, 1}});
        REQUIRE(ran.records.size() == 6);
        INFO(ran.records[0].error);
        CHECK(ran.records[0].outcome == c.outcome);
      }
    }
  }
}

TEST_CASE("an error in an API's own form gives its message and its type") {
  const Ran anthropic = simulated(apis[1], true, {{Fault::http_500, 1}});
  CHECK(anthropic.records.at(0).error == "HTTP 500: This error is simulated.");
  CHECK(anthropic.records.at(0).error_code == "api_error");
  const Ran stream = simulated(apis[1], true, {{Fault::error_event, 1}});
  CHECK(stream.records.at(0).error_code == "api_error");
  const Ran responses = simulated(apis[0], true, {{Fault::error_event, 1}});
  CHECK(responses.records.at(0).error == "The engine stopped.");
  CHECK(responses.records.at(0).error_code == "server_error");
}

}  // namespace loop_apis
