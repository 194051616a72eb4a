#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iostream>
#include <llmload/error.hpp>
#include <llmload/printable.hpp>
#include <llmload/tokenizer.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli.hpp"
#include "jsonl.hpp"
#include "terminal.hpp"
#include "token_output.hpp"

namespace llmload::cli {
namespace {

struct TokensOptions {
  std::string model_path;
  TokenizerOptions tokenizer;
  bool ids = false;
  bool pieces = false;
  bool quiet = false;
  std::string jsonl;
  std::vector<std::string> files;

  [[nodiscard]] Show show() const { return ids ? Show::ids : pieces ? Show::pieces : Show::count; }
};

/// A file to read, or standard input for "-". Throws InputError where it can't be opened or read.
class Input {
 public:
  explicit Input(const std::string& name) : name_(name) {
    if (name != "-") file_.open(name, std::ios::binary);
    if (!stream()) throw InputError(name + ": can't be read: " + std::strerror(errno));
  }

  std::istream& stream() { return name_ == "-" ? std::cin : file_; }

  /// Calls `take` for each block of the text. Its InputError gets the file's name.
  template <class Take>
  void read(Take take) {
    std::vector<char> block(std::size_t{1} << 18U);
    const auto more = [&] {
      return std::cout && (stream().read(block.data(), static_cast<std::streamsize>(block.size())) ||
                           stream().gcount() > 0);
    };
    try {
      while (more()) take(std::string_view(block.data(), static_cast<std::size_t>(stream().gcount())));
    } catch (const InputError& e) {
      throw InputError(name_ + ": " + e.what());
    }
    require_read();
  }

  /// The next line, without its line end; false behind the last one.
  bool next_line(std::string& line) {
    constexpr std::size_t longest = std::size_t{512} << 20U;  // a device has no line end
    std::array<char, 65'536> part;
    line.clear();
    for (;;) {
      stream().getline(part.data(), part.size());
      const bool whole = !stream().fail(), any = stream().gcount() > 0;
      const bool with_end = whole && !stream().eof();  // which counts, and is not in `part`
      line.append(part.data(), static_cast<std::size_t>(stream().gcount()) - (with_end ? 1 : 0));
      if (whole) return true;
      require_read();
      if (!any) return !line.empty();
      if (line.size() > longest) throw InputError(name_ + ": has a line of more than 512 MiB");
      stream().clear();  // `part` was full
    }
  }

  /// Throws where reading stopped short of the end: at a directory, or a disk's error.
  void require_read() {
    if (stream().bad()) throw InputError(name_ + ": can't be read: " + std::strerror(errno));
  }

 private:
  std::string name_;
  std::ifstream file_;
};

/// One line out for each line in.
void print_jsonl(const ModelTokenizer& tokenizer, const TokensOptions& options) {
  Input input(options.jsonl);
  std::size_t number = 0;
  for (std::string line; std::cout && input.next_line(line);) {
    const std::string text = jsonl_text(line, ++number, options.jsonl);
    std::cout << jsonl_line(tokenizer, text, options.show()) << '\n';
  }
}

/// Takes each file with `take`. One that can't be read is told of and left out: false.
template <class Take>
bool for_each_file(const std::vector<std::string>& files, Take take) {
  bool all = true;
  for (const std::string& file : files) {
    if (!std::cout) break;
    try {
      take(file);
    } catch (const InputError& e) {
      tell("llmload: " + std::string(e.what()));
      all = false;
    }
  }
  return all;
}

bool print_tokens(const ModelTokenizer& tokenizer, const std::vector<std::string>& files, Show show) {
  return for_each_file(files, [&](const std::string& file) {
    Input input(file);
    TokenPrinter printer(tokenizer, show, std::cout);
    input.read([&](std::string_view text) { printer.add(text); });
    printer.end();
  });
}

bool print_counts(const ModelTokenizer& tokenizer, const std::vector<std::string>& files) {
  std::size_t total = 0;
  const bool all = for_each_file(files, [&](const std::string& file) {
    Input input(file);
    StreamCounter counter(tokenizer);
    input.read([&](std::string_view text) { counter.add(text); });
    total += counter.total();
    std::cout << counter.total();
    if (files.size() > 1) std::cout << '\t' << printable(file);
    std::cout << '\n';
  });
  if (files.size() > 1) std::cout << total << "\ttotal\n";
  return all;
}

int run_tokens(const TokensOptions& options) {
  const auto tokenizer = open_tokenizer(options.model_path, options.tokenizer);
  if (!options.quiet) tell("tokenizer: " + tokenizer->description());
  const std::vector<std::string> files =
      options.files.empty() ? std::vector<std::string>{"-"} : options.files;
  bool all = true;
  if (!options.jsonl.empty()) {
    print_jsonl(*tokenizer, options);
  } else if (options.show() == Show::count) {
    all = print_counts(*tokenizer, files);
  } else {
    all = print_tokens(*tokenizer, files, options.show());
  }
  return all ? done : wrong_input;
}

}  // namespace

void add_tokens(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<TokensOptions>();
  CLI::App* const command = app.add_subcommand("tokens", "Count the tokens of texts, or print their ids");
  command
      ->add_option("--model-path", options->model_path,
                   "A tokenizer's file, a model's directory, or an org/name in the Hugging Face cache")
      ->required();
  command->add_option(
      "--pre-tokenizer", options->tokenizer.pre_tokenizer,
      "How text is cut before it is merged (default: what the tokenizer's file tells): llama3, "
      "cl100k, o200k, qwen2, tekken or gpt2");
  command->add_flag("--parse-special", options->tokenizer.parse_special,
                    "The text of a special token is that token, not plain text (tokenizer.json only)");
  CLI::Option* const ids =
      command->add_flag("--ids", options->ids, "Print token ids: one line a file, an array a line of JSONL");
  command
      ->add_flag("--pieces", options->pieces,
                 "Print tokens: a line each with its id, an array of texts a line of JSONL")
      ->excludes(ids);
  command->add_flag("--quiet", options->quiet, "Do not say on standard error what tokenizer was loaded");
  CLI::Option* const jsonl = command->add_option(
      "--jsonl", options->jsonl, "Read JSON lines with a \"text\" member; print one line for each");
  command->add_option("files", options->files, "Texts to read; standard input if none is given, or for -")
      ->excludes(jsonl);
  command->callback([options, &exit_code] { exit_code = run_tokens(*options); });
}

}  // namespace llmload::cli
