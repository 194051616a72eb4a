#include "text/trim.hpp"

#include "support/catch.hpp"

namespace trim_test {

using namespace llmload;

TEST_CASE("a byte order mark at the begin is no text, and only one") {
  CHECK(text::without_mark("\xef\xbb\xbf"
                           "a") == "a");
  CHECK(text::without_mark("\xef\xbb\xbf\xef\xbb\xbf") == "\xef\xbb\xbf");
  CHECK(text::without_mark("\xef\xbb") == "\xef\xbb");
  CHECK(text::without_mark("a\xef\xbb\xbf") == "a\xef\xbb\xbf");
}

TEST_CASE("what copying leaves around a word is taken off, and nothing inside it") {
  for (const char* around :
       {" ", "\t", "\r\n", "\v\f", "\xef\xbb\xbf", "\u00a0", "\u200b", " \xef\xbb\xbf \u00a0"}) {
    const std::string blank = around;
    CHECK(text::trimmed(blank + "a b" + blank) == "a b");
    CHECK(text::trimmed(blank).empty());
    CHECK(text::trimmed("a" + blank + "b") == "a" + blank + "b");
  }
  CHECK(text::trimmed("é") == "é");
  CHECK(text::trimmed("").empty());
  CHECK(text::trimmed(std::string_view("\0a\0", 3)) == std::string_view("\0a\0", 3));
}

}  // namespace trim_test
