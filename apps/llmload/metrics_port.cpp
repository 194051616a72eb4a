#include "metrics_port.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
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

/// Why nobody can listen there; "" where one can. The server that takes the port says no reason.
std::string reason_against(const std::string& address, std::uint16_t port) {
  sockaddr_in6 six{};
  sockaddr_in four{};
  const bool is_four = ::inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1;
  four.sin_family = AF_INET;
  four.sin_port = htons(port);
  six.sin6_family = AF_INET6;
  six.sin6_port = htons(port);
  if (!is_four) (void)::inet_pton(AF_INET6, address.c_str(), &six.sin6_addr);
  const int fd = ::socket(is_four ? AF_INET : AF_INET6, SOCK_STREAM, 0);
  const int yes = 1;
  (void)::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);  // as the server does
  const auto* const any = is_four ? static_cast<const void*>(&four) : &six;
  const socklen_t size = is_four ? sizeof four : sizeof six;
  const bool good =
      fd >= 0 && ::bind(fd, static_cast<const sockaddr*>(any), size) == 0 && ::listen(fd, 1) == 0;
  std::string reason = good ? "" : std::strerror(errno);
  if (fd >= 0) ::close(fd);
  return reason;
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
  if (const std::string reason = reason_against(address, port); !reason.empty()) {
    throw InputError("--metrics-port: cannot listen on " + host + ':' + std::to_string(port) + ": " + reason);
  }
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(host + ':' + std::to_string(port));
  } catch (const std::exception&) {  // whose text says nothing
    throw InputError("--metrics-port: cannot listen on " + host + ':' + std::to_string(port));
  }
  exposer_->RegisterCollectable(numbers_);
  tell("metrics: http://" + host + ':' + std::to_string(exposer_->GetListeningPorts().front()) + "/metrics");
}

MetricsPort::~MetricsPort() = default;

Sink& MetricsPort::sink() { return *numbers_; }

}  // namespace llmload::cli
