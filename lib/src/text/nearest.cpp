#include "text/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace llmload::text {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
  return *std::ranges::min_element(names, {}, [&](std::string_view name) {
    return std::pair(word.empty() || !name.starts_with(word), edit_distance(word, name));
  });
}

std::string quoted_names(const std::vector<std::string>& names) {
  constexpr std::size_t enough = 200;  // bytes: there may be any number of them
  std::string all;
  for (const std::string& name : names) {
    if (all.size() > enough) return all + " ...";
    all += (all.empty() ? "\"" : ", \"") + name.substr(0, enough) + '"';
  }
  return all;
}

std::string no_meaning(const std::string& name, const std::string& meaning,
                       const std::vector<std::string_view>& meanings) {
  return "the column \"" + name + "\" stands for \"" + meaning + "\", which means nothing; did you mean " +
         std::string(nearest(meaning, meanings)) + "?";
}

}  // namespace llmload::text
