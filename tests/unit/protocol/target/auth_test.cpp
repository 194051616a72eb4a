#include "protocol/target/auth.hpp"

#include "support/catch.hpp"
#include "support/terse_dialect.hpp"

namespace auth_test {

using namespace llmload;

std::string header(Auth auth, const std::string& key, const std::string& host = "api.example.com",
                   const Dialect& dialect = *chat_dialect()) {
  const Endpoint endpoint = parse_endpoint("https://" + host + "/v1/chat/completions");
  return protocol::AuthLine(auth, dialect, endpoint.host).with(key);
}

TEST_CASE("each auth mode sends its header") {
  CHECK(header(Auth::bearer, "k") == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::raw, "k") == "Authorization: k\r\n");
  CHECK(header(Auth::api_key, "k") == "api-key: k\r\n");
  CHECK(header(Auth::none, "k").empty());
}

TEST_CASE("automatic auth sends api-key to Azure's own host names, else bearer") {
  for (const char* host :
       {"r.openai.azure.com", "r.services.ai.azure.com", "r.cognitiveservices.azure.com"}) {
    CHECK(header(Auth::automatic, "k", host) == "api-key: k\r\n");
  }
  for (const char* host : {"api.example.com", "n.eastus2.inference.ai.azure.com",
                           "openai.azure.com.example.com", "myopenai.azure.com", "[::1]", "127.0.0.1:8443"}) {
    INFO(host);
    CHECK(header(Auth::automatic, "k", host) == "Authorization: Bearer k\r\n");
  }
}

TEST_CASE("automatic auth knows Azure's hosts in any case: host names have none") {
  CHECK(header(Auth::automatic, "k", "R.OpenAI.Azure.com") == "api-key: k\r\n");
}

TEST_CASE("a key that is complete with its Bearer is sent as it is") {
  CHECK(header(Auth::automatic, "Bearer k") == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::bearer, "Bearer k") == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::raw, "Bearer k") == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::automatic, "Bearer k", "r.openai.azure.com") == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::api_key, "Bearer k") == "api-key: Bearer k\r\n");
}

TEST_CASE("automatic auth is the dialect's, but for a complete credential") {
  struct Keyed : test::TerseDialect {
    [[nodiscard]] AuthHeader auth_header(std::string_view) const override { return {"x-api-key", "Token "}; }
  };
  const std::string azure = "r.openai.azure.com";
  CHECK(header(Auth::automatic, "k", azure, Keyed()) == "x-api-key: Token k\r\n");
  CHECK(header(Auth::automatic, "Bearer k", azure, Keyed()) == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::bearer, "k", azure, Keyed()) == "Authorization: Bearer k\r\n");
  CHECK(header(Auth::api_key, "k", azure, Keyed()) == "api-key: k\r\n");
  CHECK(header(Auth::none, "k", azure, Keyed()).empty());
  CHECK(header(Auth::automatic, "k", azure, test::TerseDialect()) == "api-key: k\r\n");
}

TEST_CASE("without a key no header is sent, in any mode") {
  for (const Auth auth : {Auth::automatic, Auth::bearer, Auth::raw, Auth::api_key, Auth::none}) {
    CHECK(header(auth, "").empty());
  }
}

}  // namespace auth_test
