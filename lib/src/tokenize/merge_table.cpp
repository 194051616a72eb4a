#include "tokenize/merge_table.hpp"

#include <bit>

namespace llmload::tokenize {

MergeTable::MergeTable(const Vocabulary& vocabulary) {
  std::vector<Merge> merges;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    const std::string_view bytes = vocabulary.bytes(id);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      const TokenId left = vocabulary.find(bytes.substr(0, cut));
      if (left == no_token) continue;
      const TokenId right = vocabulary.find(bytes.substr(cut));
      if (right != no_token) merges.push_back({left, right, id});
    }
  }
  slots_.resize(std::bit_ceil(merges.size() * 3 / 2 + 2));
  for (const Merge& merge : merges) slots_[slot_of(merge.left, merge.right)] = merge;
}

}  // namespace llmload::tokenize
