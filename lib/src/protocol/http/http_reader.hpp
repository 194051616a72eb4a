#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/answer/short_strings.hpp"
#include "protocol/http/chunk_reader.hpp"
#include "protocol/http/rate_limit.hpp"

namespace llmload::protocol {

/// What is wanted of a response's head. Numbers and flags are those of a whole one.
struct HttpFields {
  int status = 0;
  bool has_body = false, keep_alive = false, chunked = false;
  bool chunked_otherwise = false;  ///< the transfer-encoding is more than one "chunked"
  std::optional<std::uint64_t> content_length;
  std::string request_id;  ///< x-request-id, else apim-request-id or request-id
  std::string location, content_type, content_encoding;
  RateLimit rate_limit;

  void clear();  ///< their memory serves the next head
};

/// Reads one HTTP/1 response from bytes as they arrive; interim (1xx) responses are skipped. What curl, Go
/// and Python read is read. No socket, no clock. Used for one response after the other: start() begins the
/// next.
class HttpReader {
 public:
  static constexpr std::size_t header_limit =
      64 * 1024;  ///< bytes of a head, with those of interim responses
  static constexpr std::uint64_t usual_body_limit = 64 * 1024 * 1024;

  /// `body_limit`: bytes of a body, dropped ones, too.
  explicit HttpReader(std::uint64_t body_limit = usual_body_limit) : body_limit_(body_limit) {}
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
  /// From now on the body, which is JSON, has the begins of its strings alone: what came and what comes.
  void shorten_strings();
  /// Gives back what the body holds; it is not read any more.
  void let_go();
  [[nodiscard]] std::size_t held() const { return body_.capacity(); }  ///< bytes
  [[nodiscard]] std::uint64_t body_bytes() const;                      ///< read so far, dropped or not
  [[nodiscard]] const std::string& request_id() const;                 ///< as HttpFields has it
  [[nodiscard]] const RateLimit& rate_limit() const;
  [[nodiscard]] const std::string& content_type() const;
  [[nodiscard]] const std::string& content_encoding() const;
  [[nodiscard]] const std::string& location() const;
  [[nodiscard]] const std::string& error() const;

 private:
  State read_head(std::string_view bytes);
  std::string parse_head(std::string_view bytes);
  State begin_body(std::string_view bytes);
  State read_body(std::string_view bytes);
  State read_chunks(std::string_view bytes);
  bool append(std::string_view bytes);
  void grow(std::size_t bytes);
  State fail(State state, std::string error);

  enum class Length : std::uint8_t { none, known, chunked, to_the_end };

  const std::uint64_t body_limit_;
  HttpFields fields_;
  State state_ = State::head;
  std::string rest_;            // part of a head; or what came behind the end
  std::size_t head_bytes_ = 0;  // of the interim heads before it
  std::string error_;
  std::string body_;
  std::optional<ShortStrings> short_strings_;
  std::uint64_t body_bytes_ = 0;
  Length length_ = Length::none;
  std::uint64_t left_ = 0;  // of a body of known length
  ChunkReader chunks_;
  bool trusted_ = true;  // the connection's bytes can mean one thing alone
};

}  // namespace llmload::protocol
