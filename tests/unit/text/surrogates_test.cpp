#include "text/surrogates.hpp"

#include "support/catch.hpp"

namespace surrogates_test {

using namespace llmload::text;

TEST_CASE("an escaped half without its other one is three bytes, all else stays") {
  CHECK(with_raw_halves(R"(a\ud83cb)") ==
        "a\xed\xa0\xbc"
        "b");
  CHECK(with_raw_halves(R"(\udf0a\ud83c)") == "\xed\xbc\x8a\xed\xa0\xbc");
  for (const std::string same :
       {R"(\ud83c\udf0a)", R"(\\ud83c)", R"(\u00e9\n)", R"(\ud83)", R"(\)", "", R"(\uZZZZ)"})
    CHECK(with_raw_halves(same) == same);
}

TEST_CASE("halves are joined from the place on, and what is left is U+FFFD") {
  std::string text = "a\xed\xa0\xbc\xed\xbc\x8a";
  join_halves(text, 4);
  CHECK(text == "a\xf0\x9f\x8c\x8a");
  text = "\xed\xbc\x8a\xed\xa0\xbcx\xed\xa0\xbc";
  join_halves(text, 0);
  replace_halves(text);
  CHECK(text == "\xef\xbf\xbd\xef\xbf\xbdx\xef\xbf\xbd");
  text = "\xed\x9f\xbf";  // U+D7FF is a character
  replace_halves(text);
  CHECK(text == "\xed\x9f\xbf");
}

}  // namespace surrogates_test
