#include "support/stages.hpp"

#include <functional>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/config/parameter_file.hpp"
#include "unit/text/checks.hpp"
#include "workload/schedule.hpp"

namespace stages_test {

using namespace llmload;
using config::ParameterFile;
using test::open_of;
using Loop = std::variant<ClosedLoop, OpenLoop>;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

/// Without levels; stages of a rate last 10 s.
struct OpenFile : ParameterFile {
  OpenFile() { set("CONCURRENT_LEVELS", "").set("DURATION_SECONDS", "10"); }
};

Stage stage_of(const ParameterFile& file) {
  const Plan plan = file.load();
  REQUIRE(plan.stages.size() == 1);
  return plan.stages[0];
}

OpenLoop loop_of(const ParameterFile& file) { return open_of(stage_of(file)); }

std::string refusal(const ParameterFile& file) {
  return error_of<InputError>([&] { (void)file.load(); });
}

std::string hash_of(const ParameterFile& file) { return workload::make_schedule(stage_of(file)).hash; }

TEST_CASE("levels take warm-up and cool-down, and are closed loops") {
  ParameterFile file;
  file.set("CONCURRENT_LEVELS", "[3]").set("WARMUP_REQUESTS", "5").set("WARMUP_SECONDS", "1.5");
  file.set("COOLDOWN_SECONDS", "0.25");
  const Stage stage = stage_of(file);
  CHECK(stage.loop == Loop(ClosedLoop{3}));
  CHECK(stage.requests == 3U);
  CHECK(stage.warmup_requests == 5);
  CHECK(stage.warmup == milliseconds(1'500));
  CHECK(stage.cooldown == milliseconds(250));
}

TEST_CASE("levels ramp up, and rates do it in another way") {
  ParameterFile file;
  file.set("CONCURRENT_LEVELS", "[3]").set("RAMP_UP_SECONDS", "1.5");
  CHECK(stage_of(file).loop == Loop(ClosedLoop{3, milliseconds(1'500)}));
  ParameterFile rates;
  rates.set("CONCURRENT_LEVELS", "[]")
      .set("REQUEST_RATE", "[1]")
      .set("DURATION_SECONDS", "1")
      .set("RAMP_UP_SECONDS", "1");
  CHECK(has(refusal(rates), "RAMP_UP_SECONDS is for CONCURRENT_LEVELS"));
}

TEST_CASE("a file says nothing of warm-up and cool-down, and there is none") {
  const Stage stage = ParameterFile().load().stages.at(0);
  CHECK(stage.warmup_requests == 0);
  CHECK(stage.warmup.count() == 0);
  CHECK(stage.cooldown.count() == 0);
}

TEST_CASE("a rate is an open loop of Poisson arrivals, without a cap") {
  const Stage stage = stage_of(OpenFile().set("REQUEST_RATE", "20"));
  CHECK_FALSE(stage.requests);
  CHECK(stage.duration == seconds(10));
  CHECK_FALSE(stage.concurrency());
  const OpenLoop& loop = open_of(stage);
  CHECK(loop.arrival == "poisson");
  CHECK(loop.rate == 20);
  CHECK(loop.when_full == WhenFull::queue);
  CHECK_FALSE(loop.connections);
  const auto expected = make_poisson_pacer(20, 1, {.duration = seconds(10)});
  for (std::uint64_t i = 0; i < 100; ++i) CHECK(loop.pacer->due(i) == expected->due(i));
}

TEST_CASE("a cap, what happens when it is full, and connections are the open stages'") {
  OpenFile file;
  file.set("REQUEST_RATE", "20").set("MAX_CONCURRENCY", "8").set("CONNECTIONS", "4");
  CHECK(loop_of(file).concurrency == 8U);
  CHECK(loop_of(file).connections == 4U);
  CHECK(loop_of(file).when_full == WhenFull::queue);
  CHECK(loop_of(file.set("WHEN_FULL", R"("drop")")).when_full == WhenFull::drop);
  CHECK(loop_of(file.set("WHEN_FULL", R"("queue")")).when_full == WhenFull::queue);
  file.set("CONCURRENT_LEVELS", "[2]");
  CHECK(file.load().stages.at(0).loop == Loop(ClosedLoop{2}));
}

TEST_CASE("ARRIVAL and BURSTINESS say which law the gaps have") {
  OpenFile file;
  file.set("REQUEST_RATE", "20").set("SEED", "7");
  const auto first_due = [&] { return *loop_of(file).pacer->due(3); };
  const auto gamma = [](double burstiness) {
    return *make_gamma_pacer(20, burstiness, 7, {.requests = 4})->due(3);
  };
  CHECK(first_due() == gamma(1));
  file.set("ARRIVAL", R"("constant")");
  CHECK(loop_of(file).arrival == "constant");
  CHECK(first_due() == milliseconds(150));
  file.set("ARRIVAL", R"("gamma")");
  CHECK(loop_of(file).arrival == "gamma 1");
  CHECK(first_due() == gamma(1));
  file.set("BURSTINESS", "0.25");
  CHECK(loop_of(file).arrival == "gamma 0.25");
  CHECK(first_due() == gamma(0.25));
  file.set("ARRIVAL", "");
  CHECK(loop_of(file).arrival == "gamma 0.25");
  CHECK(first_due() == gamma(0.25));
}

TEST_CASE("what is wrong with a random schedule is told by its rate") {
  OpenFile file;
  file.set("REQUEST_RATE", "[1,0.0001]").set("DURATION_SECONDS", "").set("REQUESTS_PER_LEVEL", "400000");
  CHECK(has(refusal(file), "0.0001 requests/s: request "));
}

TEST_CASE("a ramp goes over the whole stage") {
  OpenFile file;
  file.set("REQUEST_RATE", R"({"from":1,"to":4.5})").set("WARMUP_SECONDS", "2").set("COOLDOWN_SECONDS", "3");
  const OpenLoop loop = loop_of(file);
  CHECK(loop.arrival == "ramp 1 to 4.5 requests/s");
  CHECK_FALSE(loop.rate);
  CHECK(describe(stage_of(file)) == loop.arrival);
  const auto expected = make_ramp_pacer(1, 4.5, seconds(15));
  for (std::uint64_t i = 0; i < 60; ++i) CHECK(loop.pacer->due(i) == expected->due(i));
}

TEST_CASE("a file of due times is found beside the parameters, and may be the whole limit") {
  ParameterFile file;
  file.set("CONCURRENT_LEVELS", "").set("DUE_TIMES", R"("due.txt")");
  file.folder.write("due.txt", "0\n0.5\n2\n");
  const Stage stage = stage_of(file);
  CHECK(open_of(stage).arrival == "due.txt");
  CHECK_FALSE(open_of(stage).rate);
  CHECK_FALSE(stage.requests);
  CHECK(open_of(stage).pacer->due(1) == milliseconds(500));
  CHECK(workload::make_schedule(stage).end == 3);
  file.folder.write("due.txt", "0\n0.5\n2\n1\n");
  CHECK(has(refusal(file), "due.txt"));
  CHECK(has(refusal(file), "4"));  // the line
  CHECK(has(refusal(file.set("DUE_TIMES", R"("nowhere.txt")")), "nowhere.txt"));
}

TEST_CASE("stages are the levels', then the rates', then the due times', each in its order") {
  ParameterFile file;
  file.folder.write("a.txt", "0\n");
  file.folder.write("b.txt", "1\n");
  file.set("DUE_TIMES", R"(["b.txt","a.txt"])").set("REQUEST_RATE", R"([30,{"from":0,"to":5},10])");
  file.set("CONCURRENT_LEVELS", "[4,2]").set("DURATION_SECONDS", "10");
  std::vector<std::string> names;
  for (const Stage& stage : file.load().stages) names.push_back(describe(stage));
  CHECK(names == std::vector<std::string>{"4 concurrent", "2 concurrent", "30 requests/s",
                                          "ramp 0 to 5 requests/s", "10 requests/s", "b.txt", "a.txt"});
}

TEST_CASE("REQUESTS_PER_LEVEL is the measured window's, of rates and of due times too") {
  ParameterFile file;
  file.folder.write("due.txt", "0\n1\n2\n");
  file.set("CONCURRENT_LEVELS", "").set("REQUEST_RATE", "20").set("DUE_TIMES", R"("due.txt")");
  file.set("REQUESTS_PER_LEVEL", "2").set("WARMUP_REQUESTS", "1");
  const Plan plan = file.load();
  for (const Stage& stage : plan.stages) {
    CHECK(stage.requests == 2U);
    const auto schedule = workload::make_schedule(stage);
    CHECK(schedule.measured_from == 1);
    CHECK(schedule.measured_until == 3);
  }
}

TEST_CASE("random arrivals last for warm-up, window and cool-down") {
  for (const char* burstiness : {"0.01", "0.25", "1", "9"}) {
    for (const char* seed : {"1", "2", "3", "4"}) {
      OpenFile file;
      file.set("REQUEST_RATE", "50").set("BURSTINESS", burstiness).set("SEED", seed);
      file.set("WARMUP_SECONDS", "4").set("COOLDOWN_SECONDS", "6");
      INFO("burstiness " << burstiness << ", seed " << seed);
      const Stage stage = stage_of(file);
      const auto schedule = workload::make_schedule(stage);
      const auto behind = open_of(stage).pacer->due(schedule.end);
      REQUIRE(behind);  // so the limits end it, not the pacer
      CHECK(*behind >= seconds(20));
    }
  }
}

TEST_CASE("random arrivals last for a number of requests, with those around them") {
  OpenFile file;
  file.set("DURATION_SECONDS", "").set("REQUESTS_PER_LEVEL", "300").set("REQUEST_RATE", "50");
  file.set("WARMUP_REQUESTS", "100").set("COOLDOWN_SECONDS", "6");
  const Stage stage = stage_of(file);
  const auto schedule = workload::make_schedule(stage);
  CHECK(schedule.measured_from == 100);
  CHECK(schedule.measured_until == 400);
  REQUIRE(open_of(stage).pacer->due(schedule.end));
  CHECK(*open_of(stage).pacer->due(schedule.end) >= *open_of(stage).pacer->due(399) + seconds(6));
}

TEST_CASE("the same seed has the same schedule, another seed another one") {
  OpenFile file;
  file.set("REQUEST_RATE", "20");
  const std::string of_one = hash_of(file);
  CHECK(hash_of(file.set("SEED", "1")) == of_one);  // the default
  CHECK(hash_of(file.set("CORES", "2")) == of_one);
  CHECK(hash_of(file.set("SEED", "2")) != of_one);
  CHECK(hash_of(file.set("SEED", "1").set("REQUEST_RATE", "21")) != of_one);
}

TEST_CASE("a file without a load says which keys are one") {
  ParameterFile file;
  const auto error = refusal(file.set("CONCURRENT_LEVELS", ""));
  CHECK(has(error, "CONCURRENT_LEVELS is missing"));
  CHECK(has(error, "REQUEST_RATE"));
  CHECK(has(error, "DUE_TIMES"));
}

TEST_CASE("a rate without an end is refused, and so is a ramp without its time") {
  OpenFile file;
  file.set("DURATION_SECONDS", "").set("REQUEST_RATE", "5");
  CHECK(has(refusal(file), "REQUEST_RATE needs DURATION_SECONDS or REQUESTS_PER_LEVEL"));
  file.set("REQUESTS_PER_LEVEL", "5");
  CHECK(refusal(file).empty());
  CHECK(has(refusal(file.set("REQUEST_RATE", R"({"from":1,"to":2})")), "a ramp needs DURATION_SECONDS"));
}

TEST_CASE("a stage that no machine could hold is refused") {
  OpenFile file;
  file.set("REQUEST_RATE", "1e6").set("DURATION_SECONDS", "101");
  CHECK(has(refusal(file), "REQUEST_RATE: a stage of more than 100000000 requests"));
}

TEST_CASE("keys that do not go together are refused, with what is missing") {
  const auto with = [](const std::function<void(ParameterFile&)>& change) {
    OpenFile file;
    file.set("REQUEST_RATE", "5");
    change(file);
    return refusal(file);
  };
  CHECK(with([](auto&) {}).empty());
  for (const char* law : {"constant", "poisson"}) {
    const auto error =
        with([&](auto& f) { f.set("ARRIVAL", '"' + std::string(law) + '"').set("BURSTINESS", "2"); });
    CHECK(has(error, "BURSTINESS is for ARRIVAL \"gamma\", not for \"" + std::string(law) + '"'));
  }
  CHECK(has(with([](auto& f) { f.set("WHEN_FULL", R"("drop")"); }), "WHEN_FULL needs MAX_CONCURRENCY"));
  CHECK(has(with([](auto& f) { f.set("CONNECTIONS", "5").set("CONNECTION", R"("per-request")"); }),
            "/CONNECTIONS: are opened before the stage, and with one for each request none is"));
  const auto closed = [&](const char* key, const char* value) {
    return with([&](auto& f) { f.set("REQUEST_RATE", "").set("CONCURRENT_LEVELS", "[1]").set(key, value); });
  };
  CHECK(has(closed("ARRIVAL", R"("poisson")"), "ARRIVAL and BURSTINESS need REQUEST_RATE"));
  CHECK(has(closed("BURSTINESS", "2"), "ARRIVAL and BURSTINESS need REQUEST_RATE"));
  CHECK(has(closed("MAX_CONCURRENCY", "2"), "are for an open loop: REQUEST_RATE, DUE_TIMES or TRACE"));
  CHECK(has(closed("CONNECTIONS", "2"), "are for an open loop: REQUEST_RATE, DUE_TIMES or TRACE"));
}

TEST_CASE("due times take a cap and connections, and no law of arrivals") {
  ParameterFile file;
  file.folder.write("due.txt", "0\n");
  file.set("CONCURRENT_LEVELS", "").set("DUE_TIMES", R"("due.txt")");
  file.set("MAX_CONCURRENCY", "2").set("WHEN_FULL", R"("drop")").set("CONNECTIONS", "1");
  const OpenLoop loop = loop_of(file);
  CHECK(loop.concurrency == 2U);
  CHECK(loop.when_full == WhenFull::drop);
  CHECK(loop.connections == 1U);
  CHECK(has(refusal(file.set("BURSTINESS", "2")), "need REQUEST_RATE"));
}

TEST_CASE("a value out of range is refused at its place") {
  const auto with = [](const char* key, const char* value) {
    OpenFile file;
    return refusal(file.set("REQUEST_RATE", "5").set(key, value));
  };
  for (const auto& [key, value] :
       std::vector<std::pair<const char*, const char*>>{{"REQUEST_RATE", "0"},
                                                        {"REQUEST_RATE", "-1"},
                                                        {"REQUEST_RATE", "1000001"},
                                                        {"REQUEST_RATE", R"("fast")"},
                                                        {"ARRIVAL", R"("uniform")"},
                                                        {"BURSTINESS", "0"},
                                                        {"DUE_TIMES", "5"},
                                                        {"DUE_TIMES", "[]"},
                                                        {"MAX_CONCURRENCY", "0"},
                                                        {"MAX_CONCURRENCY", "1.5"},
                                                        {"WHEN_FULL", R"("wait")"},
                                                        {"CONNECTIONS", "0"},
                                                        {"WARMUP_REQUESTS", "-1"},
                                                        {"WARMUP_SECONDS", "-1"},
                                                        {"WARMUP_SECONDS", R"("1x")"},
                                                        {"COOLDOWN_SECONDS", "-0.5"}}) {
    INFO(key << " " << value);
    CHECK(has(with(key, value), '/' + std::string(key)));
  }
}

TEST_CASE("a ramp has two different rates, from and to, and nothing else") {
  const auto with = [](const char* ramp) { return refusal(OpenFile().set("REQUEST_RATE", ramp)); };
  const char* const both = "a ramp with \"from\" and \"to\", of which one is above 0";
  CHECK(has(with(R"({"from":1})"), both));
  CHECK(has(with(R"({"to":1})"), both));
  CHECK(has(with("{}"), both));
  CHECK(has(with(R"({"from":0,"to":0})"), both));
  CHECK(has(with(R"({"from":2,"to":2})"), "a ramp with two different rates, or one rate"));
  CHECK(has(with(R"({"from":1,"until":2})"), "/until"));
  CHECK(has(with(R"({"from":1,"until":2})"), "is no part of a ramp"));
  CHECK(has(with(R"({"from":-1,"to":2})"), "/from"));
  CHECK(with(R"({"from":0,"to":2})").empty());
  CHECK(with(R"([3,{"from":4,"to":0}])").empty());
}

TEST_CASE("a bursty schedule that is empty at first is made longer, not refused") {
  ParameterFile f;
  f.set("CONCURRENT_LEVELS", "").set("REQUEST_RATE", "10").set("WARMUP_SECONDS", "100");
  f.set("DURATION_SECONDS", "10").set("BURSTINESS", "0.005").set("SEED", "2");
  CHECK_NOTHROW(f.load());
}

TEST_CASE("a rate without an end is a closed loop of as many as may be under way, or as there are") {
  ParameterFile file;
  file.set("CONCURRENT_LEVELS", "").set("REQUEST_RATE", R"("inf")").set("REQUESTS_PER_LEVEL", "100");
  CHECK(stage_of(file).loop == Loop(ClosedLoop{100}));
  CHECK(stage_of(file).requests == 100U);
  file.set("MAX_CONCURRENCY", "8");
  CHECK(stage_of(file).loop == Loop(ClosedLoop{8}));
  CHECK(stage_of(file).requests == 100U);
  file.set("REQUEST_RATE", R"([5, "inf"])").set("DURATION_SECONDS", "1");
  const Plan both = file.load();
  REQUIRE(both.stages.size() == 2);
  CHECK(both.stages[0].loop == Loop(ClosedLoop{8}));
  CHECK(open_of(both.stages[1]).concurrency == 8U);
  file.set("REQUEST_RATE", R"("inf")").set("MAX_CONCURRENCY", "").set("REQUESTS_PER_LEVEL", "");
  CHECK(has(refusal(file), "needs MAX_CONCURRENCY, or REQUESTS_PER_LEVEL"));
  file.set("REQUESTS_PER_LEVEL", "100001");
  CHECK(has(refusal(file), "a whole number from 1 to 100000"));
  CHECK(has(refusal(file.set("REQUEST_RATE", R"("fast")")), "REQUEST_RATE: is \"fast\""));
}

TEST_CASE("an empty list of rates takes those of a file out") {
  ParameterFile file;
  file.set("CONCURRENT_LEVELS", "[3]").set("REQUEST_RATE", "[]");
  CHECK(stage_of(file).loop == Loop(ClosedLoop{3}));
  CHECK(has(refusal(file.set("CONCURRENT_LEVELS", "[]")), "CONCURRENT_LEVELS is missing"));
}

}  // namespace stages_test
