#include "llmload/error.hpp"
#include "llmload/plan.hpp"
#include "support/catch.hpp"
#include "support/terse_dialect.hpp"
#include "unit/text/checks.hpp"

namespace endpoint_test {

using namespace llmload;

TEST_CASE("a URL is taken apart") {
  const auto e = parse_endpoint("https://n.eastus.inference.ai.azure.com/v1/chat/completions");
  CHECK(e.url == "https://n.eastus.inference.ai.azure.com/v1/chat/completions");
  CHECK(e.tls);
  CHECK(e.host == "n.eastus.inference.ai.azure.com");
  CHECK(e.port == "443");
  CHECK(e.target == "/v1/chat/completions");
  CHECK(e.dialect == chat_dialect());
}

TEST_CASE("plain HTTP, ports and the completions API are known") {
  const auto e = parse_endpoint("http://localhost:8000/v1/completions");
  CHECK_FALSE(e.tls);
  CHECK(e.host == "localhost");
  CHECK(e.port == "8000");
  CHECK(e.dialect == completions_dialect());
  CHECK(parse_endpoint("http://h/v1/completions").port == "80");
  CHECK(parse_endpoint("https://h:65535/completions").port == "65535");
  CHECK(parse_endpoint("https://h/chat/completions").dialect == chat_dialect());
}

TEST_CASE("the query string is kept, a fragment is not, and neither tells the API") {
  const auto e =
      parse_endpoint("https://h/openai/deployments/D/chat/completions?api-version=2024-10-21&x=a/b:c@d#top");
  CHECK(e.target == "/openai/deployments/D/chat/completions?api-version=2024-10-21&x=a/b:c@d");
  CHECK(e.dialect == chat_dialect());
  CHECK(parse_endpoint("https://h/v1/completions?next=chat/completions").dialect == completions_dialect());
  CHECK_THROWS_AS(parse_endpoint("https://h/v1/embeddings?x=chat/completions"), InputError);
  CHECK_THROWS_AS(parse_endpoint("https://h/v1/#/chat/completions"), InputError);
}

TEST_CASE("each form of Azure's paths has its dialect") {
  const std::string foundry = "https://n.services.ai.azure.com", openai = "https://n.openai.azure.com";
  for (const std::string& url : {foundry + "/models/chat/completions?api-version=2024-05-01-preview",
                                 std::string("https://n.eastus.models.ai.azure.com/v1/chat/completions"),
                                 openai + "/openai/deployments/D/chat/completions?api-version=2024-10-21",
                                 openai + "/openai/v1/chat/completions"}) {
    INFO(url);
    CHECK(parse_endpoint(url).dialect == chat_dialect());
  }
  CHECK(parse_endpoint(openai + "/openai/v1/responses").dialect == responses_dialect());
  CHECK(parse_endpoint(openai + "/openai/responses?api-version=2025-04-01-preview").dialect ==
        responses_dialect());
  CHECK(parse_endpoint(foundry + "/anthropic/v1/messages").dialect == anthropic_dialect());
}

TEST_CASE("a URL can be taken apart for a dialect of one's own, whose suffix it must have") {
  const auto own = std::make_shared<test::TerseDialect>();
  CHECK(parse_endpoint("http://h/v1/say?x=1", own).dialect == own);
  CHECK(
      has(error_of<InputError>([&] { (void)parse_endpoint("http://h/v1/chat/completions", own); }), "/say"));
  CHECK(has(error_of<InputError>([] { (void)parse_endpoint("http://h/say", nullptr); }), "no dialect"));
}

TEST_CASE("a plan's dialect is that of its endpoints, else the chat's") {
  Plan plan;
  CHECK(&dialect_of(plan) == chat_dialect().get());
  plan.endpoints = {parse_endpoint("http://h/v1/completions")};
  CHECK(&dialect_of(plan) == completions_dialect().get());
  plan.endpoints[0].dialect = nullptr;
  CHECK_THROWS_AS(dialect_of(plan), InputError);
}

TEST_CASE("an IPv6 address loses its brackets") {
  CHECK(parse_endpoint("https://[::1]:8443/v1/completions").host == "::1");
  CHECK(parse_endpoint("https://[::1]:8443/v1/completions").port == "8443");
  CHECK(parse_endpoint("https://[2001:db8::2]/v1/completions").host == "2001:db8::2");
  CHECK(parse_endpoint("https://[2001:db8::2]/v1/completions").port == "443");
}

TEST_CASE("a URL that can't be called is refused, and the error says what is allowed") {
  struct Case {
    const char *url, *says;
  };
  for (const Case& c : {
           Case{"", "https://"},
           Case{"h/v1/chat/completions", "https://"},
           Case{"ftp://h/v1/chat/completions", "https://"},
           Case{"https:/h/v1/chat/completions", "https://"},
           Case{"https:///v1/chat/completions", "host"},
           Case{"https://:443/v1/chat/completions", "host"},
           Case{"https://[]/v1/chat/completions", "host"},
           Case{"https://[::1/v1/chat/completions", "]"},
           Case{"https://h:0/v1/chat/completions", "1 to 65535"},
           Case{"https://h:65536/v1/chat/completions", "1 to 65535"},
           Case{"https://h:/v1/chat/completions", "1 to 65535"},
           Case{"https://h:8a/v1/chat/completions", "1 to 65535"},
           Case{"https://h:-1/v1/chat/completions", "1 to 65535"},
           Case{"https://a:b:c/v1/chat/completions", "1 to 65535"},
           Case{"https://h:99999999999999999999/v1/chat/completions", "1 to 65535"},
           Case{"https://h", "chat/completions"},
           Case{"https://h/", "chat/completions"},
           Case{"https://h?x=/completions", "chat/completions"},
           Case{"https://h/v1/chat/completions/", "chat/completions"},
           Case{"https://h/v1/chat", "chat/completions"},
           Case{"https://h/v1/chat/completions x", "spaces"},
           Case{"https://h/v1/chat/completions\r\nx: y", "control characters"},
           Case{"https://h\xc3\xa9/v1/chat/completions", "non-ASCII"},
       }) {
    INFO(c.url);
    CHECK(has(error_of<InputError>([&] { (void)parse_endpoint(c.url); }), c.says));
  }
}

TEST_CASE("text between an IPv6 address and its port is refused, not dropped") {
  CHECK_THROWS_AS(parse_endpoint("https://[::1]x/v1/chat/completions"), InputError);
  CHECK_THROWS_AS(parse_endpoint("https://[::1].example.com:80/v1/chat/completions"), InputError);
}

TEST_CASE("a user in a URL is refused without being shown") {
  const auto error =
      error_of<InputError>([] { (void)parse_endpoint("https://me:pass-word@h/v1/chat/completions"); });
  CHECK(has(error, "by itself"));
  CHECK_FALSE(has(error, "pass-word"));
}

}  // namespace endpoint_test
