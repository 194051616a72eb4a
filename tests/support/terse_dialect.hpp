#pragma once

#include <algorithm>
#include <llmload/dialect.hpp>
#include <llmload/simulated_dialect.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace test {

/// A dialect that nobody speaks. A text of an answer is words: "say TEXT", "think TEXT", "call TEXT", "stop
/// REASON", "count PROMPT COMPLETION", "role", "end", "fail CODE STATUS", "bad"; one that begins with "{" is
/// read as OpenAI's. Errors are "oops CODE".
struct TerseDialect : llmload::Dialect {
  [[nodiscard]] std::string_view name() const override { return "terse"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/say"; }
  [[nodiscard]] bool has_roles() const override { return roles; }
  [[nodiscard]] std::string body(const llmload::RequestSpec& spec,
                                 const llmload::BodySettings& settings) const override {
    return R"({"system":")" + std::string(settings.system_prompt) + R"(","ask":")" +
           spec.messages.front().text + R"(","p":)" + std::to_string(settings.top_p) + '}';
  }
  [[nodiscard]] bool read(std::string_view text, std::string_view event,
                          llmload::AnswerFacts& facts) const override {
    if (text.starts_with('{')) return false;
    const std::string_view verb = text.substr(0, text.find(' '));
    const std::string rest(text.substr(std::min(verb.size() + 1, text.size())));
    const std::string first = rest.substr(0, rest.find(' '));
    const std::string second = rest.substr(std::min(first.size() + 1, rest.size()));
    if (verb == "say") facts.choices.push_back({.content = rest});
    if (verb == "think") facts.choices.push_back({.reasoning = rest});
    if (verb == "call") facts.choices.push_back({.tool = rest});
    if (verb == "stop") facts.choices.push_back({.finish_reason = first, .finish_message = second});
    if (verb == "role") facts.has_role = !facts.choices.emplace_back().index;
    if (verb == "end") facts.is_done = true;
    if (verb == "bad") facts.malformed = "is bad";
    if (verb == "fail") facts.error = llmload::AnswerError{"it failed", first, std::stoi(second)};
    if (verb == "count") {
      facts.prompt_tokens = std::stoull(first);
      facts.completion_tokens = std::stoull(second);
    }
    if (event == "second") facts.choices.front().index = 1;
    return true;
  }
  [[nodiscard]] std::optional<llmload::AnswerError> read_error(std::string_view text) const override {
    if (!text.starts_with("oops ")) return std::nullopt;
    return llmload::AnswerError{"oops it is", std::string(text.substr(5)), 0};
  }

  bool roles = true;
};

/// Its other side: three tokens to whoever asks.
struct TerseSide : llmload::SimulatedDialect {
  explicit TerseSide(bool stream) : stream_(stream) {}
  [[nodiscard]] std::string_view path_suffix() const override { return "/say"; }
  [[nodiscard]] llmload::SimulatedQuestion read(std::string_view body) const override {
    const auto ask = body.find(R"("ask":")");
    if (ask == std::string_view::npos) return {.refusal = "nothing is asked"};
    const std::string_view rest = body.substr(ask + 7);
    return {.prompt = std::string(rest.substr(0, rest.find('"'))), .max_tokens = tokens, .stream = stream_};
  }
  [[nodiscard]] std::string whole_answer(const llmload::SimulatedAnswer& answer) const override {
    return "say " + std::string(answer.text);
  }
  [[nodiscard]] llmload::SimulatedStream stream(const llmload::SimulatedAnswer& answer) const override {
    return {.opening = {"data: role " + std::string(answer.id) + "\n\n"},
            .token_begin = "data: say ",
            .token_end = "\n\n"};
  }
  [[nodiscard]] std::vector<std::string> closing(const llmload::SimulatedAnswer& answer) const override {
    return {"data: count " + std::to_string(answer.prompt_tokens) + ' ' +
                std::to_string(answer.completion_tokens) + "\n\n",
            "data: stop " + std::string(answer.finish_reason) + "\n\n", "data: end\n\n"};
  }

  unsigned tokens = 3;

 private:
  bool stream_;
};

}  // namespace test
