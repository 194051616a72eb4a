#include "cli.hpp"

#include <fcntl.h>
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/version.hpp>
#include <span>
#include <sstream>
#include <string>
#include <system_error>

#include "suggestion.hpp"
#include "terminal.hpp"

namespace llmload::cli {
namespace {

/// A session is a descriptor, and the usual soft limit is 1,024.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

/// Help, or what is wrong with the arguments, which are quoted. Returns the exit code.
int print_usage(const CLI::App& app, const CLI::ParseError& e, std::span<const char* const> words) {
  if (words.empty()) std::cout << app.help();
  std::stringstream errors;
  const bool is_help = app.exit(e, std::cout, errors) == 0;
  const std::string meant = is_help ? "" : suggestion(app, words);
  if (!meant.empty()) tell("llmload: " + meant);
  for (std::string line; std::getline(errors, line);) tell(line);
  return is_help ? done : wrong_input;
}

/// A closed one would be the number of the next file that is opened, and that would get what is printed. What
/// stands in for it can't be used either: a write fails.
void require_standard_files() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0) (void)::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

/// A disk's error may come as late as at the close.
int close_output(int exit_code) {
  if (exit_code == output_lost || exit_code == interrupted) return exit_code;  // told, if it was lost
  errno = 0;
  if (std::cout.flush() && std::fclose(stdout) == 0) return exit_code;
  const std::string reason = errno != 0 ? std::string(": ") + std::strerror(errno) : "";
  tell("output lost: standard output: write failed" + reason);
  return output_lost;
}

}  // namespace

int tell_end(const RunResult& result) {
  for (const InvalidReason& reason : result.invalid_reasons) tell("not valid: " + reason.text);
  for (const InvalidReason& reason : result.limits_not_met) tell("limit not met: " + reason.text);
  for (const LostOutput& lost : result.errors) tell("output lost: " + lost.text());
  switch (result.status()) {
    case RunStatus::interrupted: return interrupted;
    case RunStatus::outputs_lost: return output_lost;
    case RunStatus::invalid: return not_valid;
    case RunStatus::limit_not_met: return limit_not_met;
    case RunStatus::done: break;
  }
  return done;
}

void add_commands(CLI::App& app, int& exit_code) {
  app.name("llmload");
  app.description(
      "Load tests for LLM endpoints, with numbers that can be defended.\n"
      "Exit codes: 0 done, 1 an output was lost, 2 wrong input, 3 not valid, 4 a limit not met, 130 "
      "interrupted.");
  app.set_version_flag("--version", "llmload " + std::string(version()));
  app.require_subcommand(1);
  add_run(app, exit_code);
  add_simulate(app, exit_code);
  add_tokens(app, exit_code);
  add_report(app, exit_code);
  add_calibrate(app, exit_code);
  add_keys(app, exit_code);
  add_init(app, exit_code);
  app.footer(
      "Examples:\n"
      "  llmload run --simulate                  a whole run, without an account\n"
      "  llmload run -u http://localhost:8000 -c 8 --stream    a server, without a file\n"
      "  llmload run parameters.json --records   a run, and each request's facts\n"
      "  llmload init                            a parameters.json to start from\n"
      "  llmload simulate --port 8443            an endpoint for another program\n"
      "  llmload tokens --model-path DIR a.txt   how many tokens a text has\n"
      "  llmload report records.jsonl            the numbers of a run, again\n"
      "  llmload calibrate --concurrency 1000    our own error at such a load\n"
      "  llmload keys rate                       what the keys about rates say");
}

int main(int argc, char** argv) {
  require_standard_files();
  // A closed pipe and a full quota are failed writes, which are told, and lose nothing else.
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  std::signal(SIGUSR1, SIG_IGN);  // batch systems send it as a warning
  std::ios::sync_with_stdio(false);
  raise_descriptor_limit();
  // Large blocks go back to the system when they are freed; glibc would keep them once it has seen a few, and
  // a handful of huge answers would stay in an hour-long run's memory.
  (void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  CLI::App app;
  int exit_code = done;
  add_commands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return print_usage(app, e, {argv + 1, static_cast<std::size_t>(argc - 1)});
  } catch (const InputError& e) {
    tell("llmload: " + std::string(e.what()));
    return wrong_input;
  } catch (const std::system_error& e) {
    if (e.code() ==
        std::errc::resource_unavailable_try_again) {  // that of our signals: run()'s are an InputError
      tell("llmload: cannot start a thread: " + e.code().message() +
           "; raise the limit of processes (ulimit -u)");
      return wrong_input;
    }
    tell("llmload: unexpected: " + std::string(e.what()));
    return output_lost;
  } catch (const std::exception& e) {
    tell("llmload: unexpected: " + std::string(e.what()));
    return output_lost;
  } catch (...) {
    tell("llmload: unexpected: what was thrown is no std::exception");
    return output_lost;
  }
  return close_output(exit_code);
}

}  // namespace llmload::cli
