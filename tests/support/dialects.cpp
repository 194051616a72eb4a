#include "support/dialects.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace test {
namespace {

using llmload::Outcome;

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": can't be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Behind the empty line that ends the event which `from` is in.
std::size_t event_end(const std::string& text, std::size_t from) {
  const auto lf = text.find("\n\n", from), crlf = text.find("\r\n\r\n", from);
  if (lf == std::string::npos && crlf == std::string::npos) return text.size();
  return lf < crlf ? lf + 2 : crlf + 4;
}

std::string chunk(const std::string& bytes) {
  char size[20];
  char* const end = std::to_chars(size, size + sizeof size, bytes.size(), 16).ptr;
  return std::string(&size[0], end) + "\r\n" + bytes + "\r\n";
}

}  // namespace

const std::vector<Dialect>& dialects() {
  static const std::vector<std::string> three = {R"("Hello")", R"(" there")", R"("!")"};
  static const std::vector<std::string> two = {R"("Hello")", R"(" there!")"};
  static const std::vector<Dialect> all = {
      {"serverless_llama", Outcome::ok, "Hello there!", "", "", "stop", 3, three},
      {"azure_openai", Outcome::ok, "Hello there!", "", "", "stop", 3, three},
      {"azure_openai_buffered",
       Outcome::ok,
       "Hello there!",
       "",
       "",
       "stop",
       {},
       {R"("Hello there")", R"("!")"}},
      {"azure_openai_filtered",
       Outcome::content_filtered,
       "Hello",
       "",
       "",
       "content_filter",
       {},
       {R"("Hello")"}},
      {"vllm", Outcome::ok, "Hello there!", "", "", "stop", 3, three},
      {"vllm_usage_on_each", Outcome::ok, "Hello there!", "", "", "length", 3, two},
      {"vllm_error", Outcome::stream_error, "Hello", "", "", "", {}, {R"("Hello")"}, false},
      {"vllm_reasoning", Outcome::ok, "Hi", "Let me see", "", "stop", {}, {"Let me", " see", R"("Hi")"}},
      {"sglang", Outcome::ok, "Hello!", "Hm", "", "stop", 3, {R"("Hm")", R"("Hello")", R"("!")"}},
      {"tgi_chat", Outcome::ok, "Hello there!", "", "", "eos_token", 3, three},
      {"tgi_completions", Outcome::ok, "Hello there!", "", "", "stop", 3, three},
      {"llama_cpp", Outcome::ok, "Hello there!", "", "", "stop", 3, three},
      {"llama_cpp_error", Outcome::stream_error, "Hello", "", "", "", {}, {R"("Hello")"}, false},
      {"llama_cpp_error_line", Outcome::stream_error, "Hello", "", "", "", {}, {R"("Hello")"}, false},
      {"ollama", Outcome::ok, "Hello there!", "", "", "stop", 3, two},
      {"ollama_completions", Outcome::ok, "Hello there!", "", "", "stop", 3, two},
      {"sse_starlette", Outcome::ok, "Hello there!", "", "", "stop", 3, two},
      {"tool_calls", Outcome::ok, "", "", R"(look_up{"x":1})", "tool_calls", {}, {"look_up", "{\\\"x", "1}"}},
      {"no_done", Outcome::ok, "Hello!", "", "", "stop", 3, {R"("Hello")", R"("!")"}, false},
      {"ends_with_the_connection", Outcome::ok, "Hello!", "", "", "stop", {}, {R"("Hello")", R"("!")"}},
      {"cut_short", Outcome::incomplete, "Hello th", "", "", "", {}, {R"("Hello")", R"(" th")"}, false},
      {"json_body", Outcome::ok, "Hello there!", "", "", "stop", 3, {}, false},
  };
  return all;
}

const std::vector<Dialect>& dialects_of_other_apis() {
  const std::vector<std::string> three = {R"("delta":"Hello")", R"("delta":" there")", R"("delta":"!")"},
                                 blocks = {R"("text":"Hello")", R"("text":" there")", R"("text":"!")"};
  const std::string hello = R"("delta":"Hello")", block = R"("text":"Hello")";
  const auto responses = [](Dialect d) {
    d.path = "/v1/responses";
    d.mark = "event: response." + std::string(d.finish_reason == "completed" ? "completed" : "incomplete");
    return d;
  };
  const auto anthropic = [](Dialect d) {
    d.path = "/v1/messages";
    d.mark = "event: message_stop";
    return d;
  };
  static const std::vector<Dialect> all = {
      responses({"responses", Outcome::ok, "Hello there!", "", "", "completed", 3, three}),
      responses({"responses_reasoning",
                 Outcome::ok,
                 "Hello there!",
                 "Let me see",
                 "",
                 "completed",
                 9,
                 {R"("delta":"Let me")", R"("delta":" see")", hello, R"("delta":" there!")"}}),
      responses({"responses_tool",
                 Outcome::ok,
                 "",
                 "",
                 R"(look_up{"x":1})",
                 "completed",
                 12,
                 {"look_up", R"("delta":"{\"x)", R"("delta":"\":1})"}}),
      responses({"responses_incomplete",
                 Outcome::ok,
                 "Hello there",
                 "",
                 "",
                 "max_output_tokens",
                 2,
                 {hello, R"("delta":" there")"}}),
      responses(
          {"responses_filtered", Outcome::content_filtered, "Hello", "", "", "content_filter", 1, {hello}}),
      responses({"responses_failed", Outcome::stream_error, "Hello", "", "", "failed", {}, {hello}, false}),
      responses({"responses_failed_at_once", Outcome::rate_limited, "", "", "", "failed", {}, {}, false}),
      responses({"responses_error", Outcome::stream_error, "Hello", "", "", "", {}, {hello}, false}),
      responses({"responses_cut_short",
                 Outcome::incomplete,
                 "Hello th",
                 "",
                 "",
                 "",
                 {},
                 {hello, R"("delta":" th")"},
                 false}),
      responses({"responses_whole",
                 Outcome::ok,
                 "Hello there!",
                 "Let me see",
                 R"(look_up{"x":1})",
                 "completed",
                 30,
                 {},
                 false}),
      responses({"responses_whole_failed", Outcome::http_5xx, "", "", "", "failed", {}, {}, false}),
      anthropic({"anthropic", Outcome::ok, "Hello there!", "", "", "end_turn", 3, blocks}),
      anthropic({"anthropic_thinking",
                 Outcome::ok,
                 "Hello there!",
                 "Let me see",
                 "",
                 "max_tokens",
                 12,
                 {"Let me", " see", block, R"("text":" there!")"}}),
      anthropic({"anthropic_tool",
                 Outcome::ok,
                 "",
                 "",
                 R"(look_up{"x":1})",
                 "tool_use",
                 12,
                 {"look_up", R"("partial_json":"{\"x)", R"("partial_json":"\":1})"}}),
      anthropic({"anthropic_refusal", Outcome::content_filtered, "Hello", "", "", "refusal", 1, {block}}),
      anthropic({"anthropic_overloaded", Outcome::stream_error, "Hello", "", "", "", {}, {block}, false}),
      anthropic({"anthropic_overloaded_at_once", Outcome::http_5xx, "", "", "", "", {}, {}, false}),
      anthropic({"anthropic_cut_short",
                 Outcome::incomplete,
                 "Hello th",
                 "",
                 "",
                 "",
                 {},
                 {block, R"("text":" th")"},
                 false}),
      anthropic({"anthropic_without_stop",
                 Outcome::ok,
                 "Hello!",
                 "",
                 "",
                 "stop_sequence",
                 3,
                 {block, R"("text":"!")"},
                 false}),
      anthropic({"anthropic_whole",
                 Outcome::ok,
                 "Hello there!",
                 "Let me see",
                 R"(look_up{"x":1})",
                 "tool_use",
                 30,
                 {},
                 false}),
  };
  return all;
}

std::string wire(const Dialect& dialect) {
  const std::string text = read(LLMLOAD_TEST_DATA "/dialects/" + dialect.name + ".http");
  const auto head_end = text.find("\n\n");
  std::string out;
  for (const char c : text.substr(0, head_end + 2))
    out += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const std::string body = text.substr(head_end + 2);
  if (text.find("chunked") > head_end) return out + body;
  for (std::size_t at = 0, end = 0; at < body.size(); at = end) {
    end = event_end(body, at);
    out += chunk(body.substr(at, end - at));
  }
  return out + "0\r\n\r\n";
}

std::size_t completed_at(const std::string& wire, const std::string& text) {
  const auto at = wire.find(text);
  if (at == std::string::npos) throw std::runtime_error("no " + text);
  const auto end = event_end(wire, at);
  return wire.compare(end - 4, 4, "\r\n\r\n") == 0
             ? end - 1
             : end;  // the second CR ends the line, its LF is only skipped
}

}  // namespace test
