#pragma once

#include <cstdint>
#include <string_view>

#include "llmload/request_record.hpp"
#include "protocol/http_reader.hpp"
#include "protocol/redactor.hpp"

namespace llmload::protocol {

/// Makes the record of one response from what arrived and when. No socket, no clock: stamps are arguments, in
/// nanoseconds since the stage's start.
class RecordBuilder {
 public:
  explicit RecordBuilder(const Redactor& redactor) : redactor_(redactor) {}

  /// Begins the next response, which fills `record`; it must outlive the response.
  void start(RequestRecord& record);

  /// Bytes that arrived at `at`. True when the response has ended, well or not: the outcome is set then.
  bool on_bytes(std::string_view bytes, std::int64_t at, TimeSource source);
  /// The peer ended the connection; `clean`: it said so. Sets the outcome.
  void on_eof(bool clean);
  /// Ends the response with an outcome that is not in its bytes.
  void fail(Outcome outcome, std::string_view reason);

  [[nodiscard]] bool any_byte() const { return record_->first_byte.has_value(); }
  /// The connection may carry the next request.
  [[nodiscard]] bool reusable() const { return reader_.keep_alive() && !reader_.surplus(); }

 private:
  void finish();
  void classify_success();
  void classify_error();

  const Redactor& redactor_;
  HttpReader reader_;
  RequestRecord* record_ = nullptr;
  std::int64_t last_arrival_ = 0;
};

}  // namespace llmload::protocol
