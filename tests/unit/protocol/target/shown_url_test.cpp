#include "protocol/target/shown_url.hpp"

#include "support/catch.hpp"

namespace shown_url_test {

using llmload::protocol::query_values;
using llmload::protocol::shown_url;
using Values = std::vector<std::string>;

TEST_CASE("a URL is shown without values of its query, a user and a fragment") {
  CHECK(shown_url("https://h:8/v1/chat/completions") == "https://h:8/v1/chat/completions");
  CHECK(shown_url("https://h/v1?a=1&b&c=2=3#d") == "https://h/v1?a&b&c");
  CHECK(shown_url("https://h?a=1;b=2") == "https://h?a&b");
  CHECK(shown_url("https://user:pass@word@h/v1?a=x@y") == "https://h/v1?a");
  CHECK(shown_url("//user@h/v1") == "//h/v1");
  CHECK(shown_url("/v1/p@th?k=v") == "/v1/p@th?k");
  CHECK(shown_url("https://h/v1?") == "https://h/v1");
  CHECK(shown_url("").empty());
}

TEST_CASE("the values of a URL's query are all but the API's version") {
  CHECK(query_values("/v1?api-version=1&a=2&b=&c&d=3#e=4") == Values{"2", "3"});
  CHECK(query_values("/v1").empty());
}

}  // namespace shown_url_test
