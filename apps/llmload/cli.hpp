#pragma once

#include <CLI/App.hpp>
#include <llmload/result.hpp>

namespace llmload::cli {

/// The exit codes of docs/parameters.md.
enum ExitCode {
  done = 0,
  output_lost = 1,
  wrong_input = 2,
  not_valid = 3,
  limit_not_met = 4,
  interrupted = 130
};

/// Tells on standard error why a run is not valid, which limits it has not met and which outputs were lost.
/// Returns its exit code.
int tell_end(const RunResult& result);

/// Parses the command line and runs the sub-command that it names. Returns the exit code.
int main(int argc, char** argv);

/// The whole command line: what an `app` is called and says, and all commands below.
void add_commands(CLI::App& app, int& exit_code);

// Each adds its sub-command to `app`; where the user called it, it runs and leaves its exit code.
// Wrong input leaves them as InputError.
void add_run(CLI::App& app, int& exit_code);
void add_simulate(CLI::App& app, int& exit_code);
void add_tokens(CLI::App& app, int& exit_code);
void add_report(CLI::App& app, int& exit_code);
void add_calibrate(CLI::App& app, int& exit_code);
void add_keys(CLI::App& app, int& exit_code);
void add_init(CLI::App& app, int& exit_code);

}  // namespace llmload::cli
