#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <llmload/sink.hpp>
#include <memory>
#include <optional>
#include <string>

namespace prometheus {
class Exposer;
}

namespace llmload::cli {

/// `--metrics-port` and `--metrics-address`.
struct MetricsPortOptions {
  std::optional<std::uint16_t> port;  ///< empty: nothing is served; 0: a free one
  std::string address = "127.0.0.1";

  void add_to(CLI::App& command);
};

class LiveMetrics;

/// Serves what its sink is told of a run at /metrics, in Prometheus' text format, on threads of its own,
/// until it ends. Says on standard error where.
class MetricsPort {
 public:
  /// Throws InputError for what is no IP address, and where it can't listen there.
  MetricsPort(const std::string& address, std::uint16_t port);
  ~MetricsPort();
  MetricsPort(const MetricsPort&) = delete;
  MetricsPort& operator=(const MetricsPort&) = delete;

  [[nodiscard]] Sink& sink();

 private:
  const std::shared_ptr<LiveMetrics> numbers_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

}  // namespace llmload::cli
