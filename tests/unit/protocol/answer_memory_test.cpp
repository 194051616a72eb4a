#include "protocol/answer_memory.hpp"

#include <algorithm>
#include <string>

#include "protocol/record_builder.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace answer_memory_test {

using namespace llmload;
using namespace std::chrono_literals;
using protocol::AnswerMemory;
using protocol::AnswerRoom;
using protocol::Reading;
using protocol::RecordBuilder;

TEST_CASE("what is held is given back, and more than there is is told of") {
  AnswerMemory memory(100);
  CHECK(memory.hold(60));
  CHECK(memory.hold(40));
  CHECK_FALSE(memory.is_full());
  CHECK_FALSE(memory.hold(1));
  CHECK(memory.is_full());
  memory.give_back(1);
  CHECK_FALSE(memory.is_full());
  CHECK(memory.held() == 100);
}

TEST_CASE("an answer holds what it last took, and nothing when it has left") {
  AnswerMemory memory(100);
  {
    AnswerRoom room(&memory), other(&memory);
    CHECK(room.take(80));
    CHECK(memory.held() == 80);
    CHECK_FALSE(other.take(30));
    CHECK(room.take(50));
    CHECK(memory.held() == 80);
    CHECK(other.take(40));
    other.leave();
    CHECK(memory.held() == 50);
  }
  CHECK(memory.held() == 0);
}

/// An answer that comes in reads of `size` bytes, into a memory of `most` bytes.
struct Answered {
  Answered(const std::string& bytes, bool stream, std::uint64_t most, std::size_t size = 4'000)
      : memory(most) {
    RecordBuilder builder(*chat_dialect(), redactor, stream, 0, protocol::HttpReader::usual_body_limit,
                          &memory);
    builder.start(record);
    for (std::size_t at = 0; at < bytes.size() && reading != Reading::ended; at += size) {
      const auto time = std::chrono::nanoseconds(at + 1);
      reading = builder.on_bytes(std::string_view(bytes).substr(at, size),
                                 {time, TimeSource::kernel, at, time, protocol::Arrival::Known::all});
      most_held = std::max(most_held, memory.held());
    }
  }
  protocol::Redactor redactor{Plan()};
  AnswerMemory memory;
  RequestRecord record;
  Reading reading = Reading::more;
  std::uint64_t most_held = 0;
};

std::string whole(const std::string& text, const std::string& reason = "stop") {
  const std::string body = R"({"choices":[{"message":{"content":")" + text + R"("},"finish_reason":")" +
                           reason + R"("}],"usage":{"prompt_tokens":3,"completion_tokens":7}})";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string streamed(std::size_t events) {
  std::string bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
  for (std::size_t i = 0; i < events; ++i)
    bytes += "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"}}]}\n\n";
  return bytes +
         "data: "
         "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":"
         "3,"
         "\"completion_tokens\":7}}\n\ndata: [DONE]\n\n";
}

constexpr std::uint64_t plenty = std::uint64_t{1} << 40U;
const std::string long_text(1'000'000, 'x');

TEST_CASE("an answer for which there is room is whole, and leaves nothing behind") {
  const Answered a(whole(long_text), false, plenty);
  CHECK(a.record.outcome == Outcome::ok);
  CHECK(a.record.output == long_text);
  CHECK_FALSE(a.record.text_dropped);
  CHECK(a.most_held >= long_text.size());
  CHECK(a.most_held < 2 * long_text.size());  // a known length is no reason to double
  CHECK(a.memory.held() == 0);
  const Answered s(streamed(20'000), true, plenty);
  CHECK(s.record.events.size() == 20'000);
  CHECK(s.memory.held() == 0);
}

TEST_CASE("a whole answer without room is read to its end, with its usage and without its text") {
  for (const std::string& text :
       {long_text, long_text + R"(\ud83d \ud83d\ude00 \" \\)", R"(\ud83d)" + long_text + R"(\")"}) {
    const Answered a(whole(text), false, 300'000);
    INFO(a.record.error);
    CHECK(a.record.outcome == Outcome::ok);
    CHECK(a.record.text_dropped);
    CHECK(a.record.output.empty());
    CHECK_FALSE(a.record.text_bytes);
    CHECK(a.record.usage_completion_tokens == 7U);
    CHECK(a.record.finish_reason == "stop");
    CHECK(a.record.body_bytes > text.size());
    CHECK(a.most_held < 600'000);
    CHECK(a.memory.held() == 0);
  }
}

TEST_CASE("a failure is one without room, too") {
  const Answered a(whole(long_text, "abort"), false, 100'000);
  CHECK(a.record.outcome == Outcome::generation_failed);
  const Answered b("HTTP/1.1 500 No\r\nContent-Length: 1000030\r\n\r\n{\"error\":{\"message\":\"" +
                       long_text + "\"}}      ",
                   false, 100'000);
  CHECK(b.record.outcome == Outcome::http_5xx);
  CHECK(has(b.record.error, "xxx"));
}

TEST_CASE("a stream without room keeps its stamps, its usage and its end") {
  const Answered a(streamed(20'000), true, 100'000);
  CHECK(a.record.outcome == Outcome::ok);
  CHECK(a.record.text_dropped);
  CHECK(a.record.output.empty());
  CHECK(a.record.events.empty());
  CHECK(a.record.first_token == 1ns);
  CHECK(a.record.last_token > 1ms);
  CHECK(a.record.usage_completion_tokens == 7U);
  CHECK(a.most_held < 200'000);
  CHECK(a.memory.held() == 0);
}

TEST_CASE("what stands behind a long stream's end is read, and is nobody's") {
  for (const std::string& behind :
       {std::string("\r\n"), std::string("data: {}\n\n"), std::string(20'000, '\n')}) {
    const Answered a(streamed(1'000) + behind, true, plenty, 30'000);
    CHECK(a.record.outcome == Outcome::ok);
    CHECK(a.record.events.size() == 1'000);
    CHECK(a.memory.held() == 0);
  }
}

TEST_CASE("no room is no other failure, also where the last read shows it") {
  std::string body = "{\"a\":[1";
  while (body.size() < 400'000) body += ",123456";
  const std::string bytes =
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size() + 2) + "\r\n\r\n" + body + "]}";
  CHECK(Answered(bytes, false, 100'000, bytes.size()).record.outcome == Outcome::too_large);
}

TEST_CASE("what can't be read without all of it is too large where there is no room") {
  const Answered event("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"choices\":[" +
                           std::string(2'000'000, ' '),
                       true, 100'000);
  CHECK(event.record.outcome == Outcome::too_large);
  CHECK(event.record.error == "there is no room for it: answers hold as much as they may");
  std::string numbers = "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n{\"a\":[1";
  while (numbers.size() < 1'900'000) numbers += ",123456";
  const Answered json(numbers, false, 100'000);
  CHECK(json.record.outcome == Outcome::too_large);
  CHECK(json.memory.held() == 0);
}

}  // namespace answer_memory_test
