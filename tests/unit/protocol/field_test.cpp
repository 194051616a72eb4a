#include "support/field.hpp"

#include <filesystem>
#include <iterator>

#include "protocol/record_builder.hpp"
#include "support/catch.hpp"

namespace field_test {

using namespace llmload;
using protocol::Reading;

RequestRecord record_of(const std::string& first, const std::string& second, bool stream) {
  const protocol::Redactor redactor{Plan{}};
  protocol::RecordBuilder builder(*chat_dialect(), redactor, stream);
  RequestRecord record;
  builder.start(record);
  if (builder.on_bytes(first, {std::chrono::nanoseconds(10), TimeSource::kernel, 1}) != Reading::ended &&
      builder.on_bytes(second, {std::chrono::nanoseconds(20), TimeSource::kernel, 2}) != Reading::ended)
    builder.on_eof(true);
  return record;
}

/// What is wrong with `r`; "" where nothing is.
std::string wrong(const test::FieldAnswer& a, const RequestRecord& r) {
  if (r.outcome != a.outcome) return "outcome " + std::string(to_string(r.outcome)) + " " + r.error;
  if (r.output != a.output) return "output " + r.output;
  if (r.reasoning != a.reasoning) return "reasoning " + r.reasoning;
  if (r.tool_text != a.tool_text) return "tool text " + r.tool_text;
  if (r.finish_reason != a.finish_reason) return "finish reason " + r.finish_reason;
  if (r.usage_completion_tokens != a.usage) return "usage";
  if (r.error_code != a.code) return "code " + r.error_code;
  if (r.error.find(a.error) == std::string::npos) return "error " + r.error;
  if (r.streamed != r.first_event.has_value() && a.outcome == Outcome::ok) return "streamed";
  const std::string& first =
      r.reasoning.empty() ? (r.tool_text.empty() ? r.output : r.tool_text) : r.reasoning;
  if (r.streamed && first.empty() == r.first_token.has_value()) return "first token";
  return "";
}

TEST_CASE("each answer from the field gives the right record, at every split, asked for as a stream or not") {
  for (const test::FieldAnswer& answer : test::field_answers()) {
    INFO(answer.name);
    const std::string wire = test::wire(answer);
    std::string first_wrong;
    for (const bool stream : {true, false}) {
      for (std::size_t split = 1; split <= wire.size() && first_wrong.empty(); ++split) {
        const std::string what = wrong(answer, record_of(wire.substr(0, split), wire.substr(split), stream));
        if (!what.empty()) first_wrong = "split at " + std::to_string(split) + ": " + what;
      }
    }
    CHECK(first_wrong == "");
  }
}

TEST_CASE("each file of the field has its expectations") {
  const std::filesystem::directory_iterator files(LLMLOAD_TEST_DATA "/field");
  CHECK(static_cast<std::size_t>(std::distance(begin(files), end(files))) == test::field_answers().size());
}

/// The JSON of a fixture as a whole answer, as an event of a stream, and as the body of an HTTP error.
struct Forms {
  RequestRecord whole, event, error;
};
Forms forms_of(const std::string& json) {
  const auto http = [](const std::string& status, const std::string& type, const std::string& body) {
    return record_of("HTTP/1.1 " + status + "\r\nContent-Type: " + type +
                         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body,
                     "", true);
  };
  return {http("200 OK", "application/json", json),
          http("200 OK", "text/event-stream", "data: " + json + "\n\ndata: [DONE]\n\n"),
          http("418 Teapot", "application/json", json)};
}

TEST_CASE("each form of an error is found in a whole answer, in an event, and with an HTTP status") {
  for (
      const std::string json :
      {R"({"error":{"message":"gone","code":"c"}})", R"([{"error":{"message":"gone","code":"c"}}])",
       R"({"error":[{"message":"gone","code":"c"}]})", R"({"errors":[{"message":"gone","code":"c"}]})",
       R"({"error":"gone","code":"c"})", R"({"message":"gone","code":"c"})",
       R"({"object":"error","message":"gone","code":"c"})",
       R"({"choices":[{"delta":{"content":""},"error":{"message":"gone","code":"c"}}]})",
       R"({"choices":[{"message":{"content":""},"finish_reason":"error"}],"error":{"message":"gone","code":"c"}})"}) {
    INFO(json);
    const Forms forms = forms_of(json);
    CHECK(forms.whole.outcome == Outcome::generation_failed);
    CHECK(forms.event.outcome == Outcome::stream_error);
    CHECK(forms.error.outcome == Outcome::http_4xx);
    CHECK(forms.whole.error == "gone");
    CHECK(forms.event.error == "gone");
    CHECK(forms.error.error == "HTTP 418: gone");
    for (const RequestRecord* r : {&forms.whole, &forms.event, &forms.error}) CHECK(r->error_code == "c");
  }
}

TEST_CASE("each form of a text is read alike in a whole answer and in an event") {
  for (const std::string choice :
       {R"({"text":"one"})", R"({"delta":{"content":"one"}})", R"({"message":{"content":"one"}})",
        R"({"text":"one","delta":{"content":"one"}})", R"({"message":{"content":"one"},"text":"one"})",
        R"({"delta":{"content":[{"type":"text","text":"one"}]}})", R"({"message":{"content":["o","ne"]}})"}) {
    INFO(choice);
    const Forms forms = forms_of(R"({"choices":[)" + choice + "]}");
    for (const RequestRecord* r : {&forms.whole, &forms.event}) {
      CHECK(r->outcome == Outcome::ok);
      CHECK(r->output == "one");
    }
    CHECK(forms.error.outcome == Outcome::http_4xx);
  }
}

}  // namespace field_test
