#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/request_record.hpp"
#include "protocol/answer/answer.hpp"
#include "protocol/answer/answer_reader.hpp"
#include "protocol/answer_memory.hpp"
#include "protocol/http/http_reader.hpp"
#include "protocol/http/sse_parser.hpp"
#include "protocol/secrets/redactor.hpp"

namespace llmload::protocol {

/// When bytes arrived, since the stage's start.
struct Arrival {
  std::chrono::nanoseconds at{0};
  TimeSource source = TimeSource::user;
  std::uint64_t drain = 0;  ///< all reads from one wake-up until nothing was left have one number
  /// What of the bytes did not come at `at`, came between `earliest` and `at`.
  std::chrono::nanoseconds earliest{0};
  /// Which of the bytes came at `at`: the last one tells when all are there where they are a record of TLS.
  enum class Known : std::uint8_t { all, last, none } known = Known::all;
};

/// How far a response is.
enum class Reading {
  more,       ///< not at its end
  concluded,  ///< the outcome is known; the message's end, which frees the connection, is not there
  ended
};

/// Makes the record of one response, a whole answer or an event stream, from what arrived and when. No
/// socket, no clock: stamps are arguments. record_builder.cpp has its way from the head to the outcome,
/// _stream what events do, _errors what failed answers say, _memory what it holds.
class RecordBuilder {
 public:
  /// `stream`: one was asked for, of up to `expected_tokens`, for which memory is set aside at once: growing
  /// step by step leaves holes of half its size. `body_limit`: bytes of an answer. `memory`: what they are
  /// held in until the outcome is known; null: nobody counts them.
  RecordBuilder(const Dialect& dialect, const Redactor& redactor, bool stream,
                std::size_t expected_tokens = 0, std::uint64_t body_limit = HttpReader::usual_body_limit,
                AnswerMemory* memory = nullptr)
      : redactor_(redactor),
        stream_(stream),
        expected_tokens_(expected_tokens),
        reader_(body_limit),
        answers_(dialect),
        room_(memory) {}

  /// Begins the next response, which fills `record`; it must outlive the response. How an earlier attempt at
  /// it ended, and when it was sent, is forgotten.
  void start(RequestRecord& record);

  /// More bytes. Sets the outcome when it is known, as the next two do. Where the system has no memory for
  /// the answer that is too_large.
  Reading on_bytes(std::string_view bytes, const Arrival& arrival);
  /// The peer ended the connection; `clean`: it said so.
  void on_eof(bool clean);
  /// The connection broke.
  void on_broken(std::string_view reason);
  /// Ends the response with an outcome that is not in its bytes. Not after it is concluded.
  void conclude(Outcome outcome, std::string_view reason);
  /// The system has no memory for it: what it holds goes, and `outcome` is set where none is.
  void on_no_memory(Outcome outcome);

  [[nodiscard]] bool any_byte() const { return record_->first_byte.has_value(); }
  [[nodiscard]] bool concluded() const { return concluded_; }
  /// A stream was asked for, and nothing says yet that the answer is none.
  [[nodiscard]] bool may_become_stream() const { return stream_ && !form_is_known_; }
  /// When the answer last came further: the last event of a stream, the last read of a whole answer.
  [[nodiscard]] std::chrono::nanoseconds progressed_at() const {
    return record_->streamed ? last_event_at_ : last_.at;
  }
  /// What the answer's headers say of the server's limits.
  [[nodiscard]] const RateLimit& rate_limit() const { return reader_.rate_limit(); }
  /// Bytes came behind the answer that nobody asked for.
  [[nodiscard]] bool surplus() const { return reader_.surplus(); }
  /// The connection may carry the next request.
  [[nodiscard]] bool reusable() const { return reader_.keep_alive() && !reader_.surplus(); }

 private:
  static constexpr std::size_t most_of_an_error = 64 * 1024;
  static constexpr std::uint64_t look_each =
      16 * 1024;  // bytes: so much is a part of what a connection takes
  static constexpr std::string_view no_room = "there is no room for it: answers hold as much as they may";

  void on_head(std::chrono::nanoseconds at);
  [[nodiscard]] bool is_form_known(bool at_end);
  void on_whole_answer();
  void on_error_answer();
  void on_error(const ServerError& error);
  Reading read(std::string_view bytes, const Arrival& arrival);
  void decide(Outcome outcome, std::string_view reason);
  void let_go();
  void on_message_end();
  void look_for_room();
  void drop_text();
  [[nodiscard]] std::uint64_t bytes_held() const;
  void on_stream();
  void on_events(bool complete);
  void on_event(const SseEvent& event, bool complete);
  void stamp_event();
  void on_piece();
  void on_done();
  void on_stamps(const AnswerPart& part);
  void on_additions();
  void on_tokens(const Addition& added);
  void bound_arrival(std::size_t begin, std::size_t end);
  void on_stream_end(std::string_view how);
  void succeed();
  [[nodiscard]] std::string last_words() const;
  void end(Outcome outcome, std::string_view reason);  // as decide(), with the last byte that came
  [[nodiscard]] std::string described(std::string_view body) const;

  const Redactor& redactor_;
  const bool stream_;
  const std::size_t expected_tokens_;
  HttpReader reader_;
  SseParser events_;
  AnswerReader answers_;
  Answer answer_;
  RequestRecord* record_ = nullptr;
  Arrival last_;                        // of any bytes
  Arrival first_tokens_, last_tokens_;  // of the first and the last token event
  std::chrono::nanoseconds last_event_at_{0};
  std::vector<std::uint32_t> choice_of_;  // of the events up to the last that is not the first choice's
  std::string beginning_;                 // of a stream, as long as it has no event
  std::string finish_message_;            // what the server says beside a finish reason
  std::string other_event_;               // the data of the last one that is no part of an answer
  AnswerRoom room_;
  std::uint64_t next_look_ = 0;  // for room, at so many bytes of the body
  bool form_is_known_ = false;   // of the body: a stream or a whole answer
  bool any_choice_ = false;
  bool concluded_ = false;
};

}  // namespace llmload::protocol
