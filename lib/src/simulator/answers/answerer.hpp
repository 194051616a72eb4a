#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/answers/metrics_page.hpp"
#include "simulator/answers/prefix_cache.hpp"
#include "simulator/answers/stream_answer.hpp"
#include "simulator/counts.hpp"
#include "simulator/faults/fault_draw.hpp"
#include "simulator/quota.hpp"

namespace llmload::simulator {

/// Answers the requests of all connections, one after the other on each.
class Answerer {
 public:
  /// `truth` may be null. All must outlive it.
  Answerer(const SimulatorOptions& options, const boost::asio::any_io_executor& executor, Counts& counts,
           TruthFile* truth, std::function<void()> restart);

  /// `kept`: the connection has had an answer before. False: the client has gone, or a fault is that the
  /// connection closes.
  boost::asio::awaitable<bool> answer(ClientConnection& connection, const Request& request, bool kept);

  /// The first exception of a function of the options; null: there was none.
  [[nodiscard]] const std::exception_ptr& thrown() const { return thrown_; }

 private:
  boost::asio::awaitable<bool> misbehave(Fault fault, const Exchange& exchange);
  boost::asio::awaitable<void> tire(const Exchange& exchange);
  [[nodiscard]] std::string own_metrics() const;
  /// As the prefix cache sees it, which has the prompt from then on.
  PromptTokens read_prompt(std::string_view prompt);
  /// Empty: the request is within the quota, and has been charged. Else the answer that says it is not.
  std::string refusal(const Question& question, std::string& fields, net::Time now);
  boost::asio::awaitable<bool> good(const Exchange& exchange);
  boost::asio::awaitable<bool> whole(const Exchange& exchange, std::optional<net::Time>& due);
  boost::asio::awaitable<bool> stream(const Exchange& exchange, std::optional<TruthLine>& truth);

  const SimulatorOptions& options_;
  const std::vector<std::shared_ptr<const SimulatedDialect>> dialects_;
  OutputText text_;
  const std::unique_ptr<LatencyModel> latency_;
  TruthFile* const truth_;
  const AnswerSource source_;
  Quota quota_;
  std::optional<PrefixCache> prefix_cache_;
  PageCounts page_counts_;
  Counts& counts_;
  FaultDraw faults_;
  const std::function<void()> restart_;
  std::uint64_t answers_ = 0;
  std::exception_ptr thrown_;
};

}  // namespace llmload::simulator
