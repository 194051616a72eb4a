#include "cli.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <csignal>
#include <exception>
#include <iostream>
#include <llmload/error.hpp>
#include <string>

namespace llmload::cli {
namespace {

/// A session is a descriptor, and the usual soft limit is 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int tell_end(const RunResult& result) {
  for (const InvalidReason& reason : result.invalid_reasons)
    std::cerr << "not valid: " << reason.text << '\n';
  for (const std::string& error : result.errors) std::cerr << "output lost: " << error << '\n';
  if (result.interrupted) return interrupted;
  if (!result.errors.empty()) return output_lost;
  return result.valid ? done : not_valid;
}

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a failed write, which is told, and loses nothing else
  std::ios::sync_with_stdio(false);
  raise_descriptor_limit();
  // Large blocks go back to the system when they are freed; glibc would keep them once it has seen a few, and
  // a handful of huge answers would stay in an hour-long run's memory.
  (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  CLI::App app{
      "Load tests for LLM endpoints, with numbers that can be defended.\n"
      "Exit codes: 0 done, 1 an output was lost, 2 wrong input, 3 not valid, 130 interrupted.",
      "llmload"};
  app.set_version_flag("--version", "llmload " LLMLOAD_VERSION);
  app.require_subcommand(1);
  int exit_code = done;
  add_run(app, exit_code);
  add_simulate(app, exit_code);
  add_tokens(app, exit_code);
  add_report(app, exit_code);
  add_calibrate(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? done : wrong_input;
  } catch (const InputError& e) {
    std::cerr << "llmload: " << e.what() << '\n';
    return wrong_input;
  } catch (const std::exception& e) {
    std::cerr << "llmload: unexpected: " << e.what() << '\n';
    return output_lost;
  }
  return exit_code;
}

}  // namespace llmload::cli
