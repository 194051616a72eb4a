// An API of one's own: what is sent in it, and what its answers say. All else of a run stays as it is.
#include <charconv>
#include <iostream>
#include <llmload/llmload.hpp>

/// The value of `name` in an object of this API, whose texts have no escapes; use a JSON parser for others.
std::string_view member(std::string_view json, const std::string& name) {
  const auto at = json.find('"' + name + "\":");
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + name.size() + 3);
  if (!json.starts_with('"')) return json.substr(0, json.find_first_of(",}"));
  return json.substr(1, json.find('"', 1) - 1);
}

/// 0 where it is none.
unsigned number(std::string_view json, const std::string& name) {
  const std::string_view digits = member(json, name);
  unsigned value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

/// Asks {"telegram": "...", "words": 8}, and is answered by a stream of events: `word` has one of the text,
/// `stop` says why it ended and what was counted, and then it is over.
class Telegraph : public llmload::Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "telegraph"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/telegraph"; }
  [[nodiscard]] bool has_roles() const override { return false; }

  [[nodiscard]] std::string body(const llmload::RequestSpec& spec,
                                 const llmload::BodySettings& settings) const override {
    std::string body = R"({"telegram":")";
    for (const llmload::Message& message : spec.messages) body += message.text;
    return body + R"(","words":)" + std::to_string(settings.max_tokens) + '}';
  }

  [[nodiscard]] bool read(std::string_view text, std::string_view event,
                          llmload::AnswerFacts& facts) const override {
    if (event == "word")
      facts.choices.push_back({.content = std::string(member(text, "word"))});
    else if (event == "stop") {
      const bool full = member(text, "why") == "full";
      facts.choices.push_back({.finish_reason = full ? "length" : "stop"});
      facts.completion_tokens = number(text, "words");
      facts.is_done = true;
    } else {
      facts.malformed = "is of no known type";
    }
    return true;
  }
};

/// What the simulated endpoint needs to speak it.
class Telegraphist : public llmload::SimulatedDialect {
 public:
  [[nodiscard]] std::string_view path_suffix() const override { return "/telegraph"; }

  [[nodiscard]] llmload::SimulatedQuestion read(std::string_view body) const override {
    const unsigned words = number(body, "words");
    if (words == 0) return {.refusal = "a telegram has words"};
    return {.prompt = std::string(member(body, "telegram")), .max_tokens = words, .stream = true};
  }
  [[nodiscard]] std::string whole_answer(const llmload::SimulatedAnswer& /*answer*/) const override {
    return "{}";  // there are only streams
  }
  [[nodiscard]] llmload::SimulatedStream stream(const llmload::SimulatedAnswer& /*answer*/) const override {
    return {.token_begin = "event: word\ndata: {\"word\":\"", .token_end = "\"}\n\n"};
  }
  [[nodiscard]] std::vector<std::string> closing(const llmload::SimulatedAnswer& answer) const override {
    return {"event: stop\ndata: {\"why\":\"full\",\"words\":" + std::to_string(answer.completion_tokens) +
            "}\n\n"};
  }
};

int main() {
  llmload::SimulatorOptions options;
  options.ttft = std::chrono::milliseconds{20};
  options.gap = std::chrono::milliseconds{5};
  options.dialects = {std::make_shared<Telegraphist>()};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {
      llmload::parse_endpoint(simulator.origin() + "/telegraph", std::make_shared<Telegraph>())};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.stream = true;
  plan.max_tokens = 8;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"WHEN DO YOU ARRIVE"});
  plan.stages = {{.loop = llmload::ClosedLoop{1}, .requests = 20}};

  const llmload::RunResult result = llmload::run(plan);
  const llmload::Summary& summary = result.stages.front();
  std::cout << llmload::dialect_of(plan).name() << ": " << summary.ok << " answers";
  if (summary.ttft_ms()) std::cout << ", the first word after " << summary.ttft_ms()->p50 << " ms";
  std::cout << '\n';
  for (const auto& reason : result.invalid_reasons) std::cout << "not valid: " << reason.text << '\n';
  return summary.ok == 20 ? 0 : 1;
}
