#include <set>
#include <string>

#include "llmload/request_record.hpp"
#include "support/catch.hpp"

namespace outcome_test {

using namespace llmload;

TEST_CASE("each outcome has its own name, in snake_case") {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < outcome_count; ++i) {
    const auto name = to_string(static_cast<Outcome>(i));
    CHECK_FALSE(name.empty());
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == std::string_view::npos);
    names.insert(name);
  }
  CHECK(names.size() == outcome_count);
}

TEST_CASE("outcomes are named as their enumerators") {
  CHECK(to_string(Outcome::ok) == "ok");
  CHECK(to_string(Outcome::incomplete) == "incomplete");
  CHECK(to_string(Outcome::stream_error) == "stream_error");
  CHECK(to_string(Outcome::content_filtered) == "content_filtered");
  CHECK(to_string(Outcome::rate_limited) == "rate_limited");
  CHECK(to_string(Outcome::http_3xx) == "http_3xx");
  CHECK(to_string(Outcome::http_4xx) == "http_4xx");
  CHECK(to_string(Outcome::http_5xx) == "http_5xx");
  CHECK(to_string(Outcome::bad_response) == "bad_response");
  CHECK(to_string(Outcome::too_large) == "too_large");
  CHECK(to_string(Outcome::dns_failed) == "dns_failed");
  CHECK(to_string(Outcome::connect_failed) == "connect_failed");
  CHECK(to_string(Outcome::connect_timeout) == "connect_timeout");
  CHECK(to_string(Outcome::tls_failed) == "tls_failed");
  CHECK(to_string(Outcome::tls_timeout) == "tls_timeout");
  CHECK(to_string(Outcome::first_byte_timeout) == "first_byte_timeout");
  CHECK(to_string(Outcome::first_token_timeout) == "first_token_timeout");
  CHECK(to_string(Outcome::idle_timeout) == "idle_timeout");
  CHECK(to_string(Outcome::total_timeout) == "total_timeout");
  CHECK(to_string(Outcome::reset) == "reset");
  CHECK(to_string(Outcome::cancelled) == "cancelled");
  CHECK(to_string(Outcome::generation_failed) == "generation_failed");
}

TEST_CASE("time sources are named as their enumerators") {
  CHECK(to_string(TimeSource::kernel) == "kernel");
  CHECK(to_string(TimeSource::user) == "user");
  CHECK(to_string(TimeSource::mixed) == "mixed");
}

}  // namespace outcome_test
