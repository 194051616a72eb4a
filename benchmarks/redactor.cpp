// What taking secrets out of texts costs: nanoseconds for a request id, and for a byte of texts of 2, 4 and 8
// MB, each the median of five rounds of all. Exit 1: 8 MB of something took more than 6 times of 2 MB, so it
// is not linear.
#include "protocol/secrets/redactor.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using llmload::protocol::Redactor;

constexpr std::size_t megabyte = 1'000'000;
constexpr int rounds = 5;
const std::string key = "0123456789abcdef0123456789abcdef";

std::string repeated(const std::string& piece, std::size_t size) {
  std::string text;
  while (text.size() < size) text += piece;
  text.resize(size);
  return text;
}

std::string digits(std::size_t size) {
  static const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::mt19937 random(1);
  std::string text(size, ' ');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median_seconds(const std::function<void()>& work) {
  std::vector<double> all;
  for (int round = 0; round < rounds; ++round) all.push_back(seconds_of(work));
  std::ranges::nth_element(all, all.begin() + rounds / 2);
  return all[rounds / 2];
}

}  // namespace

int main() {
  llmload::Plan plan;
  plan.api_key = llmload::Secret(key);
  const Redactor redactor(plan);
  std::size_t seen = 0;  // so that the work is done

  constexpr int ids = 20'000;
  for (const std::string id :
       {"sim-1-42", "8b0c6d0e-4f2a-4c1b-9d3e-2a7f5b6c1d0e", "chatcmpl-9xKQ2mZpLr8TtVwYb3NcD4eFgHjK"}) {
    const double seconds = median_seconds([&] {
      for (int i = 0; i < ids; ++i) seen += redactor.line(id).size();
    });
    std::printf("%-42s %8.0f ns\n", id.c_str(), seconds / ids * 1e9);
  }

  bool linear = true;
  const std::vector<std::pair<std::string, std::function<std::string(std::size_t)>>> texts = {
      {"words", [](std::size_t size) { return repeated("The quick brown fox jumps over it. ", size); }},
      {"the key, again and again", [](std::size_t size) { return repeated(key + ' ', size); }},
      {"base64 of an image", digits},
      {"JSON in JSON", [](std::size_t size) { return repeated(R"({\"text\":\"a\\nb \\u0041\"},)", size); }},
      {"percent signs", [](std::size_t size) { return repeated("%", size); }},
  };
  for (const auto& [name, make] : texts) {
    std::vector<double> took;
    for (const std::size_t size : {2 * megabyte, 4 * megabyte, 8 * megabyte}) {
      const std::string text = make(size);
      took.push_back(median_seconds([&] { seen += redactor.redact(text).size(); }));
    }
    std::printf("%-42s %8.1f ns a byte; 2, 4, 8 MB: %.0f, %.0f, %.0f ms\n", name.c_str(),
                took[2] / (8.0 * megabyte) * 1e9, took[0] * 1e3, took[1] * 1e3, took[2] * 1e3);
    linear = linear && took[2] < 6 * took[0];
  }
  if (!linear) std::cerr << "more than linear\n";
  return linear && seen > 0 ? 0 : 1;
}
