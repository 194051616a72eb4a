#include "protocol/answer/short_strings.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/catch.hpp"

namespace short_strings_test {

using llmload::protocol::ShortStrings;
namespace json = boost::json;

/// What is kept of `text`, after a check that it does not matter where its parts end.
std::string kept_of(const std::string& text) {
  std::string whole;
  ShortStrings().add(text, whole);
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{1'000}}) {
    std::string parts;
    ShortStrings strings;
    for (std::size_t at = 0; at < text.size(); at += size)
      strings.add(std::string_view(text).substr(at, size), parts);
    CHECK(parts == whole);
  }
  return whole;
}

TEST_CASE("JSON of short strings stays as it is") {
  const std::string text = R"({"a \" \\": [1, 2.5, null, "x\u00e9\ud83d\ude00y"], "b": {}})";
  CHECK(kept_of(text) == text);
}

TEST_CASE("of a long string its begin is kept, and what stands around it") {
  const std::string x(ShortStrings::most, 'x');
  CHECK(kept_of(R"({"a": ")" + x + R"(", "b": 1})") == R"({"a": ")" + x + R"(", "b": 1})");
  CHECK(kept_of(R"({"a": ")" + x + x + R"(", "b": 1})") == R"({"a": ")" + x + R"(", "b": 1})");
}

TEST_CASE("an escape is kept whole or not at all, wherever the cut would fall") {
  for (std::size_t before = ShortStrings::most - 14; before <= ShortStrings::most + 1; ++before) {
    for (const char* escape : {R"(\")", R"(\\)", R"(\n)", R"(\u0041)", R"(\ud83d\ude00)"}) {
      std::string text = "[\"" + std::string(before, 'x');
      for (int i = 0; i < 20; ++i) text += escape;
      text += R"(", "end"])";
      const std::string kept = kept_of(text);
      INFO(kept);
      CHECK(kept.ends_with(R"(", "end"])"));
      CHECK(kept.size() < ShortStrings::most * 13);
      boost::system::error_code ec;
      json::parse_options options;
      options.allow_invalid_utf8 = true;
      if (std::string_view(escape).size() < 12) {  // a cut pair is half a character, which its reader mends
        (void)json::parse(kept, ec, {}, options);
        CHECK_FALSE(ec);
      }
    }
  }
}

}  // namespace short_strings_test
