#include "simulator/answers/stream_events.hpp"

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "protocol/answer/answer_reader.hpp"
#include "protocol/http/http_reader.hpp"
#include "protocol/http/sse_parser.hpp"
#include "simulator/dialects/openai_dialect.hpp"
#include "simulator/server/http_answer.hpp"
#include "support/catch.hpp"

namespace stream_events_test {

using namespace llmload;
using namespace llmload::simulator;
namespace json = boost::json;

constexpr ServerStyle styles[] = {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm};

using Maker = std::shared_ptr<const SimulatedDialect> (*)(ServerStyle style);
constexpr Maker chat = make_simulated_chat, completions = make_simulated_completions;

SimulatedAnswer four_tokens(bool asks_for_usage) {
  return {.id = "id-1",
          .created = 7,
          .text = "one two three four",
          .completion_tokens = 4,
          .finish_reason = "length",
          .asks_for_usage = asks_for_usage};
}

/// A whole answer of four tokens, two of them in one event.
EventBatch whole(ServerStyle style, Maker dialect, bool asks_for_usage) {
  const auto spoken = dialect(style);
  StreamEvents events(*spoken, four_tokens(asks_for_usage));
  EventBatch batch;
  batch.bytes = stream_head(header_fields(ServerStyle::serverless, "id-1", true));
  events.open(batch);
  events.add_tokens("one", 1, batch);
  events.add_tokens(" two three", 2, batch);
  events.add_tokens(" four", 1, batch);
  events.close({14}, batch);
  return batch;
}

/// The data of all events, [DONE] among them, as our own client reads them.
std::vector<std::string> data_of(const EventBatch& batch) {
  protocol::HttpReader http;
  REQUIRE(http.put(batch.bytes) == protocol::HttpReader::State::done);
  protocol::SseParser events;
  events.start();
  events.put(http.body());
  std::vector<std::string> data;
  while (const auto event = events.next()) data.emplace_back(event->data);
  return data;
}

std::vector<json::object> objects_of(const EventBatch& batch) {
  auto data = data_of(batch);
  REQUIRE(data.back() == "[DONE]");
  data.pop_back();
  std::vector<json::object> objects;
  for (const auto& text : data) objects.push_back(json::parse(text).as_object());
  return objects;
}

json::object choice_of(const json::object& event) { return event.at("choices").at(0).as_object(); }
bool has_choice(const json::object& event) { return !event.at("choices").as_array().empty(); }

std::vector<unsigned> tokens_of(const EventBatch& batch) {
  std::vector<unsigned> tokens;
  for (const auto& event : batch.events) tokens.push_back(event.tokens);
  return tokens;
}

TEST_CASE("each dialect's stream is text, finish reason and usage to our own reader") {
  for (const ServerStyle style : styles) {
    for (const Maker dialect : {chat, completions}) {
      for (const bool include_usage : {false, true}) {
        INFO("style " << int(style) << (dialect == chat ? ", chat" : ", completions") << ", usage "
                      << include_usage);
        const EventBatch batch = whole(style, dialect, include_usage);
        auto data = data_of(batch);
        REQUIRE(data.size() == batch.events.size() + 1);
        CHECK(data.back() == "[DONE]");
        data.pop_back();
        RequestRecord r;
        protocol::AnswerReader reader(*chat_dialect());
        protocol::Answer read;
        read.start(r);
        for (std::size_t i = 0; i < data.size(); ++i) {
          INFO(data[i]);
          const std::size_t before = r.output.size();
          CHECK(reader.read(data[i], read).malformed.empty());
          CHECK((r.output.size() > before) == (batch.events[i].tokens > 0));
        }
        CHECK(r.output == "one two three four");
        CHECK(r.finish_reason == "length");
        const bool has_usage = include_usage || style == ServerStyle::serverless;
        CHECK(r.usage_completion_tokens.value_or(0) == (has_usage ? 4U : 0U));
        CHECK(r.usage_prompt_tokens.value_or(0) == (has_usage ? 14U : 0U));
      }
    }
  }
}

TEST_CASE("an event ends where its chunk ends") {
  for (const ServerStyle style : styles) {
    const EventBatch batch = whole(style, chat, true);
    for (const auto& event : batch.events) {
      INFO("style " << int(style) << ", byte " << event.end);
      CHECK(batch.bytes.substr(event.end - 5, 5) == "}\n\n\r\n");
    }
  }
}

TEST_CASE("serverless: role first, usage and finish reason in the last event, asked for or not") {
  for (const bool include_usage : {false, true}) {
    const EventBatch batch = whole(ServerStyle::serverless, chat, include_usage);
    CHECK(tokens_of(batch) == std::vector<unsigned>{0, 1, 2, 1, 0});
    const auto events = objects_of(batch);
    CHECK(choice_of(events[0]).at("delta") == json::value({{"role", "assistant"}, {"content", ""}}));
    CHECK(choice_of(events[2]).at("delta") == json::value({{"content", " two three"}}));
    CHECK(choice_of(events[3]).at("finish_reason").is_null());
    CHECK(choice_of(events[4]).at("delta") == json::value({{"content", ""}}));
    CHECK(choice_of(events[4]).at("finish_reason") == "length");
    CHECK(events[4].at("usage").at("total_tokens") == 18);
  }
}

TEST_CASE("azure-openai: the prompt's filter before the role, the answer's behind the finish reason") {
  const EventBatch batch = whole(ServerStyle::azure_openai, chat, true);
  CHECK(tokens_of(batch) == std::vector<unsigned>{0, 0, 1, 2, 1, 0, 0, 0});
  const auto events = objects_of(batch);
  CHECK_FALSE(has_choice(events[0]));
  CHECK(events[0].at("id") == "");
  CHECK(events[0].at("created") == 0);
  CHECK(events[0].at("model") == "");
  CHECK(events[0].contains("prompt_filter_results"));
  CHECK(choice_of(events[1]).at("delta") ==
        json::value({{"role", "assistant"}, {"content", ""}, {"refusal", nullptr}}));
  for (const std::size_t i : {2U, 3U, 4U}) {
    CHECK(choice_of(events[i]).at("content_filter_results").as_object().contains("hate"));
    CHECK(events[i].at("usage").is_null());
  }
  CHECK(choice_of(events[5]).at("delta") == json::object());
  CHECK(choice_of(events[5]).at("finish_reason") == "length");
  CHECK_FALSE(choice_of(events[6]).contains("delta"));
  CHECK(choice_of(events[6]).at("content_filter_offsets").at("end_offset") == 18);
  CHECK_FALSE(has_choice(events[7]));
  CHECK(events[7].at("usage").at("completion_tokens") == 4);
}

TEST_CASE("azure-openai: no word of usage where it was not asked for") {
  const auto events = objects_of(whole(ServerStyle::azure_openai, chat, false));
  CHECK(events.size() == 7);
  for (const auto& event : events) CHECK_FALSE(event.contains("usage"));
}

TEST_CASE("vllm: nothing before the first token, and the finish reason beside the last one") {
  const auto vllm = chat(ServerStyle::vllm);
  StreamEvents stream(*vllm, four_tokens(true));
  EventBatch batch;
  stream.open(batch);
  CHECK(batch.bytes.empty());
  stream.add_tokens("one", 1, batch);
  CHECK(tokens_of(batch) == std::vector<unsigned>{0, 1});

  const auto events = objects_of(whole(ServerStyle::vllm, chat, true));
  REQUIRE(events.size() == 5);
  CHECK(choice_of(events[0]).at("delta").at("role") == "assistant");
  CHECK(choice_of(events[2]).at("finish_reason").is_null());
  CHECK(choice_of(events[3]).at("delta") == json::value({{"content", " four"}}));
  CHECK(choice_of(events[3]).at("finish_reason") == "length");
  CHECK_FALSE(has_choice(events[4]));
  CHECK(events[4].at("usage").at("prompt_tokens") == 14);
  CHECK(objects_of(whole(ServerStyle::vllm, chat, false)).size() == 4);
}

TEST_CASE("vllm: an answer of one token has its role and its finish reason") {
  const auto vllm = chat(ServerStyle::vllm);
  SimulatedAnswer answer = four_tokens(false);
  answer.completion_tokens = 1;
  StreamEvents stream(*vllm, answer);
  EventBatch batch;
  batch.bytes = stream_head(header_fields(ServerStyle::serverless, "id-1", true));
  stream.add_tokens("one", 1, batch);
  stream.close({14}, batch);
  const auto events = objects_of(batch);
  REQUIRE(events.size() == 2);
  CHECK(choice_of(events[1]).at("finish_reason") == "length");
}

TEST_CASE("completions have text in place of deltas, and no role") {
  for (const ServerStyle style : styles) {
    INFO("style " << int(style));
    const EventBatch batch = whole(style, completions, true);
    std::string text;
    for (const auto& event : objects_of(batch)) {
      if (!has_choice(event)) continue;
      const auto choice = choice_of(event);
      CHECK_FALSE(choice.contains("delta"));
      if (const auto* piece = choice.if_contains("text")) text += std::string(piece->as_string());
    }
    CHECK(text == "one two three four");
    CHECK(batch.events.size() == (style == ServerStyle::azure_openai ? 7U : 4U));
  }
}

}  // namespace stream_events_test
