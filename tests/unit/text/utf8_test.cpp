#include "text/utf8.hpp"

#include <string>

#include "support/catch.hpp"

namespace text_utf8_test {

using namespace llmload;

TEST_CASE("UTF-8 is told from other bytes") {
  for (const char* good : {"", "a", "é", "\u2581", "🙂", "\xf4\x8f\xbf\xbf"}) CHECK(text::is_utf8(good));
  for (const char* bad : {"\xe9", "a\xff", "\xc0\x80", "\xed\xa0\xbd", "\xf4\x90\x80\x80", "\xe2\x96"})
    CHECK_FALSE(text::is_utf8(bad));
}

TEST_CASE("a byte that is no UTF-8 is found wherever it stands in a long text") {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      std::string text(size, 'a');
      CHECK(text::is_utf8(text));
      text[at] = '\x80';
      CHECK_FALSE(text::is_utf8(text));
      text.replace(at, 1, "\u00e9");
      CHECK(text::is_utf8(text));
    }
  }
}

TEST_CASE("each byte that is no UTF-8 is replaced, and no other") {
  CHECK(text::valid_utf8("é\xe9") == "é\xef\xbf\xbd");
  CHECK(text::valid_utf8("\xed\xa0\xbd") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace text_utf8_test
