#include "simulator/answers/answer.hpp"

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <vector>

#include "protocol/answer/server_error.hpp"
#include "protocol/http/http_reader.hpp"
#include "simulator/dialects/openai_dialect.hpp"
#include "simulator/server/http_answer.hpp"
#include "support/catch.hpp"
#include "support/terse_dialect.hpp"
#include "unit/text/checks.hpp"

namespace answer_test {

using namespace llmload;
using namespace llmload::simulator;
namespace json = boost::json;

const std::string chat = "/v1/chat/completions", text = "/v1/completions";
const std::string hello = R"({"messages":[{"role":"user","content":"Hello"}]})";

using Dialects = std::vector<std::shared_ptr<const SimulatedDialect>>;
const Dialects known = {make_simulated_chat(ServerStyle::serverless),
                        make_simulated_completions(ServerStyle::serverless)};

Request sent(const std::string& method, const std::string& target, const std::string& authorization,
             const std::string& body) {
  Request request;
  request.method = method;
  request.target = target;
  request.authorization = authorization;
  request.body = body;
  return request;
}

Question ask(const std::string& target, const std::string& body,
             const std::string& authorization = "Bearer k", const std::string& api_key = "",
             const std::string& key = "k") {
  Request request = sent("POST", target, authorization, body);
  request.api_key = api_key;
  return read_question(request, key, known);
}

TEST_CASE("a chat is read, with its tokens, its stream and all its messages") {
  const auto q = ask(
      chat,
      R"({"messages":[{"role":"system","content":"Be."},{"role":"user","content":[{"type":"text","text":"Hi"}]}],
                            "max_tokens":7,"stream":true,"model":"x","top_p":0.9})");
  CHECK(q.error_status == 0);
  CHECK(q.dialect == known[0].get());
  CHECK(q.max_tokens == 7);
  CHECK(q.stream);
  CHECK(q.prompt == "Be. Hi");
}

TEST_CASE("a completion is read, with the default tokens where none are given") {
  for (const std::string extra : {"", R"(,"max_tokens":null)"}) {
    const auto q = ask(text + "?api-version=1", R"({"prompt":"Once")" + extra + "}");
    CHECK(q.error_status == 0);
    CHECK(q.dialect == known[1].get());
    CHECK(q.max_tokens == 256);
    CHECK_FALSE(q.stream);
    CHECK(q.prompt == "Once");
  }
}

TEST_CASE("a request at the path of an own dialect is read by it, with its key and its tokens checked") {
  const auto own = std::make_shared<test::TerseSide>(true);
  const Dialects dialects = {own, known[0], known[1]};
  const auto say = [&dialects](const std::string& body, const std::string& target = "/say?x=1",
                               const std::string& key = "k") {
    return read_question(sent("POST", target, key, body), "k", dialects);
  };
  const auto q = say(R"({"ask":"Hello"})");
  CHECK(q.error_status == 0);
  CHECK(q.dialect == own.get());
  CHECK(q.prompt == "Hello");
  CHECK(q.max_tokens == 3);
  CHECK(q.stream);
  CHECK(say("{}").error_status == 400);
  CHECK(say("{}").error == "nothing is asked");
  CHECK(say(R"({"ask":"Hello"})", "/say", "wrong").error_status == 401);
  CHECK(say(hello, chat).dialect == known[0].get());
  CHECK(ask("/say", R"({"ask":"Hello"})").error_status == 404);
  for (const unsigned tokens : {0U, most_tokens + 1}) {
    own->tokens = tokens;
    CHECK(say(R"({"ask":"Hello"})").error_status == 400);
  }
}

TEST_CASE("of two dialects with one path the first is spoken") {
  struct Chat : test::TerseSide {
    Chat() : TerseSide(false) {}
    [[nodiscard]] std::string_view path_suffix() const override { return "/chat/completions"; }
  };
  const Dialects dialects = {std::make_shared<Chat>(), known[0]};
  CHECK(read_question(sent("POST", chat, "k", R"({"ask":"Hello"})"), "k", dialects).prompt == "Hello");
}

TEST_CASE("a wrong path is 404, another method 405") {
  for (const char* target : {"/", "/v1/embeddings", "/v1/chat/completions/", "/x?p=/v1/completions"}) {
    CHECK(ask(target, hello).error_status == 404);
  }
  CHECK(read_question(sent("GET", chat, "k", ""), "k", known).error_status == 405);
}

TEST_CASE("the key is taken as bearer, raw and api-key, a wrong one is 401 and is echoed") {
  CHECK(ask(chat, hello, "Bearer k").error_status == 0);
  CHECK(ask(chat, hello, "k").error_status == 0);
  CHECK(ask(chat, hello, "", "k").error_status == 0);
  for (const auto& q :
       {ask(chat, hello, "Bearer wrong"), ask(chat, hello, "wrong"), ask(chat, hello, "", "wrong")}) {
    CHECK(q.error_status == 401);
    CHECK(has(q.error, "wrong"));
  }
  CHECK(ask(chat, hello, "").error_status == 401);
  CHECK(ask(chat, hello, "Bearer ").error_status == 401);
}

TEST_CASE("without a key of its own, any is taken but one must be there") {
  CHECK(ask(chat, hello, "Bearer x", "", "").error_status == 0);
  CHECK(ask(chat, hello, "", "x", "").error_status == 0);
  CHECK(ask(chat, hello, "", "", "").error_status == 401);
  CHECK(ask(chat, hello, "Bearer ", "", "").error_status == 401);
}

TEST_CASE("a body that is no question is 400, and no crash") {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
        std::string(R"({"messages":[]})"), std::string(R"({"messages":"x"})"),
        std::string(R"({"messages":[7]})"), std::string(R"({"messages":[{}]})"),
        std::string(R"({"prompt":"x"})"), std::string(10'000, '['), std::string("{\"messages\":\"\xff\"}")}) {
    INFO(body.substr(0, 40));
    CHECK(ask(chat, body).error_status == 400);
  }
  CHECK(ask(text, R"({"prompt":7})").error_status == 400);
  CHECK(ask(text, hello).error_status == 400);
}

TEST_CASE("a max_tokens that can't be is 400") {
  for (const char* n : {"0", "-1", "1.5", "\"7\"", "[]", "131073", "1e30", "true"}) {
    INFO(n);
    CHECK(ask(text, R"({"prompt":"x","max_tokens":)" + std::string(n) + "}").error_status == 400);
  }
  CHECK(ask(text, R"({"prompt":"x","max_tokens":131072})").max_tokens == most_tokens);
  CHECK(ask(text, R"({"prompt":"x","max_tokens":1})").max_tokens == 1);
}

TEST_CASE("stream_options are read, and kept for who refuses them") {
  const auto with = [](const std::string& value) {
    return ask(text, R"({"prompt":"x","stream":true,"stream_options":)" + value + "}");
  };
  CHECK(with(R"({"include_usage":true})").asks_for_usage);
  CHECK(with(R"({"include_usage":true})").stream_options == R"({"include_usage":true})");
  CHECK_FALSE(with(R"({"include_usage":false})").asks_for_usage);
  CHECK_FALSE(with(R"({"include_usage":"true"})").asks_for_usage);
  CHECK_FALSE(with("{}").asks_for_usage);
  CHECK(with("7").stream_options == "7");
  CHECK(with("null").stream_options.empty());
  CHECK(ask(text, R"({"prompt":"x"})").stream_options.empty());
}

TEST_CASE("a refused parameter is an error that our own reader reads") {
  const auto answer = not_supported_answer("stream_options", R"({"include_usage":true})");
  const auto e = protocol::read_server_error(answer);
  CHECK(e.code == "parameter_not_supported");
  CHECK(has(e.message, "stream_options"));
  CHECK(json::parse(answer).at("detail").at("loc").at(1) == "stream_options");
}

TEST_CASE("an error's answer is read as such, whatever the message holds") {
  const auto e = protocol::read_server_error(error_answer(nullptr, 401, "got \"k\"\n\\"));
  CHECK(e.message == "got \"k\"\n\\");
  CHECK(e.code == "401");
}

TEST_CASE("responses and chunks are HTTP that our own reader reads") {
  protocol::HttpReader reader;
  CHECK(reader.put(response(200, header_fields(ServerStyle::serverless, "r-1", true), "body")) ==
        protocol::HttpReader::State::done);
  CHECK(reader.body() == "body");
  CHECK(reader.request_id() == "r-1");
  CHECK(reader.keep_alive());
  reader.start();
  reader.put(response(401, header_fields(ServerStyle::serverless, "r-2", false), ""));
  CHECK(reader.status() == 401);
  CHECK_FALSE(reader.keep_alive());
  reader.start();
  reader.put(stream_head(header_fields(ServerStyle::serverless, "r-3", true)));
  std::string chunks;
  append_chunk({"one", " "}, chunks);
  append_chunk({std::string(300, 'x')}, chunks);
  reader.put(chunks);
  CHECK(reader.put(last_chunk) == protocol::HttpReader::State::done);
  CHECK(reader.body() == "one " + std::string(300, 'x'));
}

}  // namespace answer_test
