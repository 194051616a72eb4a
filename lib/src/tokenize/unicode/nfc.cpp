#include "tokenize/unicode/nfc.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tokenize/unicode/utf8.hpp"

namespace llmload::tokenize {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};
struct MarkRange {
  char32_t first;
  char32_t last;
  std::uint8_t order;  // that of its combining class
};
struct Decomposition {
  char32_t composed;
  std::uint16_t offset;  // in `decomposed`
  std::uint8_t size;
};
struct Composition {
  char32_t first;
  char32_t second;
  char32_t composed;
};

#include "tokenize/unicode/nfc_table.inc"

// The syllables of Hangul, by rule (The Unicode Standard, 3.12).
constexpr char32_t syllables = 0xAC00;
constexpr char32_t leads = 0x1100;
constexpr char32_t vowels = 0x1161;
constexpr char32_t trails = 0x11A7;  // one before the first: no trail is the trail 0
constexpr char32_t lead_count = 19;
constexpr char32_t vowel_count = 21;
constexpr char32_t trail_count = 28;
constexpr char32_t syllable_count = lead_count * vowel_count * trail_count;

constexpr char32_t not_unicode = 0x110000;  // from here on, a byte that is no UTF-8

struct OrderedCharacter {
  char32_t value;
  std::uint8_t order;  // 0: starts a sequence; marks after it are sorted by theirs
};

template <typename Ranges>
const auto* range_of(const Ranges& ranges, char32_t code_point) {
  const auto range = std::ranges::lower_bound(ranges, code_point, {}, [](const auto& r) { return r.last; });
  return range != ranges.end() && range->first <= code_point ? &*range : nullptr;
}

OrderedCharacter character_of(char32_t code_point) {
  const MarkRange* const range = code_point < marks.front().first ? nullptr : range_of(marks, code_point);
  return {code_point, range == nullptr ? std::uint8_t{0} : range->order};
}

void decompose(char32_t code_point, std::vector<OrderedCharacter>& characters) {
  if (code_point >= syllables && code_point < syllables + syllable_count) {
    const char32_t place = code_point - syllables;
    characters.push_back({leads + place / (vowel_count * trail_count), 0});
    characters.push_back({vowels + place / trail_count % vowel_count, 0});
    if (place % trail_count != 0) characters.push_back({trails + place % trail_count, 0});
    return;
  }
  const auto found = std::ranges::lower_bound(decompositions, code_point, {}, &Decomposition::composed);
  if (found == decompositions.end() || found->composed != code_point) {
    characters.push_back(character_of(code_point));
    return;
  }
  for (std::size_t i = 0; i < found->size; ++i) {
    characters.push_back(character_of(decomposed[found->offset + i]));
  }
}

/// The character that two make, or 0.
char32_t composed(char32_t first, char32_t second) {
  if (first - leads < lead_count && second - vowels < vowel_count) {
    return syllables + ((first - leads) * vowel_count + (second - vowels)) * trail_count;
  }
  if (first - syllables < syllable_count && (first - syllables) % trail_count == 0 &&
      second - (trails + 1) < trail_count - 1) {
    return first + (second - trails);
  }
  const auto before = [](const Composition& entry, const Composition& pair) {
    return entry.first != pair.first ? entry.first < pair.first : entry.second < pair.second;
  };
  const auto found =
      std::lower_bound(compositions.begin(), compositions.end(), Composition{first, second, 0}, before);
  const bool is_there = found != compositions.end() && found->first == first && found->second == second;
  return is_there ? found->composed : 0;
}

std::vector<OrderedCharacter> decomposed_characters(std::string_view text) {
  std::vector<OrderedCharacter> characters;
  characters.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      characters.push_back({byte, 0});
    } else if (next.size == 1) {
      characters.push_back({not_unicode + byte, 0});
    } else {
      decompose(next.value, characters);
    }
    at += next.size;
  }
  return characters;
}

void sort_marks(std::vector<OrderedCharacter>& characters) {
  const auto is_mark = [](const OrderedCharacter& character) { return character.order != 0; };
  for (auto begin = characters.begin(); begin != characters.end();) {
    begin = std::find_if(begin, characters.end(), is_mark);
    const auto end = std::find_if_not(begin, characters.end(), is_mark);
    std::ranges::stable_sort(begin, end, {}, &OrderedCharacter::order);
    begin = end;
  }
}

/// Joins each starter with the marks after it, and what follows it at once, where there is a character for
/// both. A mark of the same order, or another starter, in between keeps them apart.
void compose(std::vector<OrderedCharacter>& characters) {
  std::size_t size = 0;     // of what is composed so far, at the front
  std::size_t starter = 0;  // 1 + the place of the last one; 0: none yet
  for (const OrderedCharacter next : characters) {
    const bool beside = size == starter;
    if (starter != 0 && (beside || characters[size - 1].order < next.order)) {
      if (const char32_t both = composed(characters[starter - 1].value, next.value); both != 0) {
        characters[starter - 1].value = both;
        continue;
      }
    }
    characters[size++] = next;
    if (next.order == 0) starter = size;
  }
  characters.resize(size);
}

void append_utf8(char32_t code_point, std::string& text) {
  const auto continuation = [&](unsigned shift) {
    text.push_back(static_cast<char>(0x80U | (code_point >> shift & 0x3FU)));
  };
  if (code_point >= not_unicode) {
    text.push_back(static_cast<char>(code_point - not_unicode));
  } else if (code_point < 0x80) {
    text.push_back(static_cast<char>(code_point));
  } else if (code_point < 0x800) {
    text.push_back(static_cast<char>(0xC0U | code_point >> 6U));
    continuation(0);
  } else if (code_point < 0x10000) {
    text.push_back(static_cast<char>(0xE0U | code_point >> 12U));
    continuation(6);
    continuation(0);
  } else {
    text.push_back(static_cast<char>(0xF0U | code_point >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

}  // namespace

bool may_change_in_nfc(char32_t code_point) {
  return code_point >= suspects.front().first && range_of(suspects, code_point) != nullptr;
}

bool is_nfc(std::string_view text) {
  constexpr unsigned char first_suspect_byte = 0xCC;  // of U+0300, the first code point that may change
  static_assert(suspects.front().first >= 0x300);
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < first_suspect_byte) {
      ++at;
      continue;
    }
    const CodePoint next = code_point_at(text, at);
    if (next.size > 1 && may_change_in_nfc(next.value)) return false;
    at += next.size;
  }
  return true;
}

std::string to_nfc(std::string_view text) {
  std::vector<OrderedCharacter> characters = decomposed_characters(text);
  sort_marks(characters);
  compose(characters);
  std::string normalized;
  normalized.reserve(text.size());
  for (const OrderedCharacter character : characters) append_utf8(character.value, normalized);
  return normalized;
}

NormalizedParts nfc_parts(std::string_view text) {
  NormalizedParts parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    if (at > begin && (next.size > 1 || static_cast<unsigned char>(text[at]) < 0x80) &&
        !may_change_in_nfc(next.value)) {
      parts.text += to_nfc(text.substr(begin, at - begin));
      parts.ends.push_back({at, parts.text.size()});
      begin = at;
    }
    at += next.size;
  }
  return parts;
}

}  // namespace llmload::tokenize
