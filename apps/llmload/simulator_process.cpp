#include "simulator_process.hpp"

#include <chrono>
#include <filesystem>
#include <llmload/error.hpp>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "text/child_process.hpp"
#include "text/read_file.hpp"

namespace llmload::cli {
namespace {

std::string in_ms(std::chrono::nanoseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

class SimulatorProcess : public CalibrationEndpoint {
 public:
  /// `arguments`: those of this program, of which the first is its name; they have it write `ca_file`.
  SimulatorProcess(const std::vector<std::string>& arguments, const std::string& ca_file)
      : child_("/proc/self/exe", arguments) {
    constexpr std::string_view greeting = "listening on ";
    const std::string line = child_.read_line();
    if (!line.starts_with(greeting)) throw std::runtime_error("it does not listen");
    origin_ = line.substr(greeting.size());
    ca_pem_ = text::read_file(ca_file);
  }
  ~SimulatorProcess() override { (void)child_.stop(); }
  SimulatorProcess(const SimulatorProcess&) = delete;
  SimulatorProcess& operator=(const SimulatorProcess&) = delete;

  [[nodiscard]] std::string origin() const override { return origin_; }
  [[nodiscard]] std::string ca_pem() const override { return ca_pem_; }
  [[nodiscard]] bool in_process() const override { return false; }
  bool stop() override { return child_.stop(); }

 private:
  text::ChildProcess child_;
  std::string origin_, ca_pem_;
};

}  // namespace

std::unique_ptr<CalibrationEndpoint> start_process(const SimulatorOptions& options) {
  const std::string folder = std::filesystem::path(options.truth_file).parent_path().string();
  const std::string ca_file = folder + "/ca.pem";
  const std::vector<std::string> arguments = {
      "llmload",          "simulate",         "--end-with-parent",  "--ca-out",          ca_file,
      "--truth",          options.truth_file, "--ttft-ms",          in_ms(options.ttft), "--gap-ms",
      in_ms(options.gap), "--jitter-ms",      in_ms(options.jitter)};
  try {
    return std::make_unique<SimulatorProcess>(arguments, ca_file);
  } catch (const std::runtime_error& e) {
    throw InputError("the simulated endpoint can't be started: " + std::string(e.what()));
  }
}

}  // namespace llmload::cli
