#pragma once

#include <sched.h>
#include <sys/types.h>

#include <string>
#include <thread>
#include <vector>

namespace llmload::cli {

/// The cores that this process may use.
std::vector<unsigned> usable_cores();
/// Keeps this thread, and those that it starts from now on, on `cores`.
void stay_on(const std::vector<unsigned>& cores);

/// Keeps a core from sleeping, with a thread that gives way to everything: a core that sleeps is late to
/// wake, and an endpoint of one stream sleeps between all its tokens.
class AwakeCore {
 public:
  explicit AwakeCore(unsigned core);

 private:
  std::jthread thread_;
};

/// `llmload simulate` in a process of its own, kept on one core. It ends with this object, or with us.
class SimulatorProcess {
 public:
  /// `arguments`: those of `simulate`, without --ca-out, which goes into `folder`. Throws InputError where it
  /// can't be started.
  SimulatorProcess(unsigned core, const std::string& folder, const std::vector<std::string>& arguments);
  ~SimulatorProcess() { stop(); }
  SimulatorProcess(const SimulatorProcess&) = delete;
  SimulatorProcess& operator=(const SimulatorProcess&) = delete;

  [[nodiscard]] const std::string& origin() const { return origin_; }
  [[nodiscard]] const std::string& ca_pem() const { return ca_pem_; }
  /// Ends it, and with it its truth file. False: it failed, or had ended before.
  bool stop();

 private:
  pid_t pid_ = -1;
  int output_ = -1;
  std::string origin_, ca_pem_;
};

}  // namespace llmload::cli
