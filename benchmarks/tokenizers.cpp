// Speeds of our tokenizers and of libsentencepiece, one round of each: lines "WHAT NUMBER" for
// tokenizers_report.mjs.
//   tokenizer_benchmark VOCABULARIES [TEXTS]     folders; benchmarks/tokenizers.sh makes and names them
#include <sentencepiece_processor.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <llmload/tokenizer.hpp>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using llmload::ModelTokenizer;
using Texts = std::vector<std::string>;

/// Texts that NUL separates.
Texts read_texts(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  Texts texts;
  for (std::string text; std::getline(stream, text, '\0');) texts.push_back(text);
  return texts;
}

std::size_t total_size(const Texts& texts) {
  std::size_t size = 0;
  for (const std::string& text : texts) size += text.size();
  return size;
}

/// On a core of its own CPU time is the time.
double cpu_time() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

double wall_time() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The median time of `passes` calls, in seconds.
template <typename Work>
double seconds_of(int passes, Work work, double (*now)() = cpu_time) {
  std::vector<double> times;
  for (int pass = 0; pass < passes; ++pass) {
    const double begin = now();
    work();
    times.push_back(now() - begin);
  }
  std::ranges::nth_element(times, times.begin() + passes / 2);
  return times[static_cast<std::size_t>(passes / 2)];
}

std::size_t sink = 0;  // so that no work is left out

/// Prints how many MB/s `work` makes of texts.
template <typename Work>
void print_speed(const std::string& what, const Texts& texts, int passes, Work work) {
  const double seconds = seconds_of(passes, [&] {
    for (const std::string& text : texts) sink += work(text);
  });
  std::cout << what << ' ' << static_cast<double>(total_size(texts)) / seconds / 1e6 << '\n';
}

/// Prints how many microseconds `work` takes for a text.
template <typename Work>
void print_latency(const std::string& what, const Texts& texts, Work work) {
  const double seconds = seconds_of(5, [&] {
    for (const std::string& text : texts) sink += work(text);
  });
  std::cout << what << ' ' << seconds * 1e6 / static_cast<double>(texts.size()) << '\n';
}

/// The text in pieces of about a token, as a stream brings it.
std::size_t count_in_pieces(const ModelTokenizer& tokenizer, std::string_view text) {
  constexpr std::size_t piece = 4;
  llmload::StreamCounter counter(tokenizer);
  for (std::size_t at = 0; at < text.size(); at += piece) counter.add(text.substr(at, piece));
  return counter.total();
}

/// Texts of 1 MiB that are slow where a tokenizer's work is not bounded.
std::map<std::string, std::string> worst_cases() {
  constexpr std::size_t size = std::size_t{1} << 20U;
  std::mt19937 random(1);
  const auto repeated = [&](const std::string& text) {
    std::string all;
    while (all.size() + text.size() <= size) all += text;
    return all;
  };
  const auto drawn_from = [&](std::string_view characters) {
    std::string all(size, ' ');
    std::ranges::generate(all, [&] { return characters[random() % characters.size()]; });
    return all;
  };
  return {{"one letter", repeated("a")},
          {"spaces", repeated(" ")},
          {"newlines", repeated("\n")},
          {"random letters", drawn_from("abcdefghijklmnopqrstuvwxyz")},
          {"equal signs", repeated("=")},
          {"random punctuation", drawn_from("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")},
          {"digits", drawn_from("0123456789")},
          {"1000 spaces and x", repeated(std::string(1000, ' ') + 'x')},
          {"emoji", repeated("\U0001F642")},
          {"combining marks", repeated("\u0301")},
          {"marks out of order", repeated("\u0301\u0316")},
          {"Chinese", repeated("\u6E2C\u8A66\u8A9E\u8A00")}};
}

void print_load(const std::string& name, const std::string& file) {
  const double seconds = seconds_of(
      9, [&] { sink += llmload::load_tokenizer(file)->description().size(); }, wall_time);
  std::cout << name << "/load/ours " << seconds * 1e3 << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 3) {
    std::cerr
        << "usage: tokenizer_benchmark VOCABULARIES [TEXTS]: how long these load, or how fast they are\n";
    return 2;
  }
  const std::string vocabularies = std::string(argv[1]) + '/';
  const auto file_of = [&](const std::string& name) {
    return vocabularies + name + (name == "qwen3" ? "/tokenizer.json" : "/tokenizer.model");
  };
  const std::vector<std::string> names = {"llama3", "cl100k", "o200k", "qwen3", "llama2"};
  if (argc == 2) {
    for (const std::string& name : names) print_load(name, file_of(name));
    return 0;
  }
  const std::string folder = std::string(argv[2]) + '/';
  const std::map<std::string, Texts> kinds = {{"prose", read_texts(folder + "prose")},
                                              {"mixed", read_texts(folder + "mixed")}};
  const Texts outputs = read_texts(folder + "outputs");
  const auto worst = worst_cases();

  for (const std::string& name : names) {
    const auto tokenizer = llmload::load_tokenizer(file_of(name));
    const auto count = [&](const std::string& text) { return tokenizer->count(text); };
    const auto encode = [&](const std::string& text) { return tokenizer->encode(text).size(); };
    for (const auto& [kind, texts] : kinds) {
      print_speed(name + '/' + kind + "/ours", texts, 3, count);
      print_speed(name + '/' + kind + "/ours-encode", texts, 3, encode);
    }
    print_latency(name + "/output/ours", outputs, count);
    print_latency(name + "/output/ours-pieces", outputs,
                  [&](const std::string& text) { return count_in_pieces(*tokenizer, text); });
    for (const auto& [kind, text] : worst) {
      const double seconds = seconds_of(3, [&, &text = text] { sink += tokenizer->count(text); });
      std::cout << name << "/worst/" << kind << ' ' << seconds * 1e3 << '\n';
    }
  }

  sentencepiece::SentencePieceProcessor reference;
  reference.LoadOrDie(vocabularies + "llama2/tokenizer.model");
  std::vector<int> ids;
  for (const auto& [kind, texts] : kinds) {
    print_speed("llama2/" + kind + "/libsentencepiece", texts, 1, [&](const std::string& text) {
      reference.Encode(text, &ids).IgnoreError();
      return ids.size();
    });
  }
  return sink == 0 ? 1 : 0;
}
