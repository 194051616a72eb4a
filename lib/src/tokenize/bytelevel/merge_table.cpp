#include "tokenize/bytelevel/merge_table.hpp"

#include <bit>
#include <future>
#include <utility>

#include "llmload/error.hpp"

namespace llmload::tokenize {
namespace {

[[noreturn]] void fail_too_many() { throw InputError("too many ways to merge two tokens into another"); }

/// Those that make the tokens from `begin` on, up to `end`.
HugeVector<MergeTable::Merge> merges_of(const Vocabulary& vocabulary, TokenId begin, TokenId end) {
  HugeVector<MergeTable::Merge> merges;
  merges.reserve(3 * (end - begin));
  std::vector<Vocabulary::LookUp> lefts;
  std::vector<std::pair<TokenId, Vocabulary::LookUp>> rights;  // of a left that was found
  for (TokenId id = begin; id < end; ++id) {
    const std::string_view bytes = vocabulary.bytes(id);
    lefts.clear();
    rights.clear();
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      lefts.push_back(vocabulary.begin_find(bytes.substr(0, cut)));
    }
    for (const Vocabulary::LookUp& look_up : lefts) {
      const TokenId left = vocabulary.end_find(look_up);
      if (left != no_token)
        rights.emplace_back(left, vocabulary.begin_find(bytes.substr(look_up.bytes.size())));
    }
    for (const auto& [left, look_up] : rights) {
      const TokenId right = vocabulary.end_find(look_up);
      if (right != no_token) merges.push_back({left, right, id});
    }
    if (merges.size() > MergeTable::most_merges) fail_too_many();
  }
  return merges;
}

}  // namespace

// The look-ups are most of the time that a vocabulary takes to load, so two threads share them.
MergeTable::MergeTable(const Vocabulary& vocabulary) {
  const auto size = static_cast<TokenId>(vocabulary.size());
  const TokenId half = size / 2;
  auto others = std::async([&vocabulary, half, size] { return merges_of(vocabulary, half, size); });
  const HugeVector<Merge> first = merges_of(vocabulary, 0, half);
  const HugeVector<Merge> second = others.get();
  if (first.size() + second.size() > most_merges) fail_too_many();
  reserve(first.size() + second.size());
  add_all(first);
  add_all(second);
}

MergeTable::MergeTable(const Vocabulary& vocabulary, std::vector<Rank> rank_of_token)
    : MergeTable(vocabulary) {
  rank_of_token_ = std::move(rank_of_token);
}

MergeTable::MergeTable(std::span<const Merge> merges) {
  reserve(merges.size());
  merged_of_rank_.reserve(merges.size());
  for (const Merge& merge : merges) {
    add(merge.left, merge.right, static_cast<Rank>(merged_of_rank_.size()));
    merged_of_rank_.push_back(merge.merged);
  }
}

void MergeTable::reserve(std::size_t merges) {
  slots_.assign(std::bit_ceil(merges * 3 / 2 + 2), empty);
  filter_.assign(std::bit_ceil(merges / 2 + 2), 0);  // 4 to 8 bits a merge
  filter_shift_ = 64U - static_cast<unsigned>(std::countr_zero(filter_.size()));
}

void MergeTable::add_all(std::span<const Merge> merges) {
  constexpr std::size_t ahead = 16;  // merges whose slots are fetched before their turn
  for (std::size_t i = 0; i < merges.size(); ++i) {
    if (i + ahead < merges.size()) begin_add(merges[i + ahead].left, merges[i + ahead].right);
    add(merges[i].left, merges[i].right, merges[i].merged);
  }
}

void MergeTable::add(TokenId left, TokenId right, std::uint32_t number) {
  const std::uint64_t hash = hash_of(left, right);
  filter_[hash >> filter_shift_] |= filter_bit(hash);
  slots_[slot_of(left, right)] =
      std::uint64_t{left} << (id_bits + number_bits) | std::uint64_t{right} << number_bits | number;
}

}  // namespace llmload::tokenize
