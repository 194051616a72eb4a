#include "workload/prompt_file.hpp"

#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace prompt_file_test {

using namespace llmload;
using Prompts = std::vector<std::string>;

Prompts read(std::string_view content, const std::optional<std::string>& length = std::nullopt) {
  const tokenize::TemporaryDirectory folder;
  return workload::read_prompts(folder.write("input.jsonl", content), length);
}

std::string refusal(std::string_view content, const std::optional<std::string>& length = std::nullopt) {
  return error_of<InputError>([&] { read(content, length); });
}

const std::string by_length =
    "{\n    \"5\" : \"What is\",\n    \"25\" : \"How does\",\n    \"1k\" : \"In the\"\n}\n";

TEST_CASE("of one object, the prompt of the length is taken, 25 by default") {
  CHECK(read(by_length) == Prompts{"How does"});
  CHECK(read(by_length, "5") == Prompts{"What is"});
  CHECK(read(by_length, "1k") == Prompts{"In the"});
  CHECK(read("\xef\xbb\xbf" + by_length) == Prompts{"How does"});
  CHECK(read(R"({"25":"one line"})") == Prompts{"one line"});
}

TEST_CASE("a length that is not there is refused, with those that are") {
  const auto error = refusal(by_length, "50");
  CHECK(has(error, "input.jsonl"));
  CHECK(has(error, "\"50\""));
  CHECK(has(error, "PROMPT_LENGTH"));
  CHECK(has(error, R"("5", "25", "1k")"));
  CHECK(has(refusal(R"({"25":7})"), "/25"));
}

TEST_CASE("a real JSONL file has a prompt a line: strings and objects, with blank lines and CRLF") {
  CHECK(read("\"a\"\n\"b\"\n") == Prompts{"a", "b"});
  CHECK(read("\"a\"") == Prompts{"a"});
  CHECK(read("{\"prompt\":\"a\"}\r\n\r\n  \n{\"text\":\"b\",\"id\":1}\r\n\"c\"") == Prompts{"a", "b", "c"});
  CHECK(read("\xef\xbb\xbf{\"prompt\":\"a\"}\n") == Prompts{"a"});
  CHECK(read(R"({"text":"t","prompt":"p"})") == Prompts{"p"});
  CHECK(read("\"\\u00e9\\n🙂\"") == Prompts{"é\n🙂"});
}

TEST_CASE("one line of JSONL alone is a line") {
  CHECK(read(R"({"prompt":"a"})") == Prompts{"a"});
  CHECK(read(R"({"text":"a"})"
             "\n") == Prompts{"a"});
}

TEST_CASE("a file without a prompt is refused") {
  for (const char* content : {"", "\n \r\n\t\n", "\xef\xbb\xbf"}) CHECK(has(refusal(content), "no prompt"));
  CHECK(has(refusal("{}"), "\"prompt\""));
  CHECK(has(error_of<InputError>([] { workload::read_prompts("/nowhere/input.jsonl", std::nullopt); }),
            "/nowhere/input.jsonl"));
}

TEST_CASE("a line that is no prompt is refused, with the file and the line") {
  for (const char* line : {"7", "[]", "{\"a\":1}", "{\"prompt\":7}", "{\"prompt\":null}"}) {
    const auto error = refusal("\"a\"\n\n" + std::string(line) + "\n");
    INFO(line);
    CHECK(has(error, "input.jsonl, line 3"));
    CHECK(has(error, "must be a string"));
  }
  CHECK(has(refusal("\"a\"\n\"b\n"), "line 2"));
}

TEST_CASE("a line of another kind is told what it has, and what a line may be") {
  for (const char* content : {"{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}\n",
                              "{\"messages\": []}\n{\"messages\": []}\n"}) {
    const auto error = refusal(content);
    INFO(error);
    CHECK(has(error, "input.jsonl, line 1: has \"messages\"; it must be a string, or an object with"));
    CHECK(has(error, "{\"25\": \"a prompt\"}"));
  }
  CHECK(has(refusal("\"a\"\n[1]\n"), "line 2: is a list; it must be"));
  CHECK(has(refusal("{\"prompt\": [\"a\"]}\n"), "line 1: has a \"prompt\" that is a list; it must be"));
  CHECK(has(refusal("[\n  \"a\",\n  \"b\"\n]\n"), "input.jsonl: is a list; it must be"));
}

TEST_CASE("one object with a prompt may stand on several lines") {
  CHECK(read("{\n  \"prompt\": \"a\"\n}\n") == Prompts{"a"});
}

TEST_CASE("half of a surrogate pair in a prompt is named, with its line and column") {
  CHECK(has(refusal("{\"prompt\": \"one\"}\n{\"prompt\": \"Rivers \\ud83c\"}\n"),
            "input.jsonl, line 2: invalid JSON at column 20: half of a surrogate pair (\\ud83c without"));
  CHECK(has(refusal("{\n  \"25\": \"\\ud83c\"\n}"), "line 2, column 10: half of a surrogate pair"));
}

TEST_CASE("a prompt file of another kind is named for what it is") {
  CHECK(has(refusal("<!DOCTYPE html>\n"), "input.jsonl: is an HTML page"));
  CHECK(has(refusal(std::string_view("\xff\xfe\"\0a\0\"\0", 8)), "input.jsonl: is UTF-16 text"));
}

TEST_CASE("invalid JSON in one object over several lines is shown where it is") {
  const auto error = refusal("{\n  \"5\" : \"a\",\n  \"25\" \"b\"\n}\n");
  INFO(error);
  CHECK(has(error, "line 3"));
}

}  // namespace prompt_file_test
