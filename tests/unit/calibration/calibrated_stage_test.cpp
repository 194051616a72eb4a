#include <sstream>

#include "llmload/calibration.hpp"
#include "support/catch.hpp"

namespace calibrated_stage_test {

using namespace llmload;

/// Whose stamps are as good as they can be.
CalibratedStage good() {
  CalibratedStage stage;
  stage.errors.compared = 100;
  stage.errors.endpoint_lateness = ErrorSpread{100, 0.01, most_endpoint_lateness, 0.3};
  const ErrorSpread small{100, 0.01, 1, 2};
  stage.errors.first_token = stage.errors.event_gap = stage.errors.e2e = stage.errors.sent = small;
  return stage;
}

TEST_CASE("a calibration whose errors are at their limits is valid") {
  CHECK(good().void_reason().empty());
  CHECK(good().reasons().empty());
  CHECK(good().verdict() == CalibrationVerdict::valid);
}

TEST_CASE("a calibration is void where nothing could be compared or the endpoint itself was late") {
  CalibratedStage stage = good();
  stage.errors.endpoint_lateness->p99 = most_endpoint_lateness + 0.001;
  CHECK(stage.void_reason() ==
        "the simulated endpoint itself was late by 0.201 ms at p99, more than 0.200 ms");
  CHECK(stage.verdict() == CalibrationVerdict::no_reference);
  stage.errors.missing = stage.errors.compared;
  CHECK(stage.void_reason() == "no answer could be compared");
  stage = good();
  stage.errors.endpoint_lateness.reset();
  CHECK(stage.void_reason().empty());
}

TEST_CASE("each stamp that is off by more than a millisecond is a reason of its own") {
  struct Case {
    std::optional<ErrorSpread> StageErrors::*stamp;
    const char *code, *name;
  };
  for (const auto& [stamp, code, name] :
       {Case{&StageErrors::first_token, "first_token_error", "first tokens"},
        Case{&StageErrors::event_gap, "event_gap_error", "event gaps"},
        Case{&StageErrors::e2e, "e2e_error", "ends of answers"},
        Case{&StageErrors::sent, "sent_error", "sent times"}}) {
    CalibratedStage stage = good();
    (stage.errors.*stamp)->p99 = 1.001;
    CHECK(stage.verdict() == CalibrationVerdict::invalid);
    const auto reasons = stage.reasons();
    REQUIRE(reasons.size() == 1);
    CHECK(reasons[0].code == code);
    CHECK(reasons[0].value == 1.001);
    CHECK(reasons[0].limit == 1.0);
    CHECK(reasons[0].text == std::string(name) + " are off by 1.001 ms at p99, more than 1.000 ms");
    (stage.errors.*stamp).reset();
    CHECK(stage.reasons().empty());
  }
}

TEST_CASE("what failed, what the endpoint does not know and what spoils the stage are reasons, too") {
  CalibratedStage stage = good();
  stage.summary.invalid_reasons = {{"client_busy", 0.95, 0.9, "the client was too busy"}};
  stage.errors.missing = 3;
  stage.summary.failed = 2;
  const auto reasons = stage.reasons();
  REQUIRE(reasons.size() == 3);
  CHECK(reasons[0] == stage.summary.invalid_reasons[0]);
  CHECK(reasons[1].text == "3 of 100 answers are not known to the endpoint");
  CHECK(reasons[2].text == "2 requests failed");
  stage.errors.endpoint_lateness->p99 = 1;
  CHECK(stage.verdict() == CalibrationVerdict::invalid);  // they are the client's
}

TEST_CASE("a p99 of few first tokens is noted") {
  CalibratedStage stage = good();
  CHECK(stage.notes() ==
        std::vector<std::string>{"a p99 of 100 first tokens is hardly less than their maximum"});
  stage.errors.first_token->count = samples_for_p99;
  CHECK(stage.notes().empty());
  stage.errors.first_token.reset();
  CHECK(stage.notes().empty());
}

TEST_CASE("a verdict is written as a word") {
  std::ostringstream text;
  text << CalibrationVerdict::valid << ' ' << CalibrationVerdict::no_reference << ' '
       << CalibrationVerdict::invalid;
  CHECK(text.str() == "valid no_reference invalid");
}

}  // namespace calibrated_stage_test
