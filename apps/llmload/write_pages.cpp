// Writes man pages and completions into a folder: llmload-pages FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

#include "cli.hpp"
#include "command_options.hpp"
#include "pages.hpp"

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("can't write " + path.string());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: llmload-pages FOLDER\n";
    return 2;
  }
  using namespace llmload::cli;
  int exit_code = 0;
  CLI::App app;
  add_commands(app, exit_code);
  const std::filesystem::path folder = argv[1];
  write(folder / "man/llmload.1", man_page(app, app));
  for (const CLI::App* command : commands_of(app))
    write(folder / "man" / ("llmload-" + command->get_name() + ".1"), man_page(app, *command));
  write(folder / "bash/llmload", bash_completion(app));
  write(folder / "zsh/_llmload", zsh_completion(app));
  write(folder / "fish/llmload.fish", fish_completion(app));
  return 0;
}
