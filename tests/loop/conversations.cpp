// Conversations against the simulated endpoint: what is sent in each turn, when it is due, and what becomes
// of the others when one fails.
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"

namespace loop_conversations {

using namespace llmload;
using std::chrono::nanoseconds;
namespace json = boost::json;

std::uint64_t drawn(std::uint64_t index, std::uint64_t number) {
  return (index * 0x9E3779B97F4A7C15U + number * 0xBF58476D1CE4E5B9U) >> 33U;
}

std::string user_text(std::uint64_t index, unsigned turn) {
  return "user " + std::to_string(index) + '.' + std::to_string(turn);
}

/// Of 1 to 20 turns, and think times of 0 to 3 ms.
struct Talks : RequestSource {
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
    RequestSpec spec = ask(user_text(of.index, of.turn));
    if (of.turn == 0 && of.index % 3 == 0)
      spec.messages.insert(spec.messages.begin(), {"system", "Be short."});
    if (of.turn > 0) spec.think = think(of.index, of.turn);
    return std::make_shared<const RequestSpec>(std::move(spec));
  }
  [[nodiscard]] unsigned most_turns() const noexcept override { return 20; }
  [[nodiscard]] unsigned turns(const Conversation& of) const override { return turns_of(of.index); }
  [[nodiscard]] std::vector<Message> answer(const Conversation& of, unsigned /*tokens*/) const override {
    return {{"assistant", "made up " + std::to_string(of.turn)}};
  }

  static unsigned turns_of(std::uint64_t index) { return 1 + static_cast<unsigned>(drawn(index, 0) % 20); }
  static nanoseconds think(std::uint64_t index, unsigned turn) {
    return std::chrono::microseconds(drawn(index, turn) % 3'000);
  }
};

/// What is to be in a turn's body, given how the turns before it were answered.
std::vector<std::pair<std::string, std::string>> expected_messages(
    const std::vector<const RequestRecord*>& talk, std::size_t place) {
  const RequestRecord& at = *talk[place];
  std::vector<std::pair<std::string, std::string>> messages;
  if (at.index % 3 == 0) messages.emplace_back("system", "Be short.");
  for (unsigned turn = 0; turn <= at.turn; ++turn) {
    messages.emplace_back("user", user_text(at.index, turn));
    if (turn == at.turn) break;
    messages.emplace_back("assistant", turn < at.first_turn ? "made up " + std::to_string(turn)
                                                            : talk[turn - at.first_turn]->output);
  }
  return messages;
}

std::vector<std::pair<std::string, std::string>> messages_in(const std::string& body) {
  std::vector<std::pair<std::string, std::string>> messages;
  const json::value parsed = json::parse(body);
  for (const json::value& message : parsed.at("messages").as_array())
    messages.emplace_back(message.at("role").as_string(), message.at("content").as_string());
  return messages;
}

struct Case {
  bool open;
  unsigned cores;
  bool faults;
};

Stage stage_of(const Case& c, std::uint64_t conversations) {
  Stage stage;
  if (c.open)
    stage.loop = OpenLoop{.pacer = make_constant_pacer(500), .arrival = "constant", .rate = 500};
  else
    stage.loop = ClosedLoop{16};
  stage.requests = conversations;
  return stage;
}

using Talk = std::vector<const RequestRecord*>;

std::map<std::uint64_t, Talk> talks_of(const std::vector<RequestRecord>& records) {
  std::map<std::uint64_t, Talk> talks;
  for (const RequestRecord& r : records) talks[r.index].push_back(&r);
  return talks;
}

/// Its turns follow each other, each due when its user has thought, and none behind one that failed.
void check_turns(const Talk& talk, bool open) {
  for (std::size_t i = 0; i < talk.size(); ++i) {
    const RequestRecord& r = *talk[i];
    INFO("conversation " << r.index << ", turn " << r.turn);
    REQUIRE(r.turns == Talks::turns_of(r.index));
    REQUIRE(r.turn == r.first_turn + i);
    if (i == 0) {
      CHECK(r.scheduled.has_value() == open);
      continue;
    }
    REQUIRE(talk[i - 1]->outcome == Outcome::ok);
    REQUIRE(r.scheduled == *talk[i - 1]->done + Talks::think(r.index, r.turn));
    CHECK(r.sent.value_or(*r.dispatched) >= *r.scheduled);
    CHECK(r.shard == talk[0]->shard);
  }
}

TEST_CASE("conversations keep their history, their due times and their accounts, whatever fails") {
  constexpr std::uint64_t conversations = 250;
  for (const Case c : {Case{false, 1, false},
                       {false, 2, false},
                       {false, 1, true},
                       {false, 2, true},
                       {true, 1, false},
                       {true, 2, false},
                       {true, 1, true},
                       {true, 2, true}}) {
    INFO("open: " << c.open << ", cores: " << c.cores << ", faults: " << c.faults);
    SimulatorOptions options = test::instant();
    options.tls = false;
    options.keep_requests = 100'000;
    options.answer = [](const ReceivedRequest& request) {
      return SimulatedReply{.text = "answer to " + std::to_string(request.body.size())};
    };
    if (c.faults) options.faults = {{Fault::http_500, 0.03}, {Fault::reset_before_headers, 0.02}};
    Simulator simulator(options);
    Plan plan = test::plan_for(simulator, {stage_of(c, conversations)});
    plan.ca_pem.clear();
    plan.source = std::make_shared<Talks>();
    plan.cores = c.cores;
    plan.stream = c.cores == 1;
    test::RecordKeeper keeper;
    const RunResult result = run(plan, {.sink = &keeper});
    simulator.stop();

    std::map<std::string, std::vector<std::pair<std::string, std::string>>> sent;  // by its last message
    for (const ReceivedRequest& request : simulator.requests_received()) {
      auto messages = messages_in(request.body);
      const std::string last = messages.back().second;
      sent.insert_or_assign(last, std::move(messages));
    }
    std::uint64_t begun = 0, planned = 0, done = 0, talks = 0;
    for (const auto& [index, talk] : talks_of(keeper.records)) {
      check_turns(talk, c.open);
      for (std::size_t i = 0; i < talk.size(); ++i) {
        const auto found = sent.find(user_text(index, talk[i]->turn));
        if (found != sent.end()) CHECK(found->second == expected_messages(talk, i));
      }
      if (!talk[0]->measured) continue;
      ++talks;
      begun += talk.size();
      planned += talk[0]->turns - talk[0]->first_turn;
      const bool is_done = talk.back()->outcome == Outcome::ok && talk.back()->turn + 1 == talk.back()->turns;
      done += is_done ? 1 : 0;
      CHECK((is_done || talk.back()->outcome != Outcome::ok));  // nothing else ends a measured one
    }
    REQUIRE(talks == conversations);
    const Summary& s = result.stages.at(0);
    CHECK(s.begun == begun);
    CHECK(s.planned == planned);
    CHECK(s.not_started == planned - begun);
    CHECK((s.not_started > 0) == c.faults);
    REQUIRE(s.conversations);
    CHECK(s.conversations->begun == conversations);
    CHECK(s.conversations->done == done);
    CHECK(s.conversations->broken_off == conversations - done);
    for (const InvalidReason& reason : s.invalid_reasons) CHECK(reason.code != "accounts");
    const auto turns = std::ranges::count(s.groups, "turn", &Group::group);
    CHECK(turns == 20);
  }
}

TEST_CASE("a conversation goes over one connection") {
  SimulatorOptions options = test::instant();
  options.tls = false;
  options.keep_requests = 10'000;
  Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {stage_of({true, 1, false}, 40)});
  plan.ca_pem.clear();
  plan.source = std::make_shared<Talks>();
  (void)run(plan);
  simulator.stop();
  std::map<std::string, std::set<std::uint64_t>> connections;
  for (const ReceivedRequest& request : simulator.requests_received()) {
    const std::string last = messages_in(request.body).back().second;
    connections[last.substr(0, last.find('.'))].insert(request.connection);
  }
  REQUIRE(connections.size() >= 40);
  for (const auto& [talk, used] : connections) CHECK(used.size() == 1);
}

TEST_CASE("an interrupted stage breaks its conversations off, and counts what was not sent") {
  SimulatorOptions options = test::instant();
  options.tls = false;
  Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {stage_of({false, 1, false}, 1'000)});
  plan.ca_pem.clear();
  plan.source = std::make_shared<Talks>();
  std::stop_source stop;
  std::uint64_t seen = 0;
  FunctionSink sink({.on_record = [&](const RequestRecord&) {
    if (++seen == 200) stop.request_stop();
  }});
  const RunResult result = run(plan, {.sink = &sink, .stop = stop.get_token()});
  const Summary& s = result.stages.at(0);
  std::uint64_t planned = 0;
  for (std::uint64_t i = 16; i < 1'000; ++i) planned += Talks::turns_of(i);
  CHECK(s.planned > planned);
  CHECK(s.not_started == s.planned - s.begun);
  REQUIRE(s.conversations);
  CHECK(s.conversations->broken_off == s.conversations->begun - s.conversations->done);
  CHECK(s.conversations->broken_off > 0);
}

TEST_CASE("a turn of a trace is due at the trace's time, and to wait for the answer before it is latency") {
  /// Two conversations of three turns, of which the second turn is due long before the first one's answer.
  struct Traced : RequestSource {
    [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      RequestSpec spec = ask(user_text(of.index, of.turn));
      if (of.turn > 0) spec.behind_first = of.turn * std::chrono::milliseconds(of.turn == 1 ? 1 : 60);
      return std::make_shared<const RequestSpec>(std::move(spec));
    }
    [[nodiscard]] unsigned most_turns() const noexcept override { return 3; }
    [[nodiscard]] unsigned turns(const Conversation& /*of*/) const override { return 3; }
  };
  SimulatorOptions options = test::instant();
  options.tls = false;
  options.ttft = std::chrono::milliseconds(20);
  options.keep_requests = 100;
  Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {stage_of({true, 1, false}, 2)});
  plan.ca_pem.clear();
  plan.source = std::make_shared<Traced>();
  plan.history = History::none;
  test::RecordKeeper keeper;
  (void)run(plan, {.sink = &keeper});
  simulator.stop();
  for (const ReceivedRequest& request : simulator.requests_received())
    CHECK(messages_in(request.body).size() == 1);
  for (const auto& [index, talk] : talks_of(keeper.records)) {
    if (!talk[0]->measured) continue;
    REQUIRE(talk.size() == 3);
    CHECK(talk[1]->scheduled == *talk[0]->scheduled + std::chrono::milliseconds(1));
    CHECK(talk[1]->admitted == talk[0]->done);
    CHECK(*metrics::e2e_ms(*talk[1]) >= 2 * 20 - 1 - 1);
    CHECK(talk[2]->scheduled == *talk[0]->scheduled + std::chrono::milliseconds(120));
    CHECK(talk[2]->admitted == std::max(talk[2]->scheduled, talk[1]->done));
  }
}

TEST_CASE("a turn that is sent again is the same turn, and its conversation goes on") {
  SimulatorOptions options = test::instant();
  options.tls = false;
  options.faults = {{Fault::http_429_ms, 0.3}};
  Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {stage_of({false, 1, false}, 20)});
  plan.ca_pem.clear();
  plan.source = std::make_shared<Talks>();
  plan.retry.rate_limited = true;
  plan.retry.most = 50;
  test::RecordKeeper keeper;
  const RunResult result = run(plan, {.sink = &keeper});
  std::uint64_t repeated = 0;
  for (const auto& [index, talk] : talks_of(keeper.records)) {
    check_turns(talk, false);
    repeated +=
        static_cast<std::uint64_t>(std::ranges::count_if(talk, [](auto* r) { return r->attempts > 1; }));
  }
  CHECK(repeated > 0);
  REQUIRE(result.stages.at(0).conversations);
  CHECK(result.stages.at(0).conversations->broken_off == 0);
}

TEST_CASE("a window in which all users think on from before it ends in time") {
  /// Whose users think for an hour.
  struct Slow : Talks {
    [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
      RequestSpec spec = *Talks::next(of);
      if (of.turn > 0) spec.think = std::chrono::hours(1);
      return std::make_shared<const RequestSpec>(std::move(spec));
    }
    [[nodiscard]] unsigned turns(const Conversation& /*of*/) const override { return 20; }
  };
  SimulatorOptions options = test::instant();
  options.tls = false;
  Simulator simulator(options);
  Stage stage{ClosedLoop{3}, {}, std::chrono::milliseconds(50)};
  stage.warmup = std::chrono::seconds(2);  // enough for the first turns, behind which all think
  Plan plan = test::plan_for(simulator, {stage});
  plan.ca_pem.clear();
  plan.source = std::make_shared<Slow>();
  const RunResult result = run(plan);
  CHECK(result.stages.at(0).outside_window == 3);
}

}  // namespace loop_conversations
