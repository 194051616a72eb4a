// Several models: what is sent says which, and the numbers tell them apart.
#include <boost/json.hpp>
#include <map>
#include <string>

#include "support/catch.hpp"
#include "support/plans.hpp"

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

}  // namespace loop_models
