#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "llmload/plan.hpp"
#include "protocol/http/request_writer.hpp"
#include "protocol/secrets/redactor.hpp"
#include "workload/prompt_tokens.hpp"

namespace llmload::engine {

/// All of a request but its head, which has the key: that may be renewed until it is sent.
struct PreparedRequest {
  std::string body;
  unsigned max_tokens = 0;
  protocol::RequestWriter::Headers headers;  ///< its own
  std::string label;
  workload::PromptTokens tokens;
  std::uint64_t charged_tokens = 0;  ///< by the quota, if there is one, beside max_tokens
};
using PreparedPtr = std::shared_ptr<const PreparedRequest>;

/// Makes a plan's requests: each once, and equal ones share one. Used by one thread.
class RequestMaker {
 public:
  /// Both must outlive it.
  RequestMaker(const Plan& plan, const protocol::RequestWriter& writer)
      : plan_(plan), writer_(writer), redactor_(plan) {}

  /// Request `index` of `stage`, which is the run's number `number`, and whether it takes memory that no
  /// other one has taken. Throws what the plan's source throws, InputError where that gives nothing, and what
  /// the tokenizer throws where a quota needs its counts.
  std::pair<PreparedPtr, bool> make(const Stage& stage, std::size_t number, std::uint64_t index);

  /// What the tokenizer threw first, where no quota needs its counts. Empties it.
  std::exception_ptr take_uncounted() { return std::exchange(uncounted_, nullptr); }

 private:
  using SpecPtr = std::shared_ptr<const RequestSpec>;
  using Questions = std::pair<bool, protocol::ExactLength>;
  struct Made {
    SpecPtr spec;
    unsigned max_tokens = 0;
    Questions questions = {};
    PreparedPtr request;
  };

  [[nodiscard]] PreparedPtr known(const Made& wanted) const;
  void keep(const Made& made);
  workload::PromptTokens count(const RequestSpec& spec);

  const Plan& plan_;
  const protocol::RequestWriter& writer_;
  const protocol::Redactor redactor_;
  Made last_;
  // Of specs that the source keeps, and may give again.
  std::map<std::tuple<const RequestSpec*, unsigned, Questions>, Made> kept_;
  std::size_t kept_bytes_ = 0;
  std::optional<std::optional<std::uint64_t>> system_tokens_;  // once they are counted
  std::exception_ptr uncounted_;
};

}  // namespace llmload::engine
