// Several models: what is sent says which, and the numbers tell them apart.
#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "unit/text/checks.hpp"

namespace loop_models {

using namespace llmload;
namespace json = boost::json;

/// Three turns of its own text each.
struct Talks : RequestSource {
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
    return std::make_shared<const RequestSpec>(ask("conversation " + std::to_string(of.index)));
  }
  [[nodiscard]] unsigned most_turns() const noexcept override { return 3; }
  [[nodiscard]] unsigned turns(const Conversation& /*of*/) const override { return 3; }
};

struct ThirdNamesAModel : RequestSource {
  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& of) const override {
    RequestSpec spec = ask("x");
    if (of.index == 2) spec.body = R"({"model": "c"})";
    return std::make_shared<const RequestSpec>(std::move(spec));
  }
};

struct Sent {
  std::map<std::string, std::string> model_of;  // a text's
  std::map<std::string, std::uint64_t> requests;
};

Sent sent_to(const Simulator& simulator) {
  Sent sent;
  for (const ReceivedRequest& request : simulator.requests_received()) {
    const json::value body = json::parse(request.body);
    const std::string model(body.at("model").as_string());
    const std::string text(body.at("messages").as_array().back().at("content").as_string());
    const auto [found, is_first] = sent.model_of.emplace(text, model);
    CHECK(found->second == model);
    ++sent.requests[model];
  }
  return sent;
}

TEST_CASE("each request, and all turns of a conversation, are of one of the plan's models") {
  for (const bool talks : {false, true}) {
    INFO("conversations: " << talks);
    SimulatorOptions options = test::instant();
    options.tls = false;
    options.keep_requests = 10'000;
    Simulator simulator(options);
    Plan plan = test::plan_for(simulator, {{ClosedLoop{4}, 400}});
    plan.ca_pem.clear();
    plan.models = {{"llama-3", 3}, {"llama-2", 1}};
    plan.cores = 2;
    plan.stream = true;
    if (talks)
      plan.source = std::make_shared<Talks>();
    else
      plan.source = std::make_shared<test::PromptsBy>([](std::uint64_t i) { return std::to_string(i); });
    test::RecordKeeper keeper;
    const RunResult result = run(plan, {.sink = &keeper});
    simulator.stop();
    const Sent sent = sent_to(simulator);
    std::map<std::string, std::uint64_t> begun;
    for (const RequestRecord& r : keeper.records) {
      const std::string text = (talks ? "conversation " : "") + std::to_string(r.index);
      const std::string& name = plan.models.at(r.model).name;
      CHECK(sent.model_of.at(text) == name);
      if (r.measured) ++begun[name];
    }
    CHECK(begun.size() == 2);
    std::map<std::string, std::uint64_t> groups;
    for (const Group& group : result.stages.at(0).groups) {
      if (group.group == "model") groups[group.key] = group.begun;
    }
    CHECK(groups == begun);
  }
}

TEST_CASE("a row that names a model beside the plan's ends the run with its number") {
  SimulatorOptions options = test::instant();
  options.tls = false;
  Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {{ClosedLoop{1}, 3}});
  plan.ca_pem.clear();
  plan.models = {{"a"}, {"b"}};
  plan.source = std::make_shared<ThirdNamesAModel>();
  CHECK_THROWS_WITH(
      run(plan),
      "the plan's source gives request 2 a body with a \"model\", and the plan's models say which it is");
}

struct HeaderKeeper : Sink {
  void on_start(const RunHeader& given) override { header = given; }
  RunHeader header;
};

/// What the requests of a plan that names no model name, and the notes of its stage.
struct Named {
  std::set<std::string> models;
  std::vector<std::string> notes;
  std::string in_header;
};

Named named_with(std::vector<std::string> listed, const std::function<void(Plan&)>& change = {}) {
  SimulatorOptions options = test::instant();
  options.models = std::move(listed);
  options.keep_requests = 1'000;
  options.refuse_stream_options = true;  // the probe names it, too
  Simulator simulator(options);
  Plan plan = test::plan_for(simulator, {{ClosedLoop{2}, 10}, {ClosedLoop{1}, 3}});
  plan.ask_for_model = plan.stream = true;
  plan.cores = 2;
  if (change) change(plan);
  Named named;
  HeaderKeeper sink;
  const RunResult result = run(plan, {.sink = &sink});
  simulator.stop();
  CHECK(result.stages.at(1).ok == 3);
  named.notes = result.stages.at(0).notes;
  named.in_header = sink.header.model;
  for (const ReceivedRequest& request : simulator.requests_received()) {
    if (request.method == "GET") continue;
    const json::value body = json::parse(request.body);
    const json::value* const model = body.as_object().if_contains("model");
    named.models.insert(model == nullptr ? "" : std::string(model->as_string()));
  }
  return named;
}

bool any_has(const std::vector<std::string>& notes, std::string_view text) {
  return std::ranges::any_of(notes, [text](const auto& note) { return has(note, text); });
}

TEST_CASE("where nothing names a model, the one that the endpoint has is named, and a note tells") {
  const Named named = named_with({"llama-3"});
  CHECK(named.models == std::set<std::string>{"llama-3"});
  CHECK(named.in_header == "llama-3");
  CHECK(any_has(
      named.notes,
      "MODEL is not set: requests that name none are sent with llama-3, the one model that https://"));
}

TEST_CASE("of several models, and of an endpoint that lists none, no request names one") {
  const Named several = named_with({"llama-3", "llama-2", "other"});
  CHECK(several.models == std::set<std::string>{""});
  CHECK(several.in_header.empty());
  CHECK(any_has(several.notes, "has llama-3 and 2 more"));
  const Named none = named_with({});
  CHECK(none.models == std::set<std::string>{""});
  CHECK_FALSE(any_has(none.notes, "MODEL"));
}

TEST_CASE("a model that is named is not asked for, nor where the plan does not want that") {
  const auto with = [](const std::function<void(Plan&)>& change) {
    return named_with({"llama-3"}, change).models;
  };
  CHECK(with([](Plan& p) { p.model = "mine"; }) == std::set<std::string>{"mine"});
  CHECK(with([](Plan& p) { p.models = {{"a"}, {"b"}}; }) == std::set<std::string>{"a", "b"});
  CHECK(with([](Plan& p) { p.ask_for_model = false; }) == std::set<std::string>{""});
}

TEST_CASE("a server without the list, or with something else in its place, is asked without a model") {
  for (const std::string& answer :
       {test::answer(404, "{}"), test::answer(401, R"({"error":{"message":"who is it"}})"),
        test::answer(200, "<html>"), test::answer(200, R"({"data":"no list"})"),
        test::answer(200, R"({"data":[]})"), test::answer(200, R"({"data":[{"id":7},{"id":"a\nb"},{}]})")}) {
    std::atomic<int> asked{0};
    test::ScriptedServer server([&](test::Peer& peer, int) {
      for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
        const bool asks = request.starts_with("GET /v1/models ");
        asked += asks ? 1 : 0;
        CHECK_FALSE(has(request, "\"model\""));
        peer.send(asks ? answer : test::good_answer());
      }
    });
    Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}, 2}});
    plan.ask_for_model = true;
    const RunResult result = run(plan);
    CHECK(result.stages.at(0).ok == 2);
    CHECK(asked == 1);
    CHECK_FALSE(any_has(result.stages[0].notes, "MODEL"));
  }
}

TEST_CASE("several endpoints are all asked, and one that has another model keeps any from being sent") {
  for (const bool same : {true, false}) {
    SimulatorOptions options = test::instant();
    options.tls = false;
    options.keep_requests = 100;
    options.models = {"llama-3"};
    Simulator first(options);
    if (!same) options.models = {"llama-2"};
    Simulator second(options);
    Plan plan = test::plan_for(first.origin() + "/v1/chat/completions", {{ClosedLoop{1}, 4}});
    plan.endpoints.push_back(parse_endpoint(second.origin() + "/v1/chat/completions"));
    plan.ask_for_model = true;
    const RunResult result = run(plan);
    for (Simulator* simulator : {&first, &second}) {
      simulator->stop();
      const auto requests = simulator->requests_received();
      REQUIRE(requests.size() == 3);
      CHECK(requests[0].method == "GET");
      for (const auto& request : {requests[1], requests[2]}) CHECK(has(request.body, "llama-3") == same);
    }
    CHECK(any_has(result.stages.at(0).notes,
                  same ? "the endpoints have" : "and another endpoint has another one"));
  }
}

TEST_CASE("a list that repeats the key is neither sent nor shown, however long the name is") {
  for (const std::size_t before : {1, 120}) {
    const std::string name = std::string(before, 'm') + "-a-key-that-nobody-may-see";
    test::ScriptedServer server([&name](test::Peer& peer, int) {
      for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
        CHECK_FALSE(has(request, "\"model\""));
        const bool asks = request.starts_with("GET ");
        peer.send(asks ? test::answer(200, R"({"data":[{"id":")" + name + R"("}]})") : test::good_answer());
      }
    });
    Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}, 2}});
    plan.ask_for_model = true;
    HeaderKeeper sink;
    const RunResult result = run(plan, {.sink = &sink});
    CHECK(result.stages.at(0).ok == 2);
    CHECK_FALSE(any_has(result.stages[0].notes, "m-"));
    CHECK(sink.header.model.empty());
  }
}

TEST_CASE("a run that is interrupted while it asks for the models ends") {
  std::stop_source stop;
  test::ScriptedServer server([&stop](test::Peer& peer, int) {
    if (!peer.read_request().empty()) stop.request_stop();  // and says nothing
    (void)peer.read_request();
  });
  Plan plan = test::plan_for(server.url(), {{ClosedLoop{1}, 2}});
  plan.ask_for_model = true;
  const RunResult result = run(plan, {.stop = stop.get_token()});
  CHECK(result.interrupted);
  CHECK(result.stages.empty());
}

TEST_CASE("a request is of the same model on any number of cores, and a stage's seed gives it another one") {
  SimulatorOptions options = test::instant();
  options.tls = false;
  Simulator simulator(options);
  const auto models_on = [&](unsigned cores, std::optional<std::uint64_t> seed) {
    Stage stage{ClosedLoop{8}, 200};
    stage.seed = seed;
    Plan plan = test::plan_for(simulator, {stage});
    plan.ca_pem.clear();
    plan.models = {{"a"}, {"b", 2}, {"c"}};
    plan.cores = cores;
    test::RecordKeeper keeper;
    (void)run(plan, {.sink = &keeper});
    std::map<std::uint64_t, unsigned> models;
    for (const RequestRecord& r : keeper.records) models[r.index] = r.model;
    return models;
  };
  const auto on_one = models_on(1, {});
  CHECK(on_one.size() == 200);
  CHECK(models_on(4, {}) == on_one);
  CHECK(models_on(1, 7) != on_one);
  CHECK(models_on(4, 7) == models_on(1, 7));
}

}  // namespace loop_models
