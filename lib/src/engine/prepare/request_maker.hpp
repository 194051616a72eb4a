#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "engine/prepare/prepared_request.hpp"
#include "engine/prepare/prompt_counter.hpp"
#include "engine/prepare/turn_maker.hpp"
#include "llmload/plan.hpp"
#include "protocol/http/request_writer.hpp"
#include "protocol/secrets/redactor.hpp"

namespace llmload::engine {

/// Makes a plan's requests: each once, and equal ones that are of no conversation share one. Used by one
/// thread.
class RequestMaker {
 public:
  /// Both must outlive it.
  RequestMaker(const Plan& plan, const protocol::RequestWriter& writer)
      : plan_(plan),
        writer_(writer),
        redactor_(plan),
        counter_(plan),
        turns_(plan, writer, redactor_, counter_) {}

  /// Request `index` of `stage`, which is the run's number `number`, and whether it takes memory that no
  /// other one has taken. Throws what the plan's source throws, InputError where that gives nothing, and what
  /// the tokenizer throws where a quota needs its counts.
  std::pair<PreparedPtr, bool> make(const Stage& stage, std::size_t number, std::uint64_t index);

  /// The turn of the same conversation that is behind `before`, which is not its last. Throws likewise.
  PreparedPtr next_turn(const Stage& stage, std::size_t number, std::uint64_t index,
                        const PreparedRequest& before, const ReceivedAnswer& answer);

  /// What the tokenizer threw first, where no quota needs its counts. Empties it.
  std::exception_ptr take_uncounted() { return counter_.take_uncounted(); }

 private:
  using SpecPtr = std::shared_ptr<const RequestSpec>;
  /// What one spec's requests may differ by: bodies for endpoints with the same questions are the same.
  struct Variant {
    unsigned max_tokens = 0, model = 0;
    std::pair<bool, protocol::ExactLength> questions = {};

    auto operator<=>(const Variant&) const = default;  // NOLINT(modernize-use-nullptr): it is none
  };
  struct Made {
    SpecPtr spec;
    Variant variant;
    PreparedPtr request;
  };

  [[nodiscard]] PreparedPtr known(const Made& wanted) const;
  void keep(const Made& made);

  const Plan& plan_;
  const protocol::RequestWriter& writer_;
  const protocol::Redactor redactor_;
  PromptCounter counter_;
  TurnMaker turns_;
  Made last_;
  // Of specs that the source keeps, and may give again.
  std::map<std::pair<const RequestSpec*, Variant>, Made> kept_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace llmload::engine
