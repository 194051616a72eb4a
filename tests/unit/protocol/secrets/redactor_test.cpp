#include "protocol/secrets/redactor.hpp"

#include <string>

#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace redactor_test {

using llmload::has;
using llmload::Plan;
using llmload::Secret;
using llmload::protocol::Redactor;

const std::string key = "sk-0123456789abcdef0123456789abcd";

Redactor redactor(const std::string& api_key, const std::string& header_value = "") {
  Plan plan;
  plan.api_key = Secret(api_key);
  if (!header_value.empty()) plan.extra_headers = {{"x-extra", header_value}};
  return Redactor(plan);
}

bool is_utf8_border_kept(const std::string& cut) {
  // A cut character would leave a lead byte before the dots.
  const auto end = cut.size() - 3;
  return end == 0 || static_cast<unsigned char>(cut[end - 1]) < 0xc0;
}

TEST_CASE("the key is taken out wherever it is, as often as it is") {
  const auto r = redactor(key);
  CHECK(r.redact("got " + key + " and \"" + key + "\"") == "got [redacted] and \"[redacted]\"");
  CHECK(r.redact(key + key) == "[redacted]");
  CHECK(r.redact("no key") == "no key");
  CHECK(r.redact("").empty());
}

TEST_CASE("a key that is given with its Bearer is taken out with and without it") {
  const auto r = redactor("Bearer " + key);
  CHECK(r.redact("got Bearer " + key) == "got Bearer [redacted]");
  CHECK(r.redact("got " + key) == "got [redacted]");
}

TEST_CASE("values of extra headers are secrets too, short words are not") {
  CHECK(redactor(key, "subscription-1").redact("x subscription-1 y") == "x [redacted] y");
  CHECK(redactor(key, "true").redact("is true") == "is true");
}

TEST_CASE("a credential in an extra header is taken out without its Bearer too") {
  CHECK(redactor("", "Bearer " + key).redact("got " + key) == "got [redacted]");
}

TEST_CASE("12 bytes in a row of a key are taken out, 11 are not, and of a short one all") {
  const auto r = redactor(key, "short-one");
  for (std::size_t at = 0; at + 12 <= key.size(); ++at)
    CHECK(r.redact("<" + key.substr(at, 12) + ">") == "<[redacted]>");
  CHECK(r.redact(key.substr(0, 11)) == key.substr(0, 11));
  CHECK(r.redact(key.substr(0, key.size() - 1)) == "[redacted]");
  CHECK(r.redact("short-on short-one") == "short-on [redacted]");
}

TEST_CASE("of two secrets of which one begins with the other, nothing stays") {
  const auto r = redactor("abcdefgh", "abcdefghijkl");
  CHECK(r.redact("abcdefghijkl abcdefgh") == "[redacted] [redacted]");
  const auto longer = redactor(key, key + "-and-more");
  CHECK(longer.redact(key + "-and-more!") == "[redacted]!");
  CHECK(redactor(key + "-and-more", key).redact(key + "-and-more!") == "[redacted]!");
}

TEST_CASE("what is shorter than 8 bytes is no secret") {
  CHECK(redactor("x").redact("sixteen") == "sixteen");
  CHECK(redactor("sevenxx").redact("sevenxx") == "sevenxx");
  CHECK(redactor("eightxxx").redact("eightxxx") == "[redacted]");
  CHECK(redactor("Bearer sevenxx").redact("Bearer sevenxx") == "Bearer sevenxx");
  CHECK(redactor("redacted").redact("a redacted b") == "a [redacted] b");
}

TEST_CASE("without a key nothing is taken out") { CHECK(redactor("").redact("a b") == "a b"); }

TEST_CASE("a line has no control characters and single spaces") {
  const auto r = redactor(key);
  CHECK(r.line("a\r\nb\tc  d\x1b[31m\x7f ") == "a b c d [31m");
  CHECK(r.line("\n \n").empty());
  CHECK(r.line(" a ") == "a");
  CHECK(r.line("plain") == "plain");
}

TEST_CASE("a line is cut at its limit") {
  const auto r = redactor(key);
  CHECK(r.line(std::string(300, 'a')) == std::string(300, 'a'));
  CHECK(r.line(std::string(301, 'a')) == std::string(300, 'a') + "...");
  CHECK(r.line("abcdef", 3) == "abc...");
}

TEST_CASE("no part of a key is left at the cut, wherever the key begins") {
  const auto r = redactor(key);
  for (std::size_t before = 250; before <= 310; ++before) {
    const auto line = r.line(std::string(before, 'a') + key + std::string(50, 'b'));
    INFO(before);
    CHECK_FALSE(has(line, "sk-"));
    CHECK_FALSE(has(line, "0123"));
  }
}

TEST_CASE("a line is cut at a character's border") {
  const auto r = redactor(key);
  for (const std::string character : {"é", "€", "🙂"}) {
    for (std::size_t before = 0; before < 4; ++before) {
      std::string text(before, 'a');
      for (int i = 0; i < 10; ++i) text += character;
      const auto line = r.line(text, 10);
      INFO(line);
      REQUIRE(line.size() <= 13);
      CHECK(line.ends_with("..."));
      CHECK((line.size() - 3 - before) % character.size() == 0);
    }
  }
  CHECK(is_utf8_border_kept(r.line("aaé", 3)));
}

TEST_CASE("bytes that are no UTF-8 are cut all the same") {
  CHECK(redactor(key).line(std::string(400, '\x80'), 10).size() <= 13);
}

}  // namespace redactor_test
