#include "metrics_port.hpp"

#include <arpa/inet.h>
#include <prometheus/exposer.h>

#include <exception>
#include <llmload/error.hpp>

#include "live_metrics.hpp"
#include "terminal.hpp"

namespace llmload::cli {
namespace {

/// As it stands before a port. The server that takes it would read more than an address, as several, or
/// options.
std::string host_of(const std::string& address) {
  in6_addr parsed{};
  if (::inet_pton(AF_INET, address.c_str(), &parsed) == 1) return address;
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) == 1) return '[' + address + ']';
  throw InputError("--metrics-address: \"" + address + "\" is no IP address");
}

}  // namespace

void MetricsPortOptions::add_to(CLI::App& command) {
  command.add_option(
      "--metrics-port", port,
      "Serve the run's metrics to Prometheus at this port, at /metrics; 0: a free one, which is told "
      "(docs/live.md)");
  command.add_option("--metrics-address", address, "The address of that port (default: 127.0.0.1)");
}

MetricsPort::MetricsPort(const std::string& address, std::uint16_t port)
    : numbers_(std::make_shared<LiveMetrics>()) {
  const std::string host = host_of(address);
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(host + ':' + std::to_string(port));
  } catch (const std::exception&) {  // whose text says nothing
    throw InputError("--metrics-port: cannot listen on " + host + ':' + std::to_string(port) +
                     "; is another program there?");
  }
  exposer_->RegisterCollectable(numbers_);
  tell("metrics: http://" + host + ':' + std::to_string(exposer_->GetListeningPorts().front()) + "/metrics");
}

MetricsPort::~MetricsPort() = default;

Sink& MetricsPort::sink() { return *numbers_; }

}  // namespace llmload::cli
