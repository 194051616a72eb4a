#include "protocol/http_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <utility>

#include "text/clear.hpp"

namespace llmload::protocol {

namespace http = boost::beast::http;
using boost::system::error_code;
using View = boost::beast::string_view;

constexpr std::uint64_t most_reserved = 64 * 1024;  // of what a content-length promises, before it has come

/// Beast's parser, fed by hand, that keeps what we want of the message.
class HttpReader::Message : public http::basic_parser<false> {
 public:
  Message(std::string body_buffer, std::uint64_t most) : body(std::move(body_buffer)), most_bytes(most) {
    text::clear_and_shrink(body);
    eager(true);
    header_limit(HttpReader::header_limit);
    body_limit(boost::none);  // our own limit: theirs ends the parse without telling header from body
  }

  int status = 0;
  std::uint64_t body_bytes = 0;
  std::string body, request_id, location, content_type;
  RateLimit rate_limit;
  const std::uint64_t most_bytes;

 private:
  void on_request_impl(http::verb, View, View, int, error_code&) override {}
  void on_response_impl(int code, View, int, error_code& ec) override {
    status = code;
    if (code < 100) ec = http::error::bad_status;
  }
  void on_field_impl(http::field name, View name_text, View value, error_code&) override {
    if (name == http::field::location) location = std::string(value);
    if (name == http::field::content_type) content_type = std::string(value);
    if (rate_limit.take({name_text.data(), name_text.size()}, {value.data(), value.size()})) return;
    if (boost::beast::iequals(name_text, "x-request-id") ||
        (request_id.empty() && boost::beast::iequals(name_text, "apim-request-id"))) {
      request_id = std::string(value);
    }
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override {
    if (!length) return;
    if (*length > most_bytes)
      ec = http::error::body_limit;
    else
      body.reserve(std::min<std::uint64_t>(*length, most_reserved));
  }
  std::size_t on_body_impl(View text, error_code& ec) override { return append(text, ec); }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View text, error_code& ec) override {
    return append(text, ec);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t append(View text, error_code& ec) {
    if (body_bytes + text.size() > most_bytes) {
      ec = http::error::body_limit;
      return 0;
    }
    body.append(text.data(), text.size());
    body_bytes += text.size();
    return text.size();
  }
};

HttpReader::HttpReader(std::uint64_t body_limit)
    : body_limit_(body_limit), message_(std::make_unique<Message>("", body_limit)) {}
HttpReader::~HttpReader() = default;

void HttpReader::start() {
  message_ =
      std::make_unique<Message>(std::move(message_->body), body_limit_);  // its memory serves the next answer
  state_ = State::head;
  std::string().swap(rest_);  // part of a long header, perhaps
  error_.clear();
}

HttpReader::State HttpReader::put(std::string_view bytes) {
  if (bytes.empty()) return state_;
  if (state_ != State::head && state_ != State::body) {
    rest_.append(bytes);
    return state_;
  }
  if (rest_.empty()) return parse(bytes);
  if (state_ == State::body && rest_ == "0\r\n" && bytes.size() == 1) {
    rest_.append(bytes);  // Beast asserts that behind the last chunk's size the empty line comes as one
    return state_;
  }
  const std::string joined = std::move(rest_).append(bytes);
  rest_.clear();
  return parse(joined);
}

HttpReader::State HttpReader::parse(std::string_view bytes) {
  while (!bytes.empty()) {
    error_code ec;
    const auto taken = message_->put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
    bytes.remove_prefix(taken);
    if (ec == http::error::need_more) break;
    if (ec) {
      const bool large = ec == http::error::body_limit || ec == http::error::header_limit;
      error_ = ec.message();
      return state_ = large ? State::too_large : State::malformed;
    }
    if (!message_->is_done()) {
      if (taken == 0) break;
      continue;
    }
    if (message_->status >= 200) {
      state_ = State::done;
      break;
    }
    message_ = std::make_unique<Message>("", body_limit_);  // an interim response: the real one follows
  }
  rest_ = bytes;
  if (state_ == State::head && message_->is_header_done()) state_ = State::body;
  if (state_ == State::body && rest_.size() > header_limit) {  // Beast limits neither
    error_ = "a chunk's size, or the trailer, has no end";
    return state_ = State::too_large;
  }
  return state_;
}

HttpReader::State HttpReader::put_eof() {
  if (state_ != State::body) return state_;
  error_code ec;
  message_->put_eof(ec);
  if (!ec && message_->is_done()) state_ = State::done;
  return state_;
}

HttpReader::State HttpReader::state() const { return state_; }
int HttpReader::status() const { return message_->is_header_done() ? message_->status : 0; }
bool HttpReader::keep_alive() const { return state_ == State::done && message_->keep_alive(); }
bool HttpReader::surplus() const { return state_ == State::done && !rest_.empty(); }
const std::string& HttpReader::body() const { return message_->body; }
void HttpReader::drop_body() { message_->body.clear(); }
std::uint64_t HttpReader::body_bytes() const { return message_->body_bytes; }
const RateLimit& HttpReader::rate_limit() const { return message_->rate_limit; }
const std::string& HttpReader::content_type() const { return message_->content_type; }
const std::string& HttpReader::request_id() const { return message_->request_id; }
const std::string& HttpReader::location() const { return message_->location; }
const std::string& HttpReader::error() const { return error_; }

}  // namespace llmload::protocol
