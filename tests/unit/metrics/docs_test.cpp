#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

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

TEST_CASE("docs/metrics.md says of each metric what its file says") {
  const std::filesystem::path root = LLMLOAD_SOURCE_DIR;
  const auto docs = words_of(root / "docs/metrics.md", false);
  for (const char* metric :
       {"e2e", "service_time", "connection_times", "queue_wait", "dispatch_lag", "ttft", "ttfo", "tpot",
        "itl", "event_gap", "tokens_per_event", "template_tokens", "retry_wait", "merged_share",
        "first_token_merged_share", "request_output_rate", "request_prompt_rate", "goodput"}) {
    INFO(metric);
    const auto said = words_of(root / "lib/src/metrics" / (std::string(metric) + ".hpp"), true);
    CHECK_FALSE(said.empty());
    CHECK(has(docs, said));
  }
}

}  // namespace docs_test
