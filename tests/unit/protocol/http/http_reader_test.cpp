#include "protocol/http/http_reader.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace http_reader_test {

using llmload::protocol::HttpReader;
using State = HttpReader::State;

struct Result {
  State state = State::head;
  int status = 0;
  bool keep_alive = false, surplus = false;
  std::string body, request_id;
  bool operator==(const Result&) const = default;
};

Result result_of(const HttpReader& reader) {
  return {reader.state(),   reader.status(), reader.keep_alive(),
          reader.surplus(), reader.body(),   reader.request_id()};
}

/// Reads `bytes` in pieces of `first`, then `rest` bytes; with the connection's end after them if `eof`.
Result read(std::string_view bytes, std::size_t first, std::size_t rest, bool eof) {
  HttpReader reader;
  for (std::size_t at = 0, size = first; at < bytes.size(); at += size, size = rest) {
    if (size == 0) size = rest;
    reader.put(bytes.substr(at, size));
  }
  if (eof) reader.put_eof();
  return result_of(reader);
}

/// The result of `bytes`, after a check that each split in two, and one byte at a time, gives the same.
Result read_any_split(const std::string& bytes, bool eof = false) {
  const Result whole = read(bytes, bytes.size(), bytes.size(), eof);
  for (std::size_t split = 1; split < bytes.size(); ++split) {
    INFO("split at " << split);
    CHECK(read(bytes, split, bytes.size(), eof) == whole);
  }
  CHECK(read(bytes, 1, 1, eof) == whole);
  return whole;
}

TEST_CASE("a response with a content length is read, at any split") {
  const auto r = read_any_split("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Request-Id: r-1\r\n\r\nhello");
  CHECK(r == Result{State::done, 200, true, false, "hello", "r-1"});
}

TEST_CASE("a chunked response with extensions and trailers is read, at any split") {
  const auto r = read_any_split(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-t\r\n\r\n"
      "5;a=b\r\nhello\r\n1\r\n \r\nA\r\n0123456789\r\n0\r\nx-t: 1\r\n\r\n");
  CHECK(r == Result{State::done, 200, true, false, "hello 0123456789", ""});
}

TEST_CASE("a chunked response without a chunk is read, at any split") {
  const auto r = read_any_split("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  CHECK(r == Result{State::done, 200, true, false, "", ""});
}

TEST_CASE("a body without a length ends with the connection, at any split") {
  const std::string text = "HTTP/1.1 200 OK\r\napim-request-id: a-1\r\n\r\nall of it";
  CHECK(read_any_split(text) == Result{State::body, 200, false, false, "all of it", "a-1"});
  CHECK(read_any_split(text, true) == Result{State::done, 200, false, false, "all of it", "a-1"});
}

TEST_CASE("interim responses before the answer are skipped, at any split") {
  const auto r = read_any_split(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nx-request-id: early\r\n\r\n"
      "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
  CHECK(r == Result{State::done, 201, true, false, "ok", ""});
}

TEST_CASE("an interim response alone is no answer") {
  HttpReader reader;
  CHECK(reader.put("HTTP/1.1 100 Continue\r\n\r\n") == State::head);
  CHECK(reader.status() == 0);
  CHECK(reader.put_eof() == State::head);
}

TEST_CASE("bytes after the end are surplus, at any split") {
  const auto r = read_any_split("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
  CHECK(r == Result{State::done, 200, true, true, "ok", ""});
}

TEST_CASE("a response without a body is done with its header") {
  CHECK(read_any_split("HTTP/1.1 204 No Content\r\n\r\n").state == State::done);
  CHECK(read_any_split("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n").state == State::done);
  CHECK(read_any_split("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") ==
        Result{State::done, 200, true, false, "", ""});
}

TEST_CASE("the connection is kept as the version and the Connection header say") {
  const auto kept = [](const std::string& head) {
    return read_any_split(head + "Content-Length: 1\r\n\r\nx").keep_alive;
  };
  CHECK(kept("HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(kept("HTTP/1.1 200 OK\r\nConnection: close\r\n"));
  CHECK_FALSE(kept("HTTP/1.1 200 OK\r\nconnection: Close\r\n"));
  CHECK_FALSE(kept("HTTP/1.0 200 OK\r\n"));
  CHECK(kept("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
}

TEST_CASE("a status line without its reason, or the blank before it, is read, at any split") {
  for (const std::string line : {"HTTP/1.1 200", "HTTP/1.1 200 ", "HTTP/1.1  200  OK"}) {
    INFO(line);
    CHECK(read_any_split(line + "\r\nContent-Length: 2\r\n\r\nok") ==
          Result{State::done, 200, true, false, "ok", ""});
  }
}

TEST_CASE("lines that end in a line feed alone, and folded ones, are read, at any split") {
  CHECK(read_any_split("HTTP/1.1 200 OK\nContent-Length: 2\n\nok") ==
        Result{State::done, 200, true, false, "ok", ""});
  CHECK(read_any_split("HTTP/1.1 200 OK\r\nx-request-id: a\r\n\tb\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"
                       "2\r\nok\r\n0\r\n\r\n") == Result{State::done, 200, true, false, "ok", "a b"});
}

TEST_CASE("of two lengths chunks win, and the connection is not kept, at any split") {
  const std::string length = "Content-Length: 5\r\n", chunked = "Transfer-Encoding: chunked\r\n";
  for (const std::string& fields : {length + chunked, chunked + length}) {
    CHECK(read_any_split("HTTP/1.1 200 OK\r\n" + fields + "\r\n2\r\nok\r\n0\r\n\r\n") ==
          Result{State::done, 200, false, false, "ok", ""});
  }
  CHECK(read_any_split("HTTP/1.1 200 OK\r\n" + length + length + "\r\nhello").state == State::done);
}

TEST_CASE("blanks behind a chunk's size are read, at any split") {
  CHECK(
      read_any_split(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2  \r\nok\r\n1 ; a=b\r\n!\r\n0\t\r\n\r\n") ==
      Result{State::done, 200, true, false, "ok!", ""});
}

TEST_CASE("what is not chunks is malformed") {
  for (const std::string body : {"\r\n", "x", "5 x\r\nhello\r\n", "0x5\r\n", "5\r\nhelloo\r\n", "5\rx",
                                 "11111111111111111\r\n", " 5\r\n", "-1\r\n"}) {
    INFO(body);
    HttpReader reader;
    CHECK(reader.put("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body) == State::malformed);
  }
}

TEST_CASE("chunked twice is refused") {
  for (const std::string fields : {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked, Chunked\r\n"}) {
    HttpReader reader;
    CHECK(reader.put("HTTP/1.1 200 OK\r\n" + fields + "\r\n0\r\n\r\n") == State::malformed);
    CHECK(reader.error() == "it is chunked twice (transfer-encoding)");
  }
}

TEST_CASE("what is not HTTP is malformed, and says why") {
  for (const std::string text :
       {"HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9\r\n", "\x15\x03\x01\x01\x02 an alert of TLS\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n"}) {
    INFO(text);
    HttpReader reader;
    CHECK(reader.put(text) == State::malformed);
    CHECK_FALSE(reader.error().empty());
    CHECK_FALSE(reader.keep_alive());
    CHECK(reader.put("more") == State::malformed);
    CHECK(reader.put_eof() == State::malformed);
  }
}

TEST_CASE("a header may have 64 KB and no more, whatever the size of the reads") {
  const std::string begin = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nx-a: ", end = "\r\n\r\n";
  const auto header = [&](std::size_t size) {
    return begin + std::string(size - begin.size() - end.size(), 'a') + end;
  };
  for (const std::size_t read_size : {100'000UL, 16'384UL, 1'000UL}) {
    INFO(read_size << " bytes a read");
    CHECK(read(header(HttpReader::header_limit), read_size, read_size, false).state == State::done);
    CHECK(read(header(HttpReader::header_limit + 100), read_size, read_size, false).state ==
          State::too_large);
  }
  HttpReader endless;
  for (int i = 0; i < 70; ++i) endless.put("x-a: " + std::string(1'000, 'a') + "\r\n");
  CHECK(endless.state() != State::head);
}

TEST_CASE("a body beyond its limit is too large, promised or sent") {
  HttpReader promised;
  CHECK(promised.put("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n") == State::body);
  promised.start();
  CHECK(promised.put("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\nx") == State::too_large);
  CHECK(promised.body().empty());
  CHECK(promised.status() == 200);

  HttpReader sent;
  sent.put("HTTP/1.1 200 OK\r\n\r\n");
  const std::string megabyte(1 << 20, 'x');
  for (int i = 0; i < 64; ++i) REQUIRE(sent.put(megabyte) == State::body);
  CHECK(sent.put("x") == State::too_large);
}

TEST_CASE("a chunk's extension or a trailer without end is too large") {
  for (const std::string begin : {"5;", "5;x=\"", "0\r\n", "5\r\nhello\r\n0;", "5\r\nhello\r\n0\r\n"}) {
    INFO(begin);
    HttpReader reader;
    reader.put("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + begin);
    const std::string line = "name: " + std::string(1000, 'x') + (begin.ends_with('\n') ? "\r\n" : "");
    std::size_t size = 0;
    for (; size <= HttpReader::header_limit && reader.state() == State::body; size += line.size())
      reader.put(line);
    CHECK(reader.state() == State::too_large);
    CHECK(reader.error() == "a chunk's size, or the trailer, has no end");
    CHECK(reader.status() == 200);
  }
}

TEST_CASE("an end within the header or a promised body is not the message's end") {
  CHECK(read("HTTP/1.1 200 OK\r\nConte", 100, 100, true).state == State::head);
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", 100, 100, true).state == State::body);
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 100, 100, true).state ==
        State::body);
  CHECK(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", 100, 100, true)
            .state == State::body);
}

TEST_CASE("a reader that is started again knows nothing of the response before") {
  HttpReader reader;
  reader.put(
      "HTTP/1.1 302 Found\r\nLocation: /there\r\nx-request-id: 1\r\nContent-Length: 1\r\n\r\nxsurplus");
  CHECK(reader.location() == "/there");
  CHECK(reader.surplus());
  reader.start();
  CHECK(result_of(reader) == Result{});
  CHECK(reader.location().empty());
  CHECK(reader.put("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") == State::done);
  CHECK(result_of(reader) == Result{State::done, 200, true, false, "ok", ""});
}

TEST_CASE("x-request-id goes before apim-request-id, in either order") {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", a = "apim-request-id: a\r\n",
                    x = "X-REQUEST-ID: x\r\n";
  CHECK(read_any_split(head + a + x + "\r\n").request_id == "x");
  CHECK(read_any_split(head + x + a + "\r\n").request_id == "x");
  CHECK(read_any_split(head + "request-id: r\r\n\r\n").request_id == "r");
  CHECK(read_any_split(head + x + "request-id: r\r\n\r\n").request_id == "x");
}

TEST_CASE("interim responses have their bytes counted with the head's, in one read or in many") {
  const std::string interim = "HTTP/1.1 103 Early Hints\r\n\r\n",
                    last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  std::string most;
  while (most.size() + interim.size() + last.size() - 2 <= HttpReader::header_limit) most += interim;
  for (const std::size_t piece : {std::size_t{1'000}, HttpReader::header_limit * 2}) {
    CHECK(read(most + last, piece, piece, false).state == State::done);
    CHECK(read(most + interim + interim + last, piece, piece, false).state == State::too_large);
  }
}

}  // namespace http_reader_test
