#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/jsonl.hpp>
#include <llmload/tokenizer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli.hpp"

namespace llmload::cli {
namespace {

struct TokensOptions {
  std::string model_path;
  bool ids = false;
  std::string jsonl;
  std::vector<std::string> files;
};

/// A file to read, or standard input for "-".
class Input {
 public:
  explicit Input(const std::string& name) : name_(name) {
    if (name != "-") file_.open(name, std::ios::binary);
    if (!stream()) throw InputError(name + ": can't be read");
  }

  std::istream& stream() { return name_ == "-" ? std::cin : file_; }

  std::string read_all() {
    std::string text;
    std::array<char, 65'536> block;
    while (stream().read(block.data(), block.size()) || stream().gcount() > 0) {
      text.append(block.data(), static_cast<std::size_t>(stream().gcount()));
    }
    require_read();
    return text;
  }

  /// Throws InputError if reading stopped short of the end: at a directory, or a disk's error.
  void require_read() {
    if (stream().bad()) throw InputError(name_ + ": can't be read");
  }

 private:
  std::string name_;
  std::ifstream file_;
};

std::string joined(const std::vector<std::uint32_t>& ids, char separator) {
  std::string text;
  for (const std::uint32_t id : ids) {
    if (!text.empty()) text += separator;
    text += std::to_string(id);
  }
  return text;
}

/// One line out for each line in.
void print_jsonl(const ModelTokenizer& tokenizer, const TokensOptions& options) {
  Input input(options.jsonl);
  std::size_t number = 0;
  for (std::string line; std::cout && std::getline(input.stream(), line, '\n');) {
    const std::string text = jsonl_text(line, ++number, options.jsonl);
    if (options.ids) {
      std::cout << '[' << joined(tokenizer.encode(text), ',') << "]\n";
    } else {
      std::cout << tokenizer.count(text) << '\n';
    }
  }
  input.require_read();
}

void print_ids(const ModelTokenizer& tokenizer, const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    std::cout << joined(tokenizer.encode(Input(file).read_all()), ' ') << '\n';
  }
}

void print_counts(const ModelTokenizer& tokenizer, const std::vector<std::string>& files) {
  std::size_t total = 0;
  for (const std::string& file : files) {
    const std::size_t count = tokenizer.count(Input(file).read_all());
    total += count;
    std::cout << count;
    if (files.size() > 1) std::cout << '\t' << file;
    std::cout << '\n';
  }
  if (files.size() > 1) std::cout << total << "\ttotal\n";
}

int run_tokens(const TokensOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that left shows as a failed write
  const auto tokenizer = open_tokenizer(options.model_path);
  const std::vector<std::string> files =
      options.files.empty() ? std::vector<std::string>{"-"} : options.files;
  if (!options.jsonl.empty()) {
    print_jsonl(*tokenizer, options);
  } else if (options.ids) {
    print_ids(*tokenizer, files);
  } else {
    print_counts(*tokenizer, files);
  }
  std::cout.flush();
  return std::cout ? done : output_lost;
}

}  // namespace

void add_tokens(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<TokensOptions>();
  CLI::App* const command = app.add_subcommand("tokens", "Count the tokens of texts, or print their ids");
  command
      ->add_option("--model-path", options->model_path,
                   "A tokenizer's file, a model's directory, or an org/name in the Hugging Face cache")
      ->required();
  command->add_flag("--ids", options->ids, "Print token ids: one line a file");
  CLI::Option* const jsonl = command->add_option(
      "--jsonl", options->jsonl, "Read JSON lines with a \"text\" member; print one line for each");
  command->add_option("files", options->files, "Texts to read; standard input if none is given, or for -")
      ->excludes(jsonl);
  command->callback([options, &exit_code] { exit_code = run_tokens(*options); });
}

}  // namespace llmload::cli
