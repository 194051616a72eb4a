#include "protocol/http/http_reader.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/optional.hpp>
#include <utility>

#include "protocol/http/http_head.hpp"
#include "text/clear.hpp"
#include "text/lower.hpp"

namespace llmload::protocol {

namespace http = boost::beast::http;
using boost::system::error_code;
using View = boost::beast::string_view;

namespace {

constexpr std::uint64_t most_reserved = 64 * 1024;  // of what a content-length promises, before it has come
constexpr std::string_view version_begin = "HTTP/";

std::string text_of(http::error error) { return http::make_error_code(error).message(); }

/// Beast's parser of one head. Bodies are read without it: it takes no chunks as some servers write them.
class HeadParser : public http::basic_parser<false> {
 public:
  /// Puts what we want of it into `fields`, which are as made.
  explicit HeadParser(HttpFields& fields) : fields_(fields) {
    header_limit(2 * HttpReader::header_limit);  // ours is of the bytes that came
    body_limit(boost::none);                     // likewise
  }

  /// What is wrong with `text`, a head or its first line; empty: nothing.
  std::string parse(std::string_view text) {
    error_code ec;
    put(boost::asio::buffer(text.data(), text.size()), ec);
    return ec && ec != http::error::need_more ? ec.message() : "";
  }
  /// Likewise of a whole head.
  std::string parse_all(std::string_view head) {
    std::string wrong = parse(head);
    if (!wrong.empty()) return wrong;
    if (!is_header_done()) return text_of(http::error::partial_message);
    fields_.status = status_;
    fields_.has_body = !is_done();
    fields_.keep_alive = keep_alive();
    fields_.chunked = chunked();
    if (const auto length = content_length()) fields_.content_length = *length;
    return "";
  }

 private:
  void on_request_impl(http::verb, View, View, int, error_code&) override {}
  void on_response_impl(int code, View, int, error_code& ec) override {
    status_ = code;
    if (code < 100) ec = http::error::bad_status;
  }
  void on_field_impl(http::field name, View name_text, View value, error_code&) override {
    const std::string_view name_is(name_text.data(), name_text.size()), text(value.data(), value.size());
    if (name == http::field::location) fields_.location = text;
    if (name == http::field::content_type) fields_.content_type = text;
    if (name == http::field::content_encoding) fields_.content_encoding = text;
    if (name == http::field::transfer_encoding)
      fields_.chunked_otherwise = ++transfer_encodings_ > 1 || text != "chunked";
    if (fields_.rate_limit.take(name_is, text)) return;
    const bool is_other_id =
        text::iequals(name_is, "apim-request-id") || text::iequals(name_is, "request-id");
    const bool is_id = text::iequals(name_is, "x-request-id") || (fields_.request_id.empty() && is_other_id);
    if (is_id) fields_.request_id = text;
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(View text, error_code&) override { return text.size(); }
  void on_chunk_header_impl(std::uint64_t, View, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View text, error_code&) override { return text.size(); }
  void on_finish_impl(error_code&) override {}

  HttpFields& fields_;
  int status_ = 0;
  unsigned transfer_encodings_ = 0;
};

}  // namespace

void HttpFields::clear() {
  for (std::string* text : {&request_id, &location, &content_type, &content_encoding})
    text::clear_and_shrink(*text);
  status = 0;
  has_body = keep_alive = chunked = chunked_otherwise = false;
  content_length.reset();
  rate_limit = {};
}

void HttpReader::start() {
  fields_.clear();
  text::clear_and_shrink(body_);  // its memory serves the next answer
  short_strings_.reset();
  state_ = State::head;
  std::string().swap(rest_);  // part of a long header, perhaps
  error_.clear();
  body_bytes_ = left_ = 0;
  head_bytes_ = 0;
  length_ = Length::none;
  chunks_.start();
  trusted_ = true;
}

HttpReader::State HttpReader::fail(State state, std::string error) {
  error_ = std::move(error);
  return state_ = state;
}

HttpReader::State HttpReader::put(std::string_view bytes) {
  if (bytes.empty()) return state_;
  if (state_ == State::body) return read_body(bytes);
  if (state_ != State::head) {
    rest_.append(bytes);
    return state_;
  }
  if (rest_.empty()) return read_head(bytes);
  const std::string joined = std::move(rest_).append(bytes);
  rest_.clear();
  return read_head(joined);
}

HttpReader::State HttpReader::read_head(std::string_view bytes) {
  for (;;) {
    const auto size = HttpHead::size_in(bytes);
    if (head_bytes_ + size.value_or(bytes.size()) > header_limit)
      return fail(State::too_large, text_of(http::error::header_limit));
    if (!size) break;
    std::string wrong = parse_head(bytes.substr(0, *size));
    if (!wrong.empty()) return fail(State::malformed, std::move(wrong));
    bytes.remove_prefix(*size);
    if (fields_.status >= 200) return begin_body(bytes);
    fields_.clear();  // an interim response: the real one follows
    head_bytes_ += *size;
  }
  // What can't become a head is told at once: its end may never come.
  const auto line_end = bytes.find('\n');
  if (!bytes.starts_with(version_begin.substr(0, bytes.size())))
    return fail(State::malformed, text_of(http::error::bad_version));
  if (line_end != std::string_view::npos) {
    std::string_view line = bytes.substr(0, line_end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    HttpFields none;
    std::string wrong = HeadParser(none).parse(plain_status_line(line) + "\r\n");
    if (!wrong.empty()) return fail(State::malformed, std::move(wrong));
  }
  rest_ = bytes;
  return state_;
}

/// What is wrong with it; empty: nothing.
std::string HttpReader::parse_head(std::string_view bytes) {
  if (HeadParser(fields_).parse_all(bytes).empty() && !fields_.chunked_otherwise) return "";
  const HttpHead head(bytes);
  if (head.is_chunked_twice()) return "it is chunked twice (transfer-encoding)";
  trusted_ = !head.has_two_lengths();
  fields_.clear();
  return HeadParser(fields_).parse_all(head.text());
}

HttpReader::State HttpReader::begin_body(std::string_view bytes) {
  state_ = State::body;
  if (!fields_.has_body) {
    length_ = Length::none;
  } else if (fields_.chunked) {
    length_ = Length::chunked;
  } else if (fields_.content_length) {
    length_ = Length::known;
    left_ = *fields_.content_length;
    if (left_ > body_limit_) return fail(State::too_large, text_of(http::error::body_limit));
    body_.reserve(static_cast<std::size_t>(std::min(left_, most_reserved)));
  } else {
    length_ = Length::to_the_end;
  }
  return read_body(bytes);
}

HttpReader::State HttpReader::read_body(std::string_view bytes) {
  if (length_ == Length::chunked) return read_chunks(bytes);
  std::uint64_t size = bytes.size();
  if (length_ == Length::none) size = 0;
  if (length_ == Length::known) size = std::min(size, left_);
  if (!append(bytes.substr(0, static_cast<std::size_t>(size)))) return state_;
  left_ -= length_ == Length::known ? size : 0;
  if (length_ == Length::to_the_end || left_ > 0) return state_;
  rest_ = bytes.substr(static_cast<std::size_t>(size));
  return state_ = State::done;
}

HttpReader::State HttpReader::read_chunks(std::string_view bytes) {
  for (;;) {
    switch (chunks_.take(bytes)) {
      case ChunkReader::State::more: return state_;
      case ChunkReader::State::data:
        if (!append(chunks_.data())) return state_;
        break;
      case ChunkReader::State::done: rest_ = bytes; return state_ = State::done;
      case ChunkReader::State::bad: return fail(State::malformed, text_of(http::error::bad_chunk));
      case ChunkReader::State::too_large:
        return fail(State::too_large, "a chunk's size, or the trailer, has no end");
    }
  }
}

bool HttpReader::append(std::string_view bytes) {
  if (body_bytes_ + bytes.size() > body_limit_) {
    fail(State::too_large, text_of(http::error::body_limit));
    return false;
  }
  body_bytes_ += bytes.size();
  if (short_strings_) {
    short_strings_->add(bytes, body_);
    return true;
  }
  grow(bytes.size());
  body_ += bytes;
  return true;
}

/// By itself a string takes twice as much as it had: of a known length no more than that.
void HttpReader::grow(std::size_t bytes) {
  if (length_ != Length::known || body_.size() + bytes <= body_.capacity()) return;
  body_.reserve(static_cast<std::size_t>(
      std::clamp<std::uint64_t>(2 * body_.capacity(), body_.size() + bytes, body_.size() + left_)));
}

void HttpReader::shorten_strings() {
  if (short_strings_) return;
  std::string kept;
  short_strings_.emplace().add(body_, kept);
  body_ = std::move(kept);
}

void HttpReader::let_go() { text::clear_and_shrink(body_); }

HttpReader::State HttpReader::put_eof() {
  if (state_ == State::body && length_ == Length::to_the_end) state_ = State::done;
  return state_;
}

HttpReader::State HttpReader::state() const { return state_; }
int HttpReader::status() const { return fields_.status; }
bool HttpReader::keep_alive() const { return state_ == State::done && trusted_ && fields_.keep_alive; }
bool HttpReader::surplus() const { return state_ == State::done && !rest_.empty(); }
const std::string& HttpReader::body() const { return body_; }
void HttpReader::drop_body() { body_.clear(); }
std::uint64_t HttpReader::body_bytes() const { return body_bytes_; }
const RateLimit& HttpReader::rate_limit() const { return fields_.rate_limit; }
const std::string& HttpReader::content_type() const { return fields_.content_type; }
const std::string& HttpReader::content_encoding() const { return fields_.content_encoding; }
const std::string& HttpReader::request_id() const { return fields_.request_id; }
const std::string& HttpReader::location() const { return fields_.location; }
const std::string& HttpReader::error() const { return error_; }

}  // namespace llmload::protocol
