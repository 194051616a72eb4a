#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/request_record.hpp"

namespace llmload::protocol {

/// Where a choice has its text. Servers repeat it under several of these names; of one choice one is taken.
enum class Source : std::uint8_t { delta, message, text };
inline constexpr std::size_t source_count = 3;

/// A choice's texts, by TextKind.
using Texts = std::array<std::string, 3>;

/// Text that a part of an answer added: bytes `begin` to `end` of its choice's text of this kind.
struct Addition {
  std::uint32_t choice = 0;  ///< in the order in which they were first seen
  TextKind kind = TextKind::content;
  std::size_t begin = 0, end = 0;
};

/// What is known of an answer that comes in parts: the record that it fills, and the texts of its choices.
/// Those of the first choice that comes are the record's, until at the end those of all, which may come in
/// turns, are put together by their index.
class Answer {
 public:
  void start(RequestRecord& record);
  [[nodiscard]] RequestRecord& record() const { return *record_; }

  void begin_part() { additions_.clear(); }
  /// Takes the texts of choice `index`, the first of `sources` that has any; the same one ever after. A long
  /// text is moved out of them.
  void add(std::uint64_t index, std::array<Texts, source_count>& sources);
  /// Likewise one piece of text to the first choice.
  void add(TextKind kind, std::string_view piece);
  /// Of this part, in the order in which they are read: reasoning, content, tools.
  [[nodiscard]] const std::vector<Addition>& additions() const { return additions_; }

  /// From here on no text is kept: additions() tells how long each was, from 0 on.
  void drop_text();
  /// Bytes, beside those of the record.
  [[nodiscard]] std::size_t held() const;

  /// From here on the texts may hold halves of characters (text/surrogates.hpp).
  void expect_halves() { halves_ = true; }

  /// Puts the choices' texts together, and the ends of the events' texts with them. `choice_of`: of the first
  /// events; those behind it are of the first choice that came.
  void finish(std::vector<TokenEvent>& events, const std::vector<std::uint32_t>& choice_of);

 private:
  struct Choice {
    std::uint32_t number = 0;
    bool has_source = false;
    Source source = Source::delta;
    Texts texts;  // unused of the first one, whose texts are the record's
  };
  Choice& choice_at(std::uint64_t index);
  void put_together(std::vector<TokenEvent>& events, const std::vector<std::uint32_t>& choice_of);
  void append(Choice& choice, TextKind kind, std::string_view piece);
  std::string& text_of(Choice& choice, TextKind kind);

  RequestRecord* record_ = nullptr;
  Choice first_;  // that came
  std::optional<std::uint64_t> first_index_;
  std::map<std::uint64_t, Choice> others_;  // by their index
  std::vector<Addition> additions_;
  bool halves_ = false;
  bool dropped_ = false;
};

}  // namespace llmload::protocol
