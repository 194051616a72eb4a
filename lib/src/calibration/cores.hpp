#pragma once

#include <thread>
#include <vector>

namespace llmload::calibration {

/// The cores that this process may use.
std::vector<unsigned> usable_cores();

/// Those of a calibration: the last one is the endpoint's, the client has the others.
struct Cores {
  std::vector<unsigned> client;
  unsigned endpoint = 0;
};

/// Throws InputError where there is only one core.
Cores divided_cores();

/// Keeps this thread, and those that it starts from now on, on some cores; at the end it goes back to those
/// that it had.
class OnCores {
 public:
  explicit OnCores(const std::vector<unsigned>& cores);
  ~OnCores();
  OnCores(const OnCores&) = delete;
  OnCores& operator=(const OnCores&) = delete;

 private:
  std::vector<unsigned> before_ = usable_cores();
};

/// Keeps a core from sleeping, with a thread that gives way to everything: a core that sleeps is late to
/// wake, and an endpoint of one stream sleeps between all its tokens.
class AwakeCore {
 public:
  explicit AwakeCore(unsigned core);

 private:
  std::jthread thread_;
};

}  // namespace llmload::calibration
