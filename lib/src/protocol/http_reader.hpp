#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "protocol/rate_limit.hpp"

namespace llmload::protocol {

/// Reads one HTTP/1 response from bytes as they arrive; interim (1xx) responses are skipped.
/// No socket, no clock. Used for one response after the other: start() begins the next.
class HttpReader {
 public:
  static constexpr std::size_t header_limit = 64 * 1024;
  static constexpr std::uint64_t usual_body_limit = 64 * 1024 * 1024;

  /// `body_limit`: bytes of a body, dropped ones, too.
  explicit HttpReader(std::uint64_t body_limit = usual_body_limit);
  ~HttpReader();
  HttpReader(const HttpReader&) = delete;
  HttpReader& operator=(const HttpReader&) = delete;

  void start();

  enum class State {
    head,       ///< the header is not complete
    body,       ///< the body is not complete
    done,       ///< the message is complete
    malformed,  ///< not HTTP; error() says what is wrong
    too_large   ///< the header or the body is beyond its limit
  };

  /// Takes bytes in the order of their arrival, at any split. Bytes after the end are kept apart: see
  /// surplus().
  State put(std::string_view bytes);
  /// The connection has ended: completes a body that ends with it. Otherwise the state says what was missing.
  State put_eof();

  [[nodiscard]] State state() const;
  [[nodiscard]] int status() const;  ///< 0 until the header is complete
  /// The connection may carry another request. Only of a message that is done.
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool surplus() const;  ///< bytes came after the end, so the connection can't be trusted
  /// The body, but for what was dropped.
  [[nodiscard]] const std::string& body() const;
  /// Drops the body read so far: a stream is read as it comes.
  void drop_body();
  [[nodiscard]] std::uint64_t body_bytes() const;       ///< read so far, dropped or not
  [[nodiscard]] const std::string& request_id() const;  ///< x-request-id, or apim-request-id
  [[nodiscard]] const RateLimit& rate_limit() const;
  [[nodiscard]] const std::string& content_type() const;
  [[nodiscard]] const std::string& location() const;
  [[nodiscard]] const std::string& error() const;

 private:
  class Message;
  State parse(std::string_view bytes);

  const std::uint64_t body_limit_;
  std::unique_ptr<Message> message_;
  State state_ = State::head;
  std::string rest_;  // what the parser could not take yet: part of a line
  std::string error_;
};

}  // namespace llmload::protocol
