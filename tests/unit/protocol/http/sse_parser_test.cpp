#include "protocol/http/sse_parser.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace sse_parser_test {

using namespace llmload::protocol;

using Events = std::vector<std::pair<std::string, std::string>>;  // type, data

void take(SseParser& parser, Events& events) {
  while (const auto event = parser.next()) events.emplace_back(event->type, event->data);
}

/// Each piece in memory of its own that is gone before the next one comes.
Events events_of(const std::vector<std::string>& pieces, bool ended = false) {
  SseParser parser;
  parser.start();
  Events events;
  for (const std::string& piece : pieces) {
    const auto bytes = std::make_unique<char[]>(piece.size());
    piece.copy(bytes.get(), piece.size());
    parser.put({bytes.get(), piece.size()});
    take(parser, events);
  }
  if (ended) {
    parser.put_end();
    take(parser, events);
  }
  return events;
}

Events data(const std::vector<std::string>& texts) {
  Events events;
  for (const std::string& text : texts) events.emplace_back("", text);
  return events;
}

TEST_CASE("an event is its data lines up to an empty line") {
  CHECK(events_of({"data: a\n\ndata: b\n\n"}) == data({"a", "b"}));
  CHECK(events_of({"data: a\ndata: b\ndata:\n\n"}) == data({"a\nb\n"}));
  CHECK(events_of({"data\n\n"}) == data({""}));
  CHECK(events_of({"data: a\n"}).empty());
  CHECK(events_of({"\n\n\n"}).empty());
}

TEST_CASE("one space after the colon is not part of the value, and none is needed") {
  CHECK(events_of({"data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n"}) == data({"a", "a", " a", "\ta"}));
  CHECK(events_of({"data:{\"x\": 1}\n\n"}) == data({"{\"x\": 1}"}));
}

TEST_CASE("lines end in LF, CR or CR LF, each by itself") {
  for (const std::string end : {"\n", "\r", "\r\n"}) {
    CHECK(events_of({"data: a" + end + "data: b" + end + end + "data: c" + end + end}) ==
          data({"a\nb", "c"}));
  }
  CHECK(events_of({"data: a\r\n\n"}) == data({"a"}));
  CHECK(events_of({"data: a\r", "\n\r\ndata: b\r", "\r"}) == data({"a", "b"}));
}

TEST_CASE("one byte order mark at the start is not part of the stream") {
  CHECK(events_of({"\xef\xbb\xbf"
                   "data: a\n\n"}) == data({"a"}));
  CHECK(events_of({"\xef", "\xbb",
                   "\xbf"
                   "data: a\n\n"}) == data({"a"}));
  CHECK(events_of({"\xef\xbb\xbf\xef\xbb\xbf"
                   "data: a\n\n"})
            .empty());
  CHECK(events_of({"data: a\n\n\xef\xbb\xbf"
                   "data: b\n\n"}) == data({"a"}));
}

TEST_CASE("comments, ids, retries and unknown fields are no events and part of none") {
  CHECK(events_of({": ping - 2026-11-24\n\n:\n\nid: 7\nretry: 10\n\ndata: a\nfoo: b\n: c\nid\n\n"}) ==
        data({"a"}));
  CHECK(events_of({"Data: a\n\n data: b\n\n"}).empty());
}

TEST_CASE("a type belongs to its event alone") {
  CHECK(events_of({"event: error\ndata: a\n\ndata: b\n\n"}) == Events{{"error", "a"}, {"", "b"}});
  CHECK(events_of({"event: ping\n\ndata: b\n\n"}) == data({"b"}));
}

TEST_CASE("llama.cpp's error line is an error event") {
  CHECK(events_of({"error: {\"code\":500}\n\n"}) == Events{{"error", "{\"code\":500}"}});
}

TEST_CASE("the end of a stream completes an event whose empty line is missing") {
  CHECK(events_of({"data: a\n\ndata: [DONE]"}, true) == data({"a", "[DONE]"}));
  CHECK(events_of({"data: a\r\n"}, true) == data({"a"}));
  CHECK(events_of({"data: a\n\n: bye"}, true) == data({"a"}));
}

TEST_CASE("every split of the bytes into two or three pieces gives the same events") {
  const std::string stream =
      "\xef\xbb\xbf: hello\r\n\r\ndata: {\"a\": 1}\r\n\r\ndata:x\rdata: y\r\rdata: \xc3\xa9\n\nevent: "
      "error\ndata: e\n\n"
      "data\n\nerror: {}\n\ndata: [DONE]\n";
  const Events whole = events_of({stream}, true);
  REQUIRE(whole.size() == 7);
  for (std::size_t i = 0; i <= stream.size(); ++i) {
    for (std::size_t j = i; j <= stream.size(); ++j) {
      const Events split = events_of({stream.substr(0, i), stream.substr(i, j - i), stream.substr(j)}, true);
      if (split != whole) FAIL("split at " << i << " and " << j);
    }
  }
  std::vector<std::string> bytes;
  for (const char c : stream) bytes.emplace_back(1, c);
  CHECK(events_of(bytes, true) == whole);
}

TEST_CASE("a line or an event without an end is given up, not kept without bound") {
  const std::string mebibyte(1024 * 1024, 'x');
  SseParser line, event;
  line.start();
  event.start();
  Events events;
  for (int i = 0; i < 20; ++i) {
    line.put(mebibyte);
    take(line, events);
    const std::string data_line = "data: " + mebibyte + "\n";
    event.put(data_line);
    take(event, events);
  }
  CHECK(line.too_large());
  CHECK(event.too_large());
  CHECK(events.empty());
  line.start();
  line.put("data: a\n\n");
  take(line, events);
  CHECK(events == data({"a"}));
}

}  // namespace sse_parser_test
