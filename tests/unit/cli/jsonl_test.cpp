#include "jsonl.hpp"

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace jsonl_test {

using llmload::cli::jsonl_text;

TEST_CASE("the text of a line of JSON is its member \"text\"") {
  CHECK(jsonl_text(R"({"id": 7, "text": "a\n\u00e9\ud83d\ude42", "more": [1, {"text": "no"}]})", 1, "f") ==
        "a\né🙂");
  CHECK(jsonl_text("{\"text\": \"\"}\r", 1, "f").empty());
}

TEST_CASE("invalid UTF-8 in the text passes as it is") {
  CHECK(jsonl_text("{\"text\": \"a\xFF\xC3\"}", 1, "f") == "a\xFF\xC3");
}

TEST_CASE("a line without a text is refused, with the file and the line") {
  using Catch::Matchers::StartsWith;
  CHECK_THROWS_AS(jsonl_text("{}", 3, "f.jsonl"), llmload::InputError);
  CHECK_THROWS_WITH(jsonl_text("{}", 3, "f.jsonl"), "f.jsonl:3: not an object with a string \"text\"");
  CHECK_THROWS_WITH(jsonl_text("[\"text\"]", 4, "f"), "f:4: not an object with a string \"text\"");
  CHECK_THROWS_WITH(jsonl_text("{\"text\": 1}", 5, "f"), "f:5: not an object with a string \"text\"");
  CHECK_THROWS_WITH(jsonl_text("{\"text\": \"a", 6, "f"), StartsWith("f:6: invalid JSON at column 12: "));
  CHECK_THROWS_WITH(jsonl_text("", 7, "f"), StartsWith("f:7: invalid JSON at column 1: it is empty"));
  CHECK_THROWS_WITH(jsonl_text("{\"text\": \"\\ud83d\"}", 8, "f"),
                    StartsWith("f:8: invalid JSON at column 11: half of a surrogate pair"));
}

TEST_CASE("a byte order mark before the first line is skipped, and a file of another kind is named") {
  using Catch::Matchers::StartsWith;
  CHECK(jsonl_text("\xef\xbb\xbf{\"text\": \"a\"}", 1, "f") == "a");
  CHECK_THROWS_WITH(jsonl_text("\x1f\x8b\x08", 1, "f"), StartsWith("f: is compressed with gzip"));
}

}  // namespace jsonl_test
