// What the simulated endpoint's faults of an answer put on the wire.
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <set>

#include "support/catch.hpp"
#include "support/plans.hpp"
#include "support/raw_client.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace loop_simulator_answer_faults {

using namespace llmload;
using test::body;
using test::header;

SimulatorOptions with(Fault fault, ServerStyle style = ServerStyle::serverless) {
  SimulatorOptions options = test::instant();
  options.tls = false;
  options.style = style;
  options.faults = {{fault}};
  return options;
}

struct Seen {
  std::string bytes;
  bool reset = false;
};

/// All that comes for one request, up to the end that the server makes, or makes when we have ended. `fields`
/// may say that the connection closes behind the answer.
Seen seen(Fault fault, bool stream, std::string_view fields = "",
          ServerStyle style = ServerStyle::serverless) {
  const Simulator simulator(with(fault, style));
  test::RawClient client(simulator.port());
  client.send(test::request_for(6, stream, fields));
  client.end();
  Seen s;
  s.bytes = client.read_all();
  s.reset = client.was_reset();
  CHECK(simulator.faults(fault) == 1);
  CHECK(simulator.faults() == 1);
  return s;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

/// Events with a token: six in a good stream.
std::size_t tokens(std::string_view bytes) {
  return count(bytes, R"("delta":{"content":")") - count(bytes, R"("delta":{"content":""})");
}

constexpr std::string_view done = "data: [DONE]", last_chunk = "\r\n0\r\n\r\n",
                           finish = R"("finish_reason":"length")";

TEST_CASE("a reset is one, and comes where it is meant to") {
  for (const bool stream : {false, true}) {
    INFO("stream " << stream);
    const Seen before = seen(Fault::reset_before_headers, stream);
    CHECK(before.bytes == "");
    const Seen in = seen(Fault::reset_in_headers, stream);
    CHECK(in.bytes.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK_FALSE(has(in.bytes, "\r\n\r\n"));
    const Seen after = seen(Fault::reset_after_headers, stream);
    CHECK(after.bytes.ends_with("\r\n\r\n"));
    CHECK(count(after.bytes, "\r\n\r\n") == 1);
    const Seen body_cut = seen(Fault::reset_body, stream);
    CHECK(body(body_cut.bytes) != "");
    CHECK_FALSE(body_cut.bytes.ends_with("}"));
    CHECK_FALSE(body_cut.bytes.ends_with("\n"));
    const Seen between = seen(Fault::reset_between_events, stream);
    if (stream) {
      CHECK(tokens(body_cut.bytes) == 3);
      CHECK(tokens(between.bytes) == 3);
      CHECK(between.bytes.ends_with("\n\n\r\n"));
    }
    for (const Seen& s : {before, in, after, body_cut, between}) {
      CHECK(s.reset);
      CHECK_FALSE(has(s.bytes, R"("usage")"));
    }
  }
}

TEST_CASE("a stalled answer sends what it sends and then waits for the client's end") {
  for (const bool stream : {false, true}) {
    const auto stalled = [&](Fault fault) {
      INFO(to_string(fault) << ", stream " << stream);
      const Simulator simulator(with(fault));
      test::RawClient client(simulator.port()), other(simulator.port());
      client.send(test::request_for(6, stream));
      // The server's one thread has answered one, and then the other.
      other.send("GET / HTTP/1.1\r\n\r\n");
      CHECK(other.read_answer().starts_with("HTTP/1.1 404 "));
      const std::string bytes = client.read_available();
      CHECK_FALSE(client.was_ended());
      client.end();
      CHECK(client.read_all() == "");
      CHECK_FALSE(client.was_reset());
      CHECK(simulator.faults(fault) == 1);
      CHECK_FALSE(has(bytes, R"("usage")"));
      CHECK_FALSE(bytes.ends_with(last_chunk));
      return bytes;
    };
    CHECK(stalled(Fault::stall_before_headers) == "");
    const std::string first = stalled(Fault::stall_before_first_token);
    CHECK(has(first, "\r\n\r\n"));
    CHECK(has(first, R"("role":"assistant")") == stream);
    CHECK(tokens(first) == 0);
    const std::string between = stalled(Fault::stall_between_events);
    CHECK(body(between) != "");
    if (stream) CHECK(tokens(between) == 3);
  }
}

TEST_CASE("headers with a fault are followed by a good answer, and the connection is kept") {
  for (const Fault fault : {Fault::slow_headers, Fault::large_header, Fault::continue_first}) {
    for (const bool stream : {false, true}) {
      INFO(to_string(fault) << ", stream " << stream);
      const Simulator simulator(with(fault));
      test::RawClient client(simulator.port());
      for (int i = 0; i < 2; ++i) {
        client.send(test::request_for(6, stream));
        std::string answer = client.read_answer();
        if (fault == Fault::continue_first) {
          CHECK(answer == "HTTP/1.1 100 Continue\r\n\r\n");
          CHECK(client.read_answer().starts_with("HTTP/1.1 103 "));
          answer = client.read_answer();
        }
        CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
        CHECK(header(answer, "x-large").size() == (fault == Fault::large_header ? 64 * 1024 : 1));
        CHECK(has(answer, finish));
        if (stream) CHECK(tokens(answer) == 6);
        if (stream) CHECK(has(answer, done));
      }
      CHECK(simulator.connections() == 1);
      CHECK(simulator.faults() == 2);
    }
  }
}

TEST_CASE("slow headers come a byte at a time") {
  const Simulator simulator(with(Fault::slow_headers));
  test::RawClient client(simulator.port());
  const auto asked = std::chrono::steady_clock::now();
  client.send(test::request_for(1, false));
  const std::string head = client.read_until("\r\n\r\n");
  CHECK(std::chrono::steady_clock::now() - asked >=
        std::chrono::milliseconds(head.size() - 1));  // one behind each
}

TEST_CASE("answers in another form than promised") {
  for (const bool stream : {false, true}) {
    INFO("stream " << stream);
    CHECK(seen(Fault::bad_status_line, stream).bytes.starts_with("OK HTTP/1.1 200\r\n"));
    const Seen chunk = seen(Fault::bad_chunk_size, stream);
    CHECK(header(chunk.bytes, "Transfer-Encoding") == "chunked");
    CHECK(chunk.bytes.ends_with("\r\nno-size\r\n"));

    const Seen longer = seen(Fault::content_length_long, stream);
    CHECK(std::stoul(header(longer.bytes, "Content-Length")) > body(longer.bytes).size());
    CHECK(has(longer.bytes, finish));
    const Seen shorter = seen(Fault::content_length_short, stream);
    CHECK(std::stoul(header(shorter.bytes, "Content-Length")) < body(shorter.bytes).size());
    CHECK(has(shorter.bytes, finish));
    for (const Seen& s : {longer, shorter}) {
      CHECK_FALSE(s.reset);
      CHECK(header(s.bytes, "Transfer-Encoding") == "-");
      if (!stream) continue;
      CHECK(tokens(s.bytes) == 6);
      CHECK(s.bytes.ends_with("data: [DONE]\n\n"));
    }
  }
}

TEST_CASE("each error has its status, and keeps the connection") {
  const std::map<Fault, std::string> statuses = {{Fault::redirect, "307"},
                                                 {Fault::no_content, "204"},
                                                 {Fault::html_error, "502"},
                                                 {Fault::http_400, "400"},
                                                 {Fault::http_400_content_filter, "400"},
                                                 {Fault::http_401, "401"},
                                                 {Fault::http_403, "403"},
                                                 {Fault::http_404, "404"},
                                                 {Fault::http_408, "408"},
                                                 {Fault::http_413, "413"},
                                                 {Fault::http_422, "422"},
                                                 {Fault::http_429, "429"},
                                                 {Fault::http_429_ms, "429"},
                                                 {Fault::http_429_date, "429"},
                                                 {Fault::http_429_bare, "429"},
                                                 {Fault::http_500, "500"},
                                                 {Fault::http_502, "502"},
                                                 {Fault::http_503, "503"},
                                                 {Fault::http_504, "504"},
                                                 {Fault::empty_body, "200"}};
  for (const auto& [fault, status] : statuses) {
    for (const bool stream : {false, true}) {
      INFO(to_string(fault) << ", stream " << stream);
      const Simulator simulator(with(fault));
      test::RawClient client(simulator.port());
      client.send(test::request_for(6, stream));
      const std::string first = client.read_answer();
      client.send(test::request_for(6, stream));
      CHECK(client.read_answer().starts_with("HTTP/1.1 " + status + ' '));
      CHECK(first.starts_with("HTTP/1.1 " + status + ' '));
      CHECK(header(first, "x-request-id") == "sim-1");
      const bool empty = fault == Fault::redirect || fault == Fault::no_content || fault == Fault::empty_body;
      CHECK(body(first).empty() == empty);
      if (!empty && fault != Fault::html_error)
        CHECK(boost::json::parse(std::string(body(first))).is_object());
      CHECK(header(first, "Location") ==
            (fault == Fault::redirect ? "/redirected/v1/chat/completions" : "-"));
      CHECK(header(first, "retry-after-ms") == (fault == Fault::http_429_ms ? "100" : "-"));
      if (fault == Fault::http_429) CHECK(header(first, "retry-after") == "1");
      if (fault != Fault::http_429 && fault != Fault::http_429_date)
        CHECK(header(first, "retry-after") == "-");
      if (fault == Fault::http_401) CHECK(has(first, "a-key"));
      if (fault == Fault::html_error) CHECK(header(first, "Content-Type") == "text/html");
      if (fault == Fault::http_400_content_filter) {
        const auto error = boost::json::parse(std::string(body(first))).at("error");
        CHECK(error.at("code") == "content_filter");
        CHECK(error.at("innererror").at("code") == "ResponsibleAIPolicyViolation");
      }
    }
  }
}

TEST_CASE("bodies and events that can't be read stand where good ones would") {
  const auto whole = [](Fault fault) { return std::string(body(seen(fault, false).bytes)); };
  boost::json::error_code ec;
  boost::json::parse(whole(Fault::invalid_json), ec);
  CHECK(ec);
  CHECK(boost::json::parse(whole(Fault::wrong_shape)).at("choices").is_object());
  boost::json::parse_options deep, bytes;
  deep.max_depth = 20'000;
  bytes.allow_invalid_utf8 = true;
  boost::json::parse(whole(Fault::deep_json), ec);
  CHECK(ec == boost::json::error::too_deep);
  CHECK(boost::json::parse(whole(Fault::deep_json), {}, deep).at("choices").is_array());
  boost::json::parse(whole(Fault::invalid_utf8), ec);
  CHECK(ec);
  CHECK(boost::json::parse(whole(Fault::invalid_utf8), {}, bytes).at("choices").is_array());

  for (const Fault fault : {Fault::invalid_json, Fault::wrong_shape, Fault::deep_json, Fault::invalid_utf8}) {
    INFO(to_string(fault));
    const Seen good_around = seen(fault, true);
    CHECK(good_around.bytes.ends_with(last_chunk));
    CHECK(has(good_around.bytes, done));
    CHECK(tokens(good_around.bytes) == (fault == Fault::invalid_utf8 ? 7 : 6));
  }
  CHECK(has(seen(Fault::invalid_json, true).bytes, "data: {\"choices\":[{\"index\":0,\n\n"));
  CHECK(has(seen(Fault::invalid_utf8, true).bytes, "\"content\":\"\xff\xfe\xc3\""));
}

TEST_CASE("filtered content ends an answer after half of its tokens") {
  for (const ServerStyle style : {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm}) {
    const Seen stream = seen(Fault::content_filter, true, "", style);
    CHECK(tokens(stream.bytes) == 3);
    CHECK(count(stream.bytes, R"("finish_reason":"content_filter")") == 1);
    CHECK_FALSE(has(stream.bytes, finish));
    CHECK(has(stream.bytes, done));
    const auto whole =
        boost::json::parse(std::string(body(seen(Fault::content_filter, false, "", style).bytes)));
    CHECK(whole.at("choices").at(0).at("finish_reason") == "content_filter");
    CHECK(whole.at("usage").at("completion_tokens") == 3);
  }
}

TEST_CASE("streams with a fault have what is wrong in its place, in each dialect") {
  for (const ServerStyle style : {ServerStyle::serverless, ServerStyle::azure_openai, ServerStyle::vllm}) {
    INFO("style " << int(style));
    const auto stream = [&](Fault fault) { return seen(fault, true, "", style).bytes; };
    const std::string error = stream(Fault::error_event);
    CHECK(tokens(error) == 3);
    CHECK(has(error, R"(data: {"error":{"message":)"));
    const std::string first = stream(Fault::error_first);
    CHECK(has(body(first).substr(0, 30), R"(data: {"error":)"));
    CHECK(tokens(first) == 0);
    for (const std::string& s : {error, first}) {
      CHECK(has(s, done));
      CHECK_FALSE(has(s, finish));
    }
    const std::string no_done = stream(Fault::no_done);
    CHECK(tokens(no_done) == 6);
    CHECK(has(no_done, finish));
    CHECK_FALSE(has(no_done, done));
    const std::string cut = stream(Fault::cut_stream);
    CHECK(tokens(cut) == 3);
    CHECK_FALSE(has(cut, finish));
    CHECK_FALSE(has(cut, done));
    const std::string after_done = stream(Fault::data_after_done);
    CHECK(tokens(after_done.substr(0, after_done.find(done))) == 6);
    CHECK(tokens(after_done) == 7);
    const std::string after_finish = stream(Fault::tokens_after_finish);
    CHECK(tokens(after_finish) == 7);
    CHECK(count(after_finish, finish) == 1);
    CHECK(after_finish.rfind(R"("content":" more")") > after_finish.find(finish));
    CHECK(after_finish.rfind(R"("content":" more")") < after_finish.find(done));
    const std::string usage = stream(Fault::duplicate_usage);
    CHECK(count(usage, R"("usage":{)") == (style == ServerStyle::serverless ? 3 : 2));
    for (const std::string& s : {error, first, no_done, cut, after_done, after_finish, usage})
      CHECK(s.ends_with(last_chunk));
  }
}

TEST_CASE("a request that is not streamed never draws a fault of streams") {
  for (const Fault fault : all_faults()) {
    if (level_of(fault) != FaultLevel::stream) continue;
    const Simulator simulator(with(fault));
    test::RawClient client(simulator.port());
    client.send(test::request_for(6, false));
    CHECK(has(client.read_answer(), finish));
    CHECK(simulator.faults() == 0);
  }
}

TEST_CASE("what has no end goes on as fast as it is taken, and others have their turn meanwhile") {
  for (const Fault fault :
       {Fault::header_bomb, Fault::interim_flood, Fault::endless_chunk_size, Fault::endless_trailer,
        Fault::huge_body, Fault::event_without_end, Fault::endless_comments, Fault::endless_stream}) {
    for (const bool stream : {false, true}) {
      if (!stream && level_of(fault) == FaultLevel::stream) continue;
      INFO(to_string(fault) << ", stream " << stream);
      const Simulator simulator(with(fault, ServerStyle::vllm));  // its last token says that it is the last
      test::RawClient client(simulator.port()), other(simulator.port());
      client.send(test::request_for(2, stream));
      std::string bytes = client.read_some();
      other.send("GET / HTTP/1.1\r\n\r\n");
      // As long as we read, it has something to send: the other's answer comes between the pieces.
      while (bytes.size() < 1'000'000 || (!other.has_something() && bytes.size() < 100'000'000)) {
        const std::string more = client.read_some();
        REQUIRE(!more.empty());
        bytes += more;
      }
      CHECK(other.has_something());
      CHECK(has(bytes, "\r\n\r\n") == (fault != Fault::header_bomb));
      if (fault == Fault::huge_body) CHECK(std::stoul(header(bytes, "Content-Length")) >= 1UL << 30);
      if (fault == Fault::endless_stream) CHECK(tokens(bytes) > 3'000);
      if (stream) CHECK_FALSE(has(bytes, finish));
      if (fault == Fault::event_without_end) CHECK(count(bytes, "data: ") < 5);
      CHECK_FALSE(has(bytes, R"("usage")"));
    }
  }
}

TEST_CASE("a huge body is a good answer for who takes all of it") {
  const Simulator simulator(with(Fault::huge_body));
  test::RawClient client(simulator.port());
  client.send(test::request_for(2, false));
  const std::string head = client.read_until("\r\n\r\n");
  std::uint64_t left = std::stoull(header(head, "Content-Length"));
  std::string begin, end;
  while (left > 0) {
    const std::string more = client.read_some();
    REQUIRE(!more.empty());
    if (!has(begin, "xxx")) begin += more;
    end = (end + more).substr(more.size() < 1000 ? 0 : more.size() - 1000 + end.size());
    left -= more.size();
  }
  boost::json::parse(begin.substr(0, begin.find("xxx")) + end.substr(end.rfind("xxx") + 3));
}

TEST_CASE("requests draw their faults from the seed, and the truth file has the good answers alone") {
  const tokenize::TemporaryDirectory directory;
  const auto drawn = [&](std::uint64_t seed) {
    SimulatorOptions options = with(Fault::http_500);
    options.seed = seed;
    options.faults = {{Fault::http_500, 0.3}, {Fault::error_event, 0.3}};
    options.truth_file = (directory.path() / "truth.jsonl").string();
    Simulator simulator(options);
    test::RawClient client(simulator.port());
    std::string pattern;
    std::set<std::string> good, truth;
    for (int i = 0; i < 40; ++i) {
      client.send(test::request_for(1, true));
      const std::string answer = client.read_answer();
      pattern += answer.starts_with("HTTP/1.1 500 ") ? '5' : has(answer, R"({"error")") ? 'e' : '.';
      if (pattern.back() == '.') good.insert(header(answer, "x-request-id"));
    }
    simulator.stop();
    std::ifstream file(options.truth_file);
    for (std::string line; std::getline(file, line);)
      truth.insert(boost::json::value_to<std::string>(boost::json::parse(line).at("id")));
    CHECK(truth == good);
    CHECK(simulator.faults() == 40 - good.size());
    CHECK(simulator.requests() == 40);
    return pattern;
  };
  const std::string first = drawn(1);
  CHECK(first == drawn(1));
  CHECK(first != drawn(2));
  for (const char kind : {'5', 'e', '.'}) CHECK(has(first, std::string(1, kind)));
}

TEST_CASE("a connection closes while it idles, behind a good answer") {
  for (const bool stream : {false, true}) {
    const Simulator simulator(with(Fault::close_idle));
    test::RawClient client(simulator.port());
    client.send(test::request_for(6, stream));
    const std::string answer = client.read_answer();
    CHECK(has(answer, finish));
    CHECK(header(answer, "Connection") == "-");
    CHECK(client.read_all() == "");
    CHECK_FALSE(client.was_reset());
  }
}

TEST_CASE("a connection closes as a request arrives, unless that is its first") {
  const Simulator simulator(with(Fault::close_on_request));
  test::RawClient client(simulator.port());
  client.send(test::request_for(6, false));
  CHECK(has(client.read_answer(), finish));
  CHECK(simulator.faults() == 0);
  client.send(test::request_for(6, false));
  CHECK(client.read_all() == "");
  CHECK_FALSE(client.was_reset());
  CHECK(simulator.faults(Fault::close_on_request) == 1);
}

TEST_CASE("a restart resets all connections at once, and the port comes back") {
  SimulatorOptions options = with(Fault::restart);
  options.ttft = std::chrono::hours{1};  // the one that waits is not told by its answer
  const Simulator simulator(options);
  test::RawClient idle(simulator.port()), asking(simulator.port());
  idle.send("POST /v1/chat/completions HTTP/1.1\r\n");
  asking.send(test::request_for(6, false));
  CHECK(asking.read_all() == "");
  CHECK(asking.was_reset());
  CHECK(idle.read_all() == "");
  CHECK(idle.was_reset());
  const std::uint64_t before = simulator.connections();
  while (!test::RawClient(simulator.port()).connected()) {
  }
  test::RawClient later(simulator.port());
  later.send(test::request_for(6, false));
  CHECK(later.read_all() == "");
  CHECK(simulator.connections() > before);
  CHECK(simulator.faults(Fault::restart) == 2);
}

}  // namespace loop_simulator_answer_faults
