#include "simulator_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <llmload/error.hpp>
#include <string_view>
#include <vector>

#include "text/read_file.hpp"

namespace llmload::cli {
namespace {

/// In the child, between fork and exec: system calls alone.
[[noreturn]] void become_simulator(int output, char* const* arguments) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // it must not outlive us
  ::setpgid(0, 0);                     // Ctrl-C is for us, who then stop it
  ::dup2(output, STDOUT_FILENO);
  ::execv("/proc/self/exe", arguments);
  ::_exit(127);
}

std::string read_line(int fd) {
  std::string line;
  for (char c = 0; ::read(fd, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

std::string in_ms(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

class SimulatorProcess : public CalibrationEndpoint {
 public:
  /// `arguments`: those of the program, of which the first is its name; they have it write `ca_file`.
  SimulatorProcess(std::vector<std::string> arguments, const std::string& ca_file) {
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    int ends[2];
    const std::string problem = "the simulated endpoint can't be started";
    if (::pipe2(ends, O_CLOEXEC) != 0) throw InputError(problem + ": " + std::strerror(errno));
    pid_ = ::fork();
    if (pid_ == 0) become_simulator(ends[1], pointers.data());
    const std::string reason = pid_ < 0 ? std::string(": ") + std::strerror(errno) : "";
    ::close(ends[1]);
    output_ = ends[0];
    constexpr std::string_view greeting = "listening on ";
    const std::string line = pid_ < 0 ? "" : read_line(output_);
    if (!line.starts_with(greeting)) {
      (void)end();
      throw InputError(problem + reason);
    }
    origin_ = line.substr(greeting.size());
    try {
      ca_pem_ = text::read_file(ca_file);
    } catch (...) {
      (void)end();
      throw;
    }
  }
  ~SimulatorProcess() override { end(); }
  SimulatorProcess(const SimulatorProcess&) = delete;
  SimulatorProcess& operator=(const SimulatorProcess&) = delete;

  [[nodiscard]] std::string origin() const override { return origin_; }
  [[nodiscard]] std::string ca_pem() const override { return ca_pem_; }
  [[nodiscard]] bool in_process() const override { return false; }
  bool stop() override { return end(); }

 private:
  bool end() {
    if (pid_ <= 0) return false;
    ::kill(pid_, SIGTERM);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    ::close(output_);  // behind its last words
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  pid_t pid_ = -1;
  int output_ = -1;
  std::string origin_, ca_pem_;
};

}  // namespace

std::unique_ptr<CalibrationEndpoint> start_process(const SimulatorOptions& options) {
  const std::string folder = std::filesystem::path(options.truth_file).parent_path().string();
  const std::string ca_file = folder + "/ca.pem";
  const std::vector<std::string> arguments = {
      "llmload",  "simulate",         "--ca-out",    ca_file,
      "--truth",  options.truth_file, "--ttft-ms",   in_ms(options.ttft),
      "--gap-ms", in_ms(options.gap), "--jitter-ms", in_ms(options.jitter)};
  return std::make_unique<SimulatorProcess>(arguments, ca_file);
}

}  // namespace llmload::cli
