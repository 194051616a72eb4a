#include "text/utf8.hpp"

#include "support/catch.hpp"

namespace text_utf8_test {

using namespace llmload;

TEST_CASE("UTF-8 is told from other bytes") {
  for (const char* good : {"", "a", "é", "\u2581", "🙂", "\xf4\x8f\xbf\xbf"}) CHECK(text::is_utf8(good));
  for (const char* bad : {"\xe9", "a\xff", "\xc0\x80", "\xed\xa0\xbd", "\xf4\x90\x80\x80", "\xe2\x96"})
    CHECK_FALSE(text::is_utf8(bad));
}

TEST_CASE("each byte that is no UTF-8 is replaced, and no other") {
  CHECK(text::valid_utf8("é\xe9") == "é\xef\xbf\xbd");
  CHECK(text::valid_utf8("\xed\xa0\xbd") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace text_utf8_test
