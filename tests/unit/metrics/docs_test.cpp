#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "metrics/metric.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace docs_test {

using namespace llmload;

/// The file's words, one space between each; of its `///` lines alone where `comments`.
std::string words_of(const std::filesystem::path& path, bool comments) {
  std::ifstream file(path);
  std::string line, word, words;
  while (std::getline(file, line)) {
    if (comments && !line.starts_with("/// ")) continue;
    std::istringstream in(comments ? line.substr(4) : line);
    while (in >> word) words += word + ' ';
  }
  return words;
}

/// The words of the `///` lines above the declaration of each function that takes a record.
std::vector<std::string> said_of_records(const std::filesystem::path& header) {
  std::ifstream file(header);
  std::vector<std::string> all;
  std::string words, declaration;
  for (std::string line, word; std::getline(file, line);) {
    if (!line.starts_with("/// ")) {
      declaration += line;
      if (declaration.find("const RequestRecord& record") != std::string::npos && !words.empty())
        all.push_back(std::exchange(words, {}));
      if (line.empty() || line.find(';') != std::string::npos) words.clear();
      continue;
    }
    declaration.clear();
    std::istringstream in(line.substr(4));
    while (in >> word) words += word + ' ';
  }
  return all;
}

TEST_CASE("docs/metrics.md says of each metric what its declaration says") {
  const std::filesystem::path root = LLMLOAD_SOURCE_DIR;
  const auto docs = words_of(root / "docs/metrics.md", false);
  const auto said = said_of_records(root / "lib/include/llmload/metrics.hpp");
  CHECK(said.size() == 19);
  for (const std::string& words : said) {
    INFO(words);
    CHECK(has(docs, words));
  }
  for (const char* metric : {"merged_share", "first_token_merged_share", "together_share"}) {
    INFO(metric);
    CHECK(has(docs, words_of(root / "lib/src/metrics/entries" / (std::string(metric) + ".cpp"), true)));
  }
}

TEST_CASE("docs/metrics.md has each metric of the catalogue in its table") {
  const auto docs = words_of(std::filesystem::path(LLMLOAD_SOURCE_DIR) / "docs/metrics.md", false);
  constexpr const char* better[] = {"lower", "higher", "neither"};
  for (const metrics::Metric* metric : metrics::catalogue()) {
    const std::string row = "| `" + std::string(metric->key) + "` | " + std::string(metric->name) + " | " +
                            std::string(metric->unit) + " | " +
                            better[static_cast<std::size_t>(metric->better)] + " |";
    INFO(row);
    CHECK(has(docs, row));
  }
}

}  // namespace docs_test
