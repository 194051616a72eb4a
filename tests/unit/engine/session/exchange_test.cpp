#include "engine/session/exchange.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace exchange_test {

using namespace llmload;
using engine::ConnectionEnd;
using engine::Exchange;
using engine::Limit;
using net::IoStatus;
using Step = Exchange::Step;

constexpr std::chrono::nanoseconds ms = std::chrono::milliseconds(1), second = std::chrono::seconds(1),
                                   rtt = 2 * ms;
constexpr net::Time stage_start(100 * second), asked_at(101 * second);

const std::string body = R"({"choices":[{"message":{"content":"Hi"},"finish_reason":"stop"}]})";
const std::string answer =
    "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
const std::string stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

std::string chunk(const std::string& data) {
  char size[20];
  std::snprintf(size, sizeof size, "%zx\r\n", data.size());
  return size + data + "\r\n";
}
std::string event(const std::string& text) {
  return chunk(R"(data: {"choices":[{"delta":{"content":")" + text + "\"}}]}\n\n");
}

/// An exchange of "head" and "body", with a limit of its own for each thing that can be late.
struct Talk {
  explicit Talk(bool stream = false) : builder(*chat_dialect(), redactor, stream) {
    limits.first_byte = std::chrono::seconds{1};
    limits.first_token = std::chrono::seconds{2};
    limits.idle = std::chrono::seconds{3};
    exchange.begin(record, stage_start, asked_at + 600 * second);
  }

  void ask() { exchange.ask({"head", "body"}, asked_at); }
  void sent() {
    ask();
    write(4, 1);
    write(4, 2);
  }
  void write(std::size_t bytes, std::int64_t at_ms) {
    exchange.on_write({IoStatus::ok, bytes}, asked_at + at_ms * ms);
  }
  void write(IoStatus status, std::int64_t at_ms = -1) {
    exchange.on_write({status, 0}, asked_at + at_ms * ms);
  }
  void arrive(const std::string& bytes, std::int64_t at_ms, TimeSource source = TimeSource::kernel) {
    net::Arrival arrival;
    arrival.at = arrival.earliest = asked_at + at_ms * ms;
    arrival.source = source;
    exchange.on_bytes(bytes, arrival, true);
  }
  void end(IoStatus status, std::int64_t at_ms, bool clean = true) {
    exchange.on_end({status, clean, asked_at + at_ms * ms, rtt, "reset by peer"});
  }
  void interrupt_at_limit() { exchange.interrupt(exchange.limit().meaning); }
  std::int64_t limit_ms() const { return (exchange.limit().at - asked_at) / ms; }

  protocol::Redactor redactor{Plan()};
  Timeouts limits;
  RequestRecord record;
  protocol::RecordBuilder builder;
  Exchange exchange{builder, limits};
};

TEST_CASE("an exchange writes, waits, reads and is done, and its stamps are those of what it was told") {
  Talk talk;
  talk.ask();
  CHECK(talk.exchange.next(true) == Step::write);
  CHECK(talk.exchange.to_send() == "head");
  talk.write(4, 1);
  CHECK(talk.exchange.to_send() == "body");
  talk.write(4, 2);
  CHECK(talk.exchange.next(true) == Step::wait);
  CHECK(talk.exchange.only_reads());
  talk.exchange.on_ready();
  CHECK(talk.exchange.next(false) == Step::read);
  talk.arrive(answer, 50);
  CHECK(talk.exchange.next(false) == Step::done);
  talk.exchange.finish(asked_at + 70 * ms);
  CHECK(talk.record.outcome == Outcome::ok);
  CHECK(talk.record.send_began == second);
  CHECK(talk.record.sent == second + 2 * ms);
  CHECK(talk.record.first_byte == second + 50 * ms);
  CHECK(talk.record.done == second + 50 * ms);
  CHECK(talk.record.ended == talk.record.done);
  CHECK(talk.exchange.reusable());
  CHECK_FALSE(talk.exchange.useless());
}

TEST_CASE("a short write goes on with the rest") {
  Talk talk;
  talk.ask();
  talk.write(3, 1);
  CHECK(talk.exchange.to_send() == "d");
  CHECK(talk.exchange.next(true) == Step::write);
  talk.write(1, 1);
  talk.write(1, 1);
  CHECK(talk.exchange.to_send() == "ody");
  CHECK_FALSE(talk.record.sent);
}

TEST_CASE("a write that has to wait for room reads meanwhile, and goes on when there is some") {
  Talk talk;
  talk.ask();
  talk.write(4, 1);
  talk.write(IoStatus::wants_write);
  CHECK(talk.exchange.next(true) == Step::wait);
  CHECK(talk.exchange.wants_write());
  CHECK_FALSE(talk.exchange.only_reads());
  CHECK(talk.exchange.next(false) == Step::read);
  talk.exchange.on_ready();
  CHECK(talk.exchange.next(true) == Step::write);
  CHECK(talk.exchange.to_send() == "body");
}

TEST_CASE("a write that has to read first waits for that alone") {
  Talk talk;
  talk.ask();
  talk.write(IoStatus::wants_read);
  CHECK(talk.exchange.next(true) == Step::wait);
  CHECK_FALSE(talk.exchange.wants_write());
  CHECK_FALSE(talk.exchange.only_reads());
  talk.exchange.on_ready();
  CHECK(talk.exchange.next(true) == Step::write);
}

TEST_CASE("a read that has to write first waits for room") {
  Talk talk;
  talk.sent();
  talk.exchange.on_ready();
  talk.exchange.on_read_blocked(true);
  CHECK(talk.exchange.next(false) == Step::wait);
  CHECK(talk.exchange.wants_write());
  CHECK_FALSE(talk.exchange.only_reads());
  talk.exchange.on_ready();
  CHECK(talk.exchange.next(false) == Step::read);
  talk.exchange.on_read_blocked(false);
  CHECK(talk.exchange.only_reads());
}

TEST_CASE("what a server says before it breaks off the sending counts, over a connection that is given up") {
  for (const IoStatus broken : {IoStatus::error, IoStatus::eof}) {
    Talk talk;
    talk.ask();
    talk.write(4, 1);
    talk.write(broken);
    CHECK(talk.exchange.next(true) == Step::read);
    talk.arrive("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", 3);
    CHECK(talk.exchange.next(true) == Step::done);
    CHECK(talk.record.http_status == 413);
    CHECK_FALSE(talk.record.sent);
    CHECK_FALSE(talk.exchange.reusable());
    CHECK_FALSE(talk.exchange.useless());
  }
}

TEST_CASE("an end or a reset before a byte of the answer makes a connection useless within one round trip") {
  struct Row {
    IoStatus status;
    bool sent;
    std::int64_t at_ms;
    bool useless;
  };
  const std::vector<Row> rows = {{IoStatus::eof, false, 1, true}, {IoStatus::error, false, 1, true},
                                 {IoStatus::eof, true, 2, true},  {IoStatus::error, true, 2, true},
                                 {IoStatus::eof, true, 3, false}, {IoStatus::error, true, 3, false}};
  for (const Row& row : rows) {
    CAPTURE(row.sent, row.at_ms, row.status == IoStatus::eof);
    Talk talk;
    if (row.sent) talk.sent();
    talk.end(row.status, row.at_ms);
    CHECK(talk.exchange.done());
    CHECK(talk.exchange.useless() == row.useless);
    CHECK(talk.record.outcome != Outcome::ok);
  }
}

TEST_CASE("an answer that is cut off was not useless, however soon it came") {
  Talk talk;
  talk.sent();
  talk.arrive(answer.substr(0, 30), 1);
  talk.end(IoStatus::eof, 1, false);
  CHECK(talk.record.outcome == Outcome::incomplete);
  CHECK_FALSE(talk.exchange.useless());
}

TEST_CASE("what came before the request was sent is of nobody") {
  SECTION("nothing was sent") {
    Talk talk;
    talk.arrive(answer, -5);
    CHECK(talk.exchange.useless());
    CHECK(talk.record.outcome == Outcome::bad_response);
    CHECK(talk.record.stale_answers == 1);
  }
  SECTION("by the kernel's stamp") {
    Talk talk;
    talk.sent();
    talk.arrive(answer, -5);
    CHECK(talk.exchange.useless());
  }
  SECTION("our own clock can't tell") {
    Talk talk;
    talk.sent();
    talk.arrive(answer, -5, TimeSource::user);
    CHECK_FALSE(talk.exchange.useless());
  }
}

TEST_CASE("an interim answer is a first byte, and the answer may come as late as an event") {
  Talk talk;
  talk.sent();
  CHECK(talk.exchange.limit().meaning == Outcome::first_byte_timeout);
  CHECK(talk.limit_ms() == 1'000);
  talk.arrive("HTTP/1.1 100 Continue\r\n\r\n", 500);
  CHECK(talk.exchange.next(true) == Step::wait);
  CHECK(talk.exchange.limit().meaning == Outcome::idle_timeout);
  CHECK(talk.limit_ms() == 3'500);
  talk.arrive(answer, 900);
  CHECK(talk.record.outcome == Outcome::ok);
}

TEST_CASE("a stream has to bring its first token in time, then each event, then its end") {
  Talk talk(true);
  talk.sent();
  talk.arrive(stream_head, 500);
  CHECK(talk.exchange.limit().meaning == Outcome::first_token_timeout);
  CHECK(talk.limit_ms() == 2'000);
  talk.arrive(event("a"), 1'500);
  CHECK(talk.exchange.limit().meaning == Outcome::idle_timeout);
  CHECK(talk.limit_ms() == 4'500);
  talk.arrive(chunk("data: [DONE]\n\n"), 2'000);
  CHECK(talk.record.outcome == Outcome::ok);
  CHECK_FALSE(talk.exchange.done());
  CHECK(talk.exchange.limit().meaning == Outcome::total_timeout);
  CHECK(talk.limit_ms() == 3'000);
  SECTION("which frees the connection") {
    talk.arrive("0\r\n\r\n", 2'500);
    CHECK(talk.exchange.done());
    CHECK(talk.exchange.reusable());
  }
  SECTION("or costs it, and nothing else") {
    talk.interrupt_at_limit();
    CHECK(talk.exchange.done());
    CHECK(talk.record.outcome == Outcome::ok);
    CHECK_FALSE(talk.exchange.reusable());
  }
}

TEST_CASE("a stream's first token is late in an interim answer, or a head, that does not end, too") {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  for (const std::string& begin : {interim, stream_head.substr(0, 20), interim + stream_head}) {
    INFO(begin);
    Talk talk(true);
    talk.sent();
    talk.arrive(begin, 10);
    CHECK(talk.limit_ms() == 2'000);
    CHECK(talk.exchange.limit().meaning == Outcome::first_token_timeout);
  }
}

TEST_CASE("an answer that is no stream, though one was asked for, has the limit of what stands still") {
  for (const char* head :
       {"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 9\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"}) {
    INFO(head);
    Talk talk(true);
    talk.sent();
    talk.arrive(head, 500);
    CHECK(talk.limit_ms() == 3'500);
    CHECK(talk.exchange.limit().meaning == Outcome::idle_timeout);
  }
}

TEST_CASE("a stream's first token is late where nothing has come at all, too, and a whole answer has none") {
  for (const bool stream : {true, false}) {
    Talk talk(stream);
    talk.limits.first_token = std::chrono::milliseconds{400};
    talk.sent();
    CHECK(talk.limit_ms() == (stream ? 400 : 1'000));
    talk.interrupt_at_limit();
    CHECK(talk.record.outcome == (stream ? Outcome::first_token_timeout : Outcome::first_byte_timeout));
  }
}

TEST_CASE("each limit that passes ends the exchange as what it means") {
  const auto outcome_after = [](const std::vector<std::string>& arrived, std::int64_t deadline_ms) {
    Talk talk(true);
    talk.exchange.begin(talk.record, stage_start, asked_at + deadline_ms * ms);
    talk.sent();
    for (const std::string& bytes : arrived) talk.arrive(bytes, 10);
    talk.interrupt_at_limit();
    CHECK(talk.exchange.done());
    CHECK_FALSE(talk.exchange.reusable());
    talk.exchange.finish(asked_at + 99 * second);
    // Not when the limit passed: nothing happened then.
    CHECK(talk.record.ended == (arrived.empty() ? talk.record.sent : Stamp(second + 10 * ms)));
    return talk.record.outcome;
  };
  CHECK(outcome_after({}, 600'000) == Outcome::first_byte_timeout);
  CHECK(outcome_after({stream_head}, 600'000) == Outcome::first_token_timeout);
  CHECK(outcome_after({stream_head, event("a")}, 600'000) == Outcome::idle_timeout);
  CHECK(outcome_after({}, 300) == Outcome::total_timeout);
  CHECK(outcome_after({stream_head, event("a")}, 300) == Outcome::total_timeout);
}

TEST_CASE("a cancelled exchange ends as that, and one that is concluded keeps its outcome") {
  Talk talk;
  talk.sent();
  talk.exchange.interrupt(Outcome::cancelled);
  CHECK(talk.exchange.done());
  CHECK(talk.record.outcome == Outcome::cancelled);
  CHECK(talk.record.error == "the run was interrupted");

  Talk concluded(true);
  concluded.sent();
  concluded.arrive(stream_head + event("a") + chunk("data: [DONE]\n\n"), 5);
  concluded.exchange.interrupt(Outcome::cancelled);
  CHECK(concluded.exchange.done());
  CHECK(concluded.record.outcome == Outcome::ok);
}

TEST_CASE("bytes of one wake-up have one drain, and an arrival is not before its request") {
  Talk talk(true);
  talk.sent();
  talk.exchange.on_ready();
  talk.arrive(stream_head + event("a"), 10);
  talk.arrive(event("b"), 20);  // the same wake-up
  talk.exchange.on_ready();
  talk.arrive(event("c"), 30);
  talk.exchange.on_ready(true);
  talk.arrive(event("d"), 40);  // it was there at the same wake-up
  REQUIRE(talk.record.events.size() == 4);
  CHECK_FALSE(talk.record.events[0].merged);
  CHECK(talk.record.events[1].merged);
  CHECK_FALSE(talk.record.events[2].merged);
  CHECK(talk.record.events[3].merged);
}

TEST_CASE("an exchange that begins anew has forgotten the one before") {
  Talk talk;
  talk.end(IoStatus::eof, 1);
  CHECK(talk.exchange.useless());
  talk.exchange.begin(talk.record, stage_start, asked_at + second);
  CHECK_FALSE(talk.exchange.done());
  CHECK_FALSE(talk.exchange.useless());
  CHECK(talk.exchange.next(true) == Step::wait);
  talk.sent();
  talk.exchange.on_ready();
  talk.arrive(answer, 5);
  CHECK(talk.record.outcome == Outcome::ok);
}

}  // namespace exchange_test
