#include "metrics/server/server_fold.hpp"

#include <algorithm>
#include <cmath>

namespace llmload::metrics {
namespace {

/// In whole millionths, which a records file can give back as they were.
double rounded(double value) { return std::round(value * 1e6) / 1e6; }

bool is_count(ServerValue value) {
  return value == ServerValue::prefix_queries || value == ServerValue::prefix_hits ||
         value == ServerValue::preemptions;
}

}  // namespace

void ServerFold::begin(const std::optional<ServerReading>& before) {
  *this = {};
  before_ = before;
  look(before);
}

/// Of any kind.
void ServerFold::look(const std::optional<ServerReading>& reading) {
  ++looks_;
  if (!reading) {
    ++failed_;
    return;
  }
  for (std::size_t i = 0; last_ && i < server_value_count; ++i) {
    const auto value = static_cast<ServerValue>(i);
    const auto &was = (*last_)[value], &is = (*reading)[value];
    if (is_count(value) && was && is && *is < *was) fell_[i] = true;
  }
  last_ = reading;
}

void ServerFold::add(const std::optional<ServerReading>& during) {
  look(during);
  for (std::size_t i = 0; during && i < server_value_count; ++i) {
    const auto& value = (*during)[static_cast<ServerValue>(i)];
    if (!value) continue;
    ++levels_[i].looks;
    levels_[i].sum += *value;
    levels_[i].most = std::max(levels_[i].most, *value);
  }
}

std::optional<ServerLevel> ServerFold::level(ServerValue value) const {
  const Level& of = levels_[static_cast<std::size_t>(value)];
  if (of.looks == 0) return std::nullopt;
  return ServerLevel{rounded(of.sum / static_cast<double>(of.looks)), rounded(of.most)};
}

std::optional<std::uint64_t> ServerFold::grown(ServerValue value) const {
  const auto &from = (*before_)[value], &to = (*last_)[value];
  if (!from || !to || fell_[static_cast<std::size_t>(value)]) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(*to - *from));
}

std::optional<ServerMetrics> ServerFold::end(const std::optional<ServerReading>& behind) {
  look(behind);
  if (failed_ == looks_) return std::nullopt;
  ServerMetrics server;
  server.scrapes = looks_;
  server.failed = failed_;
  server.running = level(ServerValue::running);
  server.queued = level(ServerValue::queued);
  server.kv_cache_share = level(ServerValue::kv_cache);
  if (const auto said = level(ServerValue::prefix_share)) server.prefix_hit_share = said->mean;
  if (!before_ || !behind) return server;
  server.prefix_queries = grown(ServerValue::prefix_queries);
  server.prefix_hits = grown(ServerValue::prefix_hits);
  server.preemptions = grown(ServerValue::preemptions);
  if (server.prefix_queries && server.prefix_hits && *server.prefix_queries > 0 &&
      *server.prefix_hits <= *server.prefix_queries) {
    server.prefix_hit_share =
        rounded(static_cast<double>(*server.prefix_hits) / static_cast<double>(*server.prefix_queries));
  }
  return server;
}

}  // namespace llmload::metrics
