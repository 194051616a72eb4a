#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "llmload/plan.hpp"
#include "protocol/http/exact_length.hpp"
#include "protocol/target/auth.hpp"

namespace llmload::protocol {

/// What a request's body depends on, beside its spec.
struct BodyChoice {
  unsigned max_tokens = 0;
  std::size_t endpoint = 0;
  unsigned model = 0;  ///< place in Plan::models
};

/// Writes a plan's requests. Const and thread-safe.
class RequestWriter {
 public:
  /// Throws InputError for what would break the requests: control characters in a header, an extra_body that
  /// is no JSON object or has two lengths, no dialect; and what the dialect throws. The plan must outlive the
  /// writer.
  explicit RequestWriter(const Plan& plan);

  using Headers = decltype(RequestSpec::headers);

  /// The JSON payload for `spec`. Throws what the dialect throws, and InputError where an extra_body, or the
  /// spec's own body, can't be merged into what it gives.
  [[nodiscard]] std::string body(const RequestSpec& spec, const BodyChoice& choice) const;
  /// The HTTP/1.1 head of a request to endpoint number `endpoint` with a body of `body_size` bytes, with
  /// `key`. `headers`: its own, in place of the plan's and ours of the same names.
  [[nodiscard]] std::string head(std::size_t endpoint, std::size_t body_size, const std::string& key,
                                 const Headers& headers = {}) const;

  /// A GET of the endpoint's own URL, with `key`: which no API answers with a text, but each server answers.
  /// `target`: another one there.
  [[nodiscard]] std::string get(std::size_t endpoint, const std::string& key,
                                std::string_view target = {}) const;

  /// Endpoints are asked for something that they may refuse: before the run one request finds out.
  [[nodiscard]] bool has_questions() const { return asks_for_usage_ || plan_.exact_output; }
  /// What endpoint number `endpoint` is asked for: bodies for those with the same one are the same.
  [[nodiscard]] std::pair<bool, ExactLength> questions(std::size_t endpoint) const {
    return {asks_for_usage(endpoint), exact_[endpoint]};
  }
  [[nodiscard]] ExactLength exact_length(std::size_t endpoint) const { return exact_[endpoint]; }
  /// This endpoint does not take that way: from now on it is asked in the next weaker one. Before requests
  /// are written by several threads.
  void weaken_exact_length(std::size_t endpoint) { exact_[endpoint] = weaker(exact_[endpoint]); }

  /// Streams are asked for their `usage`, and it is we who say so: extra_body does not.
  [[nodiscard]] bool asks_for_usage() const { return asks_for_usage_; }
  [[nodiscard]] bool asks_for_usage(std::size_t endpoint) const {
    return asks_for_usage_ && !without_usage_[endpoint];
  }
  /// The server's `error` is about that question.
  [[nodiscard]] bool is_about_usage(std::string_view error) const;
  /// This endpoint does not take the question. Before requests are written by several threads.
  void leave_usage_out(std::size_t endpoint) { without_usage_[endpoint] = true; }

 private:
  [[nodiscard]] std::string merged(std::string_view body, const RequestSpec& spec,
                                   const BodyChoice& choice) const;

  const Plan& plan_;
  const Dialect& dialect_;
  boost::json::value extra_body_;  // the plan's, in the dialect's words; null: none
  bool asks_for_usage_;
  std::vector<bool> without_usage_;  // per endpoint
  std::vector<ExactLength> exact_;   // per endpoint
  bool own_authorization_;           // an extra header is it
  std::vector<AuthLine> auth_;       // per endpoint
  std::vector<std::string> heads_;   // per endpoint, up to the key
  std::string tail_;                 // behind it, up to the content length
};

}  // namespace llmload::protocol
