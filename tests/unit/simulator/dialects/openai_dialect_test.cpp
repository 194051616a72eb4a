#include "simulator/dialects/openai_dialect.hpp"

#include <boost/json.hpp>
#include <string>

#include "protocol/answer/answer_reader.hpp"
#include "support/catch.hpp"

namespace openai_dialect_test {

using namespace llmload;
using namespace llmload::simulator;
namespace json = boost::json;

constexpr ServerStyle every_style[] = {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm};

SimulatedAnswer two_words() {
  return {.id = "id-1",
          .created = 7,
          .text = "some text",
          .prompt_tokens = 14,
          .completion_tokens = 2,
          .finish_reason = "length"};
}

TEST_CASE("a whole answer of each dialect says what our own reader reads") {
  for (const ServerStyle style : every_style) {
    for (const auto& dialect : {make_simulated_chat(style), make_simulated_completions(style)}) {
      const auto answer = dialect->whole_answer(two_words());
      RequestRecord r;
      protocol::AnswerReader reader(*chat_dialect());
      protocol::Answer read;
      read.start(r);
      CHECK(reader.read(answer, read).malformed.empty());
      CHECK(r.output == "some text");
      CHECK(r.finish_reason == "length");
      CHECK(r.usage_prompt_tokens == 14U);
      CHECK(r.usage_completion_tokens == 2U);
      const auto root = json::parse(answer).as_object();
      const bool filters = style == ServerStyle::azure_openai;
      CHECK(root.contains("prompt_filter_results") == filters);
      CHECK(root.at("choices").at(0).as_object().contains("content_filter_results") == filters);
    }
  }
}

TEST_CASE("where there is a prefix cache, usage says what it had, also where that is nothing") {
  for (const std::size_t cached : {std::size_t{0}, std::size_t{9}}) {
    SimulatedAnswer answer = two_words();
    answer.cached_tokens = cached;
    for (const auto& dialect :
         {make_simulated_chat(ServerStyle::vllm), make_simulated_completions(ServerStyle::serverless)}) {
      RequestRecord r;
      protocol::AnswerReader reader(*chat_dialect());
      protocol::Answer read;
      read.start(r);
      CHECK(reader.read(dialect->whole_answer(answer), read).malformed.empty());
      CHECK(r.usage_prompt_tokens == 14U);
      CHECK(r.usage_cached_tokens == cached);
    }
    CHECK(usage(answer) == R"("usage":{"prompt_tokens":14,"completion_tokens":2,"total_tokens":16,)"
                           R"("prompt_tokens_details":{"cached_tokens":)" +
                               std::to_string(cached) + "}}");
  }
}

TEST_CASE("a whole answer is the same as ever, byte for byte") {
  CHECK(
      make_simulated_chat(ServerStyle::serverless)->whole_answer(two_words()) ==
      R"({"id":"id-1","object":"chat.completion","created":7,"model":"simulated-llama","choices":[{"index":0,)"
      R"("finish_reason":"length","message":{"role":"assistant","content":"some text","tool_calls":null},)"
      R"("logprobs":null}],"usage":{"prompt_tokens":14,"completion_tokens":2,"total_tokens":16}})");
  CHECK(
      make_simulated_completions(ServerStyle::vllm)->whole_answer(two_words()) ==
      R"({"id":"id-1","object":"text_completion","created":7,"model":"simulated-llama","choices":[{"index":0,)"
      R"("finish_reason":"length","text":"some text","logprobs":null}],)"
      R"("usage":{"prompt_tokens":14,"completion_tokens":2,"total_tokens":16}})");
}

TEST_CASE("events are the same as ever, byte for byte") {
  const auto chat = make_simulated_chat(ServerStyle::serverless);
  const SimulatedStream stream = chat->stream(two_words());
  const std::string begin =
      R"(data: {"id":"id-1","object":"chat.completion.chunk","created":7,"model":"simulated-llama","choices":[)";
  CHECK(stream.opening ==
        std::vector<std::string>{begin + R"({"index":0,"delta":{"role":"assistant","content":""},)" +
                                 R"("finish_reason":null,"logprobs":null}]})" + "\n\n"});
  CHECK(stream.token_begin == begin + R"({"index":0,"delta":{"content":")");
  CHECK(stream.token_end == "\"},\"finish_reason\":null,\"logprobs\":null}]}\n\n");
  CHECK(chat->closing(two_words()) ==
        std::vector<std::string>{begin + R"({"index":0,"delta":{"content":""},"finish_reason":"length",)" +
                                 R"("logprobs":null}],"usage":{"prompt_tokens":14,"completion_tokens":2,)" +
                                 R"("total_tokens":16}})" + "\n\n"});
}

}  // namespace openai_dialect_test
