#include "dataset/trace/trace.hpp"

#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace trace_test {

using namespace llmload;
using namespace std::chrono_literals;
using dataset::Trace;
using dataset::TraceOptions;
using Times = std::vector<std::chrono::nanoseconds>;
using Tokens = std::vector<std::uint32_t>;

// The rows are made up; the forms are those of the traces.

Trace read(std::string_view content, const TraceOptions& options = {}) {
  const tokenize::TemporaryDirectory folder;
  return dataset::read_trace(folder.write("trace", content), options);
}

std::string refusal(std::string_view content, const TraceOptions& options = {}) {
  return error_of<InputError>([&] { (void)read(content, options); });
}

TEST_CASE("Azure's of 2023 has times without a zone, CR LF, and no line end behind its last row") {
  const Trace trace = read(
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n"
      "2023-11-16 18:15:50.9951690,396,109");
  CHECK(trace.form == "Azure LLM inference");
  CHECK(trace.due == Times{0ns, 4'314'579'000ns});
  CHECK(trace.input == Tokens{374, 396});
  CHECK(trace.output == Tokens{44, 109});
  CHECK(trace.left_out.empty());
}

TEST_CASE("Azure's of 2024 has a zone, and a fraction where there is one, and that of 2025 has images") {
  CHECK(read("TIMESTAMP,ContextTokens,GeneratedTokens\n2024-05-10 00:00:00.009930+00:00,5,6\n"
             "2024-05-10 00:00:01+00:00,7,8\n")
            .due == Times{0ns, 990'070'000ns});
  CHECK(read("TIMESTAMP,NumImages,ContextTokens,GeneratedTokens\n2025-01-01 00:00:00,2,5,6\n").input ==
        Tokens{5});
}

TEST_CASE("BurstGPT's are whole seconds, or decimals with sessions, and requests that failed are left out") {
  const Trace trace = read(
      "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log "
      "Type\n5,ChatGPT,472,18,490,Conversation log\n"
      "45,ChatGPT,1087,0,1087,Conversation log\n118,GPT-4,417,276,693,API log\n");
  CHECK(trace.form == "BurstGPT");
  CHECK(trace.due == Times{0s, 113s});
  CHECK(trace.output == Tokens{18, 276});
  CHECK(trace.left_out == std::vector<std::string>{"1 row without output tokens"});
  const Trace third = read(
      "Timestamp,Session ID,Elapsed time,Model,Request tokens,Response tokens,Total tokens,Log Type\n"
      "19440110.0,1,2.5,GPT-4,10,20,30,API log\n19440111.5,2,2.5,GPT-4,11,21,32,API log\n");
  CHECK(third.due == Times{0s, 1'500ms});
}

TEST_CASE(
    "Mooncake's are milliseconds, with hashes of blocks of 512 tokens, whose common beginnings are shared") {
  const Trace trace = read(
      R"({"timestamp": 0, "input_length": 1100, "output_length": 5, "hash_ids": [1, 2, 3]}
{"timestamp": 0, "input_length": 1024, "output_length": 5, "hash_ids": [1, 2]}
{"timestamp": 3000, "input_length": 1400, "output_length": 5, "hash_ids": [1, 9, 3]}
{"timestamp": 3001, "input_length": 700, "output_length": 5, "hash_ids": [1, 2, 3]}
)");
  CHECK(trace.form == "Mooncake");
  CHECK(trace.block_tokens == 512);
  CHECK(trace.due == Times{0s, 0s, 3s, 3'001ms});
  CHECK(trace.shared == Tokens{0, 1024, 512, 700});  // the last has two blocks alone, of 700 tokens
  CHECK(trace.hashes == std::vector<std::uint64_t>{1, 2, 3, 1, 2, 1, 9, 3, 1, 2});
  CHECK(trace.hashes_until == std::vector<std::uint64_t>{3, 5, 8, 10});
}

TEST_CASE("Bailian's are seconds, with blocks of 16 tokens") {
  const Trace trace = read(
      R"({"chat_id": 1, "parent_chat_id": -1, "timestamp": 1.5, "input_length": 20, "output_length": 3, "type": "text", "turn": 1, "hash_ids": [7, 8]}
{"chat_id": 2, "parent_chat_id": 1, "timestamp": 2, "input_length": 40, "output_length": 3, "type": "text", "turn": 2, "hash_ids": [7, 9, 10]}
)");
  CHECK(trace.form == "Bailian");
  CHECK(trace.block_tokens == 16);
  CHECK(trace.due == Times{0s, 500ms});
  CHECK(trace.shared == Tokens{0, 16});
}

TEST_CASE("columns of other names are those that the options say, in CSV and in JSON") {
  const TraceOptions options{
      .columns = {{"when", "timestamp_ms"}, {"in", "input_tokens"}, {"out", "output_tokens"}}};
  CHECK(read("a,when,in,out\nx,10,1,2\ny,20,3.0,4\n", options).due == Times{0ms, 10ms});
  CHECK(read("{\"when\": 10, \"in\": 1, \"out\": 2}\n", options).input == Tokens{1});
  CHECK(has(refusal("when,in\n1,2\n", options), "line 1: has no column \"out\"; it has \"when\", \"in\""));
  CHECK(has(refusal("when,in\n1,2\n", {.columns = {{"when", "timestamp"}}}), "TRACE_COLUMNS must say which"));
  CHECK(has(refusal("when,in\n1,2\n", {.columns = {{"when", "time"}}}), "did you mean timestamp?"));
}

TEST_CASE("a file of other columns is no trace, and says which it has") {
  CHECK(has(refusal("a,b\n1,2\n"), "line 1: is no trace that is known: it has \"a\", \"b\"; TRACE_COLUMNS"));
  CHECK(has(refusal(""), "holds no row"));
  CHECK(has(refusal("\x1f\x8b\x08"), "is compressed with gzip"));
  CHECK(has(refusal("TIMESTAMP,ContextTokens,GeneratedTokens\n"), "holds no row that can be sent"));
  CHECK(has(refusal("TIMESTAMP,ContextTokens,GeneratedTokens\n1,2,0\n"),
            "left out: 1 row without output tokens"));
}

TEST_CASE("a row that can't be read is refused with its line, but a torn last one is counted") {
  const std::string header = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  CHECK(has(refusal(header + "1,2,3\n\n2,x,3\n"), "line 4: \"x\" is no number of tokens"));
  CHECK(has(refusal(header + "now,2,3\n"), "line 2: \"now\" is no time"));
  CHECK(has(refusal(header + "1,2\n"), "line 2: has 2 fields, and the header 3"));
  CHECK(has(refusal(header + "1,-2,3\n"), "line 2: \"-2\" is no number of tokens"));
  const Trace torn = read(header + "1,2,3\n2,3");
  CHECK(torn.rows() == 1);
  CHECK(torn.left_out == std::vector<std::string>{"a torn last line"});
}

TEST_CASE("rows whose time goes back, or without tokens, are counted apart") {
  const Trace trace =
      read("TIMESTAMP,ContextTokens,GeneratedTokens\n5,1,1\n4,1,1\n5,0,1\n6,1,0\n7,1,1\n3,1,1\n");
  CHECK(trace.due == Times{0s, 2s});
  CHECK(trace.left_out == std::vector<std::string>{"1 row without output tokens",
                                                   "1 row without input tokens",
                                                   "2 rows whose time goes back"});
}

TEST_CASE("a window, a speed and caps are as the options say") {
  const std::string rows =
      "TIMESTAMP,ContextTokens,GeneratedTokens\n10,100,100\n11,200,1\n12,3,300\n13,4,4\n";
  const Trace trace =
      read(rows, {.from = 1s, .until = 3s, .speed = 2, .most_input = 150, .most_output = 250});
  CHECK(trace.due == Times{0s, 500ms});
  CHECK(trace.input == Tokens{150, 3});
  CHECK(trace.output == Tokens{1, 250});
}

TEST_CASE("a share of the rows is drawn by the seed") {
  std::string rows = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
  for (int i = 0; i < 10'000; ++i) rows += std::to_string(i) + ",5,5\n";
  const auto kept = [&](std::uint64_t seed) { return read(rows, {.share = 0.25, .seed = seed}); };
  CHECK(kept(1).rows() > 2'280);  // 2,500 with a standard deviation of 43
  CHECK(kept(1).rows() < 2'720);
  CHECK(kept(1).due == kept(1).due);
  CHECK(kept(1).due != kept(2).due);
}

/// A row of Bailian's, due at so many seconds.
std::string chat(int id, int parent, int at, int input = 20) {
  return R"({"chat_id": )" + std::to_string(id) + R"(, "parent_chat_id": )" + std::to_string(parent) +
         R"(, "timestamp": )" + std::to_string(at) + R"(, "input_length": )" + std::to_string(input) +
         R"(, "output_length": 3, "type": "text", "turn": 1, "hash_ids": [1, 2]})" + "\n";
}

TEST_CASE("rows that go on from others are turns of their conversations") {
  const Trace trace = read(chat(1, -1, 0) + chat(2, -1, 1) + chat(3, 1, 2) + chat(4, 3, 5) + chat(5, 2, 6));
  CHECK(trace.roots == Tokens{0, 1});
  CHECK(trace.next == Tokens{2, 4, 3, Trace::no_row, Trace::no_row});
  CHECK(trace.most_turns == 3);
  CHECK(trace.arrivals() == 2);
  CHECK(trace.row_behind(0, 2) == 3);
}

TEST_CASE(
    "of two that go on from one row the second begins a conversation, as does one without a parent at hand") {
  const Trace trace = read(chat(1, -1, 0) + chat(2, 1, 1) + chat(3, 1, 2) + chat(4, 99, 3) + chat(5, 3, 4));
  CHECK(trace.roots == Tokens{0, 2, 3});
  CHECK(trace.next == Tokens{1, Trace::no_row, 4, Trace::no_row, Trace::no_row});
  const Trace cut = read(chat(1, -1, 0) + chat(2, 1, 1), {.from = 1s});
  CHECK(cut.next.empty());
  CHECK(cut.arrivals() == 1);
}

TEST_CASE("a trace of which no row goes on from another has requests alone") {
  const Trace trace = read(chat(1, -1, 0) + chat(2, -1, 1));
  CHECK(trace.next.empty());
  CHECK(trace.most_turns == 1);
  CHECK(trace.arrivals() == 2);
  CHECK(has(
      refusal(
          R"({"chat_id": 1, "parent_chat_id": "x", "timestamp": 0, "input_length": 1, "output_length": 1, "hash_ids": []})"
          "\n"),
      "is no number of a chat"));
}

}  // namespace trace_test
