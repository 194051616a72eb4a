#include "llmload/request_file.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace request_file_test {

using namespace llmload;
using Prompts = std::vector<std::string>;
using Options = RequestFileOptions;

RequestSpec row(const RequestFile& file, std::uint64_t index) { return *file.next({"", 0, index, {}}); }

RequestFile open(std::string_view content, const Options& options = {}, const char* name = "input.jsonl") {
  const tokenize::TemporaryDirectory folder;
  return RequestFile(folder.write(name, content), options);
}

Prompts read(std::string_view content, const Options& options = {}, const char* name = "input.jsonl") {
  const RequestFile file = open(content, options, name);
  Prompts prompts;
  for (std::uint64_t i = 0; i < file.size(); ++i) prompts.push_back(row(file, i).messages.at(0).text);
  return prompts;
}

std::string refusal(std::string_view content, const Options& options = {}, const char* name = "input.jsonl") {
  return error_of<InputError>([&] { read(content, options, name); });
}

const std::string by_length =
    "{\n    \"5\" : \"What is\",\n    \"25\" : \"How does\",\n    \"1k\" : \"In the\"\n}\n";

TEST_CASE("of one object, the prompt of the length is taken, 25 by default") {
  CHECK(read(by_length) == Prompts{"How does"});
  CHECK(read(by_length, {.length = "5"}) == Prompts{"What is"});
  CHECK(read(by_length, {.length = "1k"}) == Prompts{"In the"});
  CHECK(read("\xef\xbb\xbf" + by_length) == Prompts{"How does"});
  CHECK(read(R"({"25":"one line"})") == Prompts{"one line"});
}

TEST_CASE("a length that is not there is refused, with those that are") {
  const auto error = refusal(by_length, {.length = "50"});
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
  CHECK(read("\"\\u00e9\\n🙂\"") == Prompts{"é\n🙂"});
}

TEST_CASE("one line of JSONL alone is a line") {
  CHECK(read(R"({"prompt":"a"})") == Prompts{"a"});
  CHECK(read(R"({"text":"a"})"
             "\n") == Prompts{"a"});
}

TEST_CASE("one object with a prompt may stand on several lines, and rows in a list") {
  CHECK(read("{\n  \"prompt\": \"a\"\n}\n") == Prompts{"a"});
  CHECK(read("[\n  \"a\",\n  {\"prompt\": \"b\"}\n]\n") == Prompts{"a", "b"});
  CHECK(read(R"(["a", {"text": "b"}])") == Prompts{"a", "b"});
}

TEST_CASE("a CSV has a prompt a record") {
  CHECK(read("prompt,max_tokens\r\n\"a, \"\"b\"\"\nc\",5\r\nd,\r\n", {}, "rows.csv") ==
        Prompts{"a, \"b\"\nc", "d"});
  const RequestFile file = open("label,prompt,output_tokens,id\nx,a,7,\n,b,,9\n", {}, "rows");
  CHECK(file.form() == RowsForm::csv);
  CHECK(row(file, 0).label == "x");
  CHECK(row(file, 0).max_tokens == 7U);
  CHECK(row(file, 1).label == "9");
  CHECK_FALSE(row(file, 1).max_tokens);
}

TEST_CASE("plain text has a prompt a line") {
  CHECK(read("What is TLS?\n\n  Who made it? \n", {}, "prompts.txt") ==
        Prompts{"What is TLS?", "Who made it?"});
  CHECK(read("{\"a\"\n[b", {.form = RowsForm::text}) == Prompts{"{\"a\"", "[b"});
  CHECK(has(refusal("caf\xe9\n", {}, "prompts.txt"), "prompts.txt, line 1: is not UTF-8"));
}

TEST_CASE("a file that is called JSON and is none is refused, not sent as text") {
  CHECK(has(refusal("hello there\n"), "input.jsonl, line 1: invalid JSON at column 1"));
  CHECK(has(refusal("\n'a'\n", {}, "x.json"), "x.json, line 2: invalid JSON"));
  CHECK(has(refusal("hello\n"), "PROMPTS_FORMAT"));
}

TEST_CASE("columns of other names stand for what the options say") {
  const Options options{.columns = {{"question", "prompt"}, {"source", "skip"}, {"n", "max_tokens"}}};
  const RequestFile file = open(R"({"question":"q","source":{"a":1},"n":3})", options);
  CHECK(row(file, 0).messages == std::vector<Message>{{"user", "q"}});
  CHECK(row(file, 0).max_tokens == 3U);
  CHECK(read("question,source,n\nq,s,3\n", options, "a.csv") == Prompts{"q"});
  CHECK(has(refusal("\"a\"", {.columns = {{"x", "promt"}}}), "did you mean prompt?"));
}

TEST_CASE("a file without a prompt is refused") {
  for (const char* content : {"", "\n \r\n\t\n", "\xef\xbb\xbf", "[]", "[\n]"})
    CHECK(has(refusal(content), "no prompt"));
  CHECK(has(refusal("prompt\n", {}, "a.csv"), "no prompt"));
  CHECK(has(refusal("{}"), "\"prompt\""));
  CHECK(has(error_of<InputError>([] { RequestFile("/nowhere/input.jsonl"); }), "/nowhere/input.jsonl"));
}

TEST_CASE("a line that is no prompt is refused, with the file and the line") {
  for (const char* line : {"7", "[]", "{\"label\":\"x\"}"}) {
    const auto error = refusal("\"a\"\n\n" + std::string(line) + "\n");
    INFO(line << ": " << error);
    CHECK(has(error, "input.jsonl, line 3: "));
    CHECK(has(error, "must be a string, or an object with \"prompt\""));
  }
  CHECK(has(refusal("\"a\"\n\"b\n"), "line 2: invalid JSON"));
  CHECK(has(refusal("[\n\"a\",\n\n7]"), "line 4: is a number"));
  CHECK(has(refusal("prompt,label\na,b\n\"x\ny\",1,2\n", {}, "a.csv"), "a.csv, lines 3 to 4: has 3 fields"));
}

TEST_CASE("a line of another kind is told what it has, and what a line may be") {
  CHECK(has(refusal("{\"promt\": \"a\"}\n"), "line 1: has \"promt\""));
  CHECK(has(refusal("{\"prompt\": \"a\", \"max_token\": 1}\n"),
            "has \"max_token\", which means nothing; did you mean max_tokens?"));
  CHECK(has(refusal("\"a\"\n[1]\n"), "line 2: is a list; it must be"));
  CHECK(has(refusal("{\"prompt\": [\"a\"]}\n"), "line 1: \"prompt\" is a list; it must be a string"));
  CHECK(has(refusal("prompt,label,label\na,b,c\n", {}, "a.csv"), "line 1: has two columns \"label\""));
  CHECK(has(refusal("prompt,\na,b\n", {}, "a.csv"), "line 1: has \"\", which means nothing"));
  CHECK(has(refusal("promt,label\na,b\n", {}, "a.csv"), "a.csv, line 1: has \"promt\""));
  CHECK(has(refusal("{\"a\": 1, \"b\": 2}\n"), "line 1: has \"a\", \"b\""));
}

TEST_CASE("a list that is torn, or has more behind it, is refused") {
  CHECK(has(refusal("[\"a\", \"b\""), "in the middle of its list"));
  CHECK(has(refusal("[\"a\", {\"prompt\": \"b"), "line 1: invalid JSON"));
  CHECK(has(refusal("[\"a\"]\n\"b\""), "line 1: more text behind"));
}

TEST_CASE("broken rows are left out where that is asked for, and counted, the first with its place") {
  const Options skip{.skip_broken = true};
  const RequestFile file = open("\"a\"\n{\"x\n7\n\"b\"\n{\"prompt\":\"c\"}\n", skip);
  CHECK(file.size() == 3);
  CHECK(file.skipped() == 2);
  CHECK(has(file.first_skipped(), "line 2: invalid JSON"));
  CHECK(read("\"a\"\n{\"x\n7\n\"b\"\n{\"prompt\":\"c\"}\n", skip) == Prompts{"a", "b", "c"});
  CHECK(read("[\"a\", 7, \"b\", {\"prompt\": \"to", skip) == Prompts{"a", "b"});
  CHECK(has(refusal("{\"a\":1}\n7\n", skip), "of 2 rows none is a request: line 1: has \"a\""));
}

TEST_CASE("a list that is torn between two rows has a row that is skipped") {
  CHECK(open("[\"a\", 7, \"b\", {\"prompt\": \"to", {.skip_broken = true}).skipped() == 2);
  const RequestFile file = open("[\"a\",\n\"b\"\n", {.skip_broken = true});
  CHECK(file.size() == 2);
  CHECK(file.skipped() == 1);
  CHECK(has(file.first_skipped(), "in the middle of its list"));
}

TEST_CASE("a broken row of several lines is named with all of them") {
  const RequestFile file = open("prompt\na\n\"b\nc\nd\n", {.skip_broken = true}, "rows.csv");
  CHECK(file.size() == 1);
  CHECK(has(file.first_skipped(), "lines 3 to 6: a quote is not closed"));
}

TEST_CASE("the lines of a large file are counted up to the one that is broken, which is refused or skipped") {
  std::string content;
  for (int i = 0; i < 60'000; ++i) content += i % 2 == 0 ? "\"a prompt\"\n" : "\n{\"prompt\": \"another\"}\n";
  const std::size_t rows_before = 60'000;
  const std::string whole = content + "\n7\n" + content + "{\"x\n" + content;
  CHECK(has(refusal(whole), "line 90002: is a number"));
  const RequestFile file = open(whole, {.skip_broken = true});
  CHECK(file.size() == 3 * rows_before);
  CHECK(file.skipped() == 2);
  CHECK(has(file.first_skipped(), "line 90002: is a number"));
  CHECK(row(file, rows_before - 1).messages.at(0).text == "another");
  CHECK(row(file, rows_before).messages.at(0).text == "a prompt");
}

TEST_CASE("a row that names a model beside the plan's is refused, with its line") {
  const std::string rows = "\"a\"\n{\"body\":{\"prompt\":\"b\",\"model\":\"m\"}}\n";
  CHECK(read(rows) == Prompts{"a", "b"});
  CHECK(has(refusal(rows, {.models = true}), "line 2: has \"body.model\", and MODELS says"));
  CHECK(open(rows, {.skip_broken = true, .models = true}).skipped() == 1);
}

TEST_CASE("a member that a row has twice is refused") {
  CHECK(has(refusal("\"a\"\n{\"prompt\":\"a\",\"prompt\":\"b\"}\n"), "line 2: has \"prompt\" twice"));
}

TEST_CASE("where a file only looks like JSON, the error says what settles it") {
  const std::string hint = "; PROMPTS_FORMAT says it where the file is not json";
  CHECK(has(refusal("[INST] say something [/INST]\n", {}, "prompts.txt"), hint));
  CHECK(has(refusal("{name} is here\n{name} is there\n", {}, "prompts.txt"), "PROMPTS_FORMAT"));
  CHECK(has(refusal("\"Hello,\" she said.\n", {}, "prompts.txt"), hint + "l"));
  CHECK_FALSE(has(refusal("[7]"), hint));
  CHECK(read("[INST] say [/INST]\n", {.form = RowsForm::text}) == Prompts{"[INST] say [/INST]"});
}

TEST_CASE("a table without commas is no prompts") {
  for (const char* header : {"prompt;max_tokens", "prompt\tlabel", "\"prompt\"|\"label\"\r"}) {
    for (const char* name : {"a.csv", "a.tsv", "a"})
      CHECK(has(refusal(std::string(header) + "\na;1\n", {}, name),
                "line 1: names columns, but not with commas"));
  }
  CHECK(read("what; why\n", {}, "a.txt") == Prompts{"what; why"});
}

TEST_CASE("one object with a mistyped name gets the nearest one") {
  CHECK(has(refusal("{\"prompts\": \"a\"}"), "did you mean prompt?"));
}

TEST_CASE("a file that was written since it was read is not read on") {
  const tokenize::TemporaryDirectory folder;
  std::string rows;
  for (int i = 0; i < 60'000; ++i) rows += "\"a\"\n";  // more than are kept
  const std::string path = folder.write("input.jsonl", rows);
  const RequestFile file(path);
  CHECK(row(file, 0).messages.at(0).text == "a");
  std::ofstream(path, std::ios::app) << "\"b\"\n";
  CHECK(has(error_of<InputError>([&] { row(file, 59'999); }), "was changed since it was opened"));
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

TEST_CASE("a file that stops has an end, and one that goes on begins again") {
  const RequestFile again = open("\"a\"\n\"b\"\n"), stop = open("\"a\"\n\"b\"\n", {.at_end = AtEnd::stop});
  CHECK_FALSE(again.ends_after());
  CHECK(row(again, 2).messages.at(0).text == "a");
  CHECK(stop.ends_after() == 2U);
  CHECK(stop.next({"", 0, 2, {}}) == nullptr);
  CHECK(has(refusal("\"a\"", {.order = RowOrder::sampled, .at_end = AtEnd::stop}), "no end"));
}

TEST_CASE("a shuffled file has each row once a pass, and the stage's seed goes over its own") {
  const RequestFile file = open("\"a\"\n\"b\"\n\"c\"\n\"d\"\n", {.order = RowOrder::shuffled, .seed = 3});
  std::string by_own, by_stage;
  for (std::uint64_t i = 0; i < 40; ++i) {
    by_own += row(file, i).messages.at(0).text;
    by_stage += file.next({"", 0, i, 4})->messages.at(0).text;
  }
  CHECK(by_own != by_stage);
  for (std::size_t i = 0; i < 40; i += 4) {
    std::string pass = by_own.substr(i, 4);
    std::ranges::sort(pass);
    CHECK(pass == "abcd");
  }
}

TEST_CASE("many short rows are not kept, and are found all the same") {
  const tokenize::TemporaryDirectory folder;
  std::string rows;
  for (int i = 0; i < 60'000; ++i) rows += std::to_string(i) + '\n';
  const RequestFile file(folder.write("rows.txt", rows));
  CHECK(file.size() == 60'000);
  CHECK(row(file, 59'999).messages.at(0).text == "59999");
  // Each is made when it is asked for, but for one that was asked for last.
  const auto once = file.next({"", 0, 7, {}}), other = file.next({"", 0, 8, {}});
  CHECK(file.next({"", 0, 7, {}}) != once);
}

/// Larger than what is kept: rows of all sizes up to 100 KB, each of which begins with its number.
std::string write_large(const tokenize::TemporaryDirectory& folder, bool as_list, std::uint64_t& rows) {
  std::string path = folder.write("large.json");
  std::ofstream out(path, std::ios::binary);
  if (as_list) out << "[\n";
  std::size_t bytes = 0;
  for (rows = 0; bytes < (18U << 20U); ++rows) {
    const std::string padding(rows % 97 == 0 ? 100'000 : rows % 50, 'x');
    const std::string text = std::string(rows == 0 ? ""
                                         : as_list ? ",\n"
                                                   : "\n") +
                             "{\"prompt\": \"" + std::to_string(rows) + ' ' + padding + "\"}";
    out << text;
    bytes += text.size();
  }
  out << (as_list ? "\n]\n" : "\n");
  return path;
}

TEST_CASE("a file that is not kept gives each of its rows, in any order, and says where it was changed") {
  for (const bool as_list : {false, true}) {
    const tokenize::TemporaryDirectory folder;
    std::uint64_t rows = 0;
    const std::string path = write_large(folder, as_list, rows);
    const RequestFile file(path);
    REQUIRE(file.size() == rows);
    CHECK(file.form() == (as_list ? RowsForm::json : RowsForm::jsonl));
    std::uint64_t right = 0;
    for (std::uint64_t i = 0; i < rows; ++i) {
      const std::uint64_t index = i * 7919 % rows;
      right += row(file, index).messages.at(0).text.starts_with(std::to_string(index) + ' ') ? 1U : 0U;
    }
    CHECK(right == rows);
    std::filesystem::resize_file(path, 1'000'000);
    CHECK(has(error_of<InputError>([&] { row(file, rows - 1); }), "the file was changed"));
  }
}

const std::string talks = R"([
 {"conversations": [{"from": "system", "value": "s"}, {"from": "human", "value": "a"}, {"from": "gpt", "value": "b"},
                    {"from": "human", "value": "c"}, {"from": "human", "value": "d"}, {"from": "gpt", "value": "e"}]},
 {"messages": [{"role": "user", "content": "f"}, {"role": "assistant", "content": "g"}, {"role": "user", "content": "h"},
               {"role": "assistant", "content": "i"}, {"role": "user", "content": "j"}], "max_tokens": 9, "label": "l"},
 "k"])";

Prompts turn_of(const RequestFile& file, std::uint64_t index, unsigned turn) {
  Prompts prompts;
  const auto spec = file.next({.index = index, .turn = turn});
  for (const Message& message : spec->messages) prompts.push_back(message.text);
  return prompts;
}

TEST_CASE("a row of several turns is a conversation where they are asked for, else one request") {
  const RequestFile file = open(talks, {.conversations = FileConversations{}}, "talks.json");
  CHECK(file.most_turns() == 3);
  CHECK(file.turns({.index = 0}) == 2);
  CHECK(file.turns({.index = 1}) == 3);
  CHECK(file.turns({.index = 2}) == 1);
  CHECK(turn_of(file, 0, 0) == Prompts{"s", "a"});
  CHECK(turn_of(file, 0, 1) == Prompts{"c", "d"});
  CHECK(turn_of(file, 1, 2) == Prompts{"j"});
  CHECK(turn_of(file, 2, 0) == Prompts{"k"});
  CHECK(file.answer({.index = 0, .turn = 1}, 5) == std::vector<Message>{{"assistant", "e"}});
  const auto later = file.next({.index = 1, .turn = 1});
  CHECK(later->max_tokens == 9U);
  CHECK(later->label == "l");
  const RequestFile whole = open(talks, {}, "talks.json");
  CHECK(whole.most_turns() == 1);
  CHECK(row(whole, 0).messages.size() == 2);
  CHECK(row(whole, 1).messages.size() == 5);
}

TEST_CASE("turns of a file can be cut to a number, and are thought about") {
  const RequestFile file =
      open(talks, {.conversations = FileConversations{{}, 2, TokenLengths(40)}}, "talks.json");
  CHECK(file.most_turns() == 2);
  CHECK(file.turns({.index = 1}) == 2);
  CHECK(file.turns({.index = 2}) == 1);
  CHECK(file.next({.index = 1, .turn = 0})->think.count() == 0);
  CHECK(file.next({.index = 1, .turn = 1})->think == std::chrono::milliseconds(40));
}

TEST_CASE("what a tool said belongs to the file's answers, and is refused with others") {
  const std::string tools =
      R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "tool_calls": []},)"
      R"( {"role": "tool", "tool_call_id": "1", "content": "b"}, {"role": "assistant", "content": "c"}, {"role": "user", "content": "d"}]})";
  const auto error = refusal(tools, {.conversations = FileConversations{}});
  CHECK(has(error, "line 1: has a message of a tool, which belongs to the answer before it"));
  const RequestFile file = open(tools, {.conversations = FileConversations{.history = History::source}});
  CHECK(file.turns({}) == 3);
  CHECK(turn_of(file, 0, 1) == Prompts{"b"});
}

TEST_CASE("a conversation that is not kept is found again, whichever turn is asked for") {
  std::string many;
  for (int i = 0; i < 60'000; ++i) {
    const std::string n = std::to_string(i);
    many += R"({"messages": [{"role": "user", "content": "a)" + n +
            R"("}, {"role": "assistant", "content": "b)" + n + R"("}, {"role": "user", "content": "c)" + n +
            "\"}]}\n";
  }
  const RequestFile file = open(many, {.conversations = FileConversations{}});
  for (const std::uint64_t index : {59'999U, 0U, 31'000U}) {
    CHECK(file.turns({.index = index}) == 2);
    CHECK(turn_of(file, index, 1) == Prompts{"c" + std::to_string(index)});
    CHECK(turn_of(file, index, 0) == Prompts{"a" + std::to_string(index)});
    CHECK(file.answer({.index = index}, 1).at(0).text == "b" + std::to_string(index));
  }
}

TEST_CASE("whoever speaks in a conversation is known by one of the names that such files have") {
  const auto from = [](const std::string& who) {
    return R"([{"conversations": [{"from": "human", "value": "a"}, {"from": ")" + who +
           R"(", "value": "b"}, {"from": "human", "value": "c"}]}])";
  };
  for (const char* who : {"gpt", "chatgpt", "bing", "bard", "assistant"}) {
    INFO(who);
    const RequestFile file = open(from(who), {.conversations = FileConversations{}}, "talks.json");
    CHECK(file.turns({}) == 2);
    CHECK(file.answer({}, 1) == std::vector<Message>{{"assistant", "b"}});
  }
  CHECK(has(refusal(from("observation"), {.conversations = FileConversations{}}, "talks.json"),
            "line 1: \"conversations[1].from\" is \"observation\"; a turn is from human, gpt or system"));
  CHECK(read(from("observation"), {}, "talks.json") == Prompts{"a"});  // which is not sent then
}

TEST_CASE("a message that the API has no place for in a conversation is refused with its line") {
  const std::string row =
      R"({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},)"
      R"( {"role": "system", "content": "s"}, {"role": "user", "content": "c"}]})";
  Options options{.dialect = anthropic_dialect(), .conversations = FileConversations{}};
  CHECK(has(refusal("\"x\"\n" + row, options),
            "line 2: a conversation can't be sent: this API has no place for"));
  options.dialect = chat_dialect();
  CHECK(open(row, options).turns({}) == 2);
}

}  // namespace request_file_test
