#pragma once

#include <array>
#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/answer/answer.hpp"
#include "protocol/answer/answer_names.hpp"

namespace llmload::protocol {

/// Tokens as a server counts them. What it did not say is empty.
struct Usage {
  std::optional<std::uint64_t> prompt, completion, cached, reasoning;
};

/// Takes what means something out of an answer's JSON, as the parser comes by: a tree of the whole answer
/// would cost as much as all the rest of its reading.
class AnswerHandler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  struct Choice {
    std::uint64_t index = 0;  ///< its place in the list, where it does not say
    std::array<Texts, source_count> sources;
    std::string finish_reason;
    std::string finish_message;  ///< what is said beside a finish reason that is an object
  };

  // What was found; valid until start().
  std::vector<Choice> choices;  ///< the first `choice_count` of them
  std::size_t choice_count = 0;
  Usage usage;
  bool has_role = false;
  bool may_be_error = false;  ///< there may be an error in it, or it may be one: read_server_error() tells
  bool has_choices = false;   ///< it has a list of them, be it empty
  std::string malformed;      ///< what is wrong with its shape; empty: nothing
  unsigned pieces = 0;        ///< strings that are text of a choice; `piece` is the last
  std::string_view piece;
  bool is_more = false;  ///< it has more than these strings: a usage, a text that is said twice

  void start();
  /// Gives back the memory of the texts.
  void let_go();
  /// All has been read: what only the whole tells.
  void finish();

  using Error = boost::json::error_code;
  using View = boost::json::string_view;
  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&);
  bool on_object_end(std::size_t, Error&) { return leave('}'); }
  bool on_array_begin(Error&);
  bool on_array_end(std::size_t, Error&) { return leave(']'); }
  bool on_key_part(View text, std::size_t size, Error&);
  bool on_key(View text, std::size_t size, Error& ec);
  bool on_string_part(View text, std::size_t size, Error&);
  bool on_string(View text, std::size_t size, Error& ec);
  bool on_number_part(View, Error&) { return true; }
  bool on_int64(std::int64_t n, View text, Error&);
  bool on_uint64(std::uint64_t n, View text, Error&);
  bool on_double(double n, View text, Error&);
  bool on_bool(bool b, Error&);
  bool on_null(Error&) { return scalar("null"); }
  bool on_comment_part(View, Error&) { return true; }
  bool on_comment(View, Error&) { return true; }

 private:
  /// Where in the JSON the parser is, as far as it matters to us.
  enum class Place : std::uint8_t {
    elsewhere,
    list,    // of answers: only errors come so
    finish,  // a finish reason, as a list or as an object
    answer,
    choices,
    choice,
    message,  // or delta
    parts,    // content, as a list of typed parts
    part,
    thoughts,  // reasoning, as a list or as an object
    tool_calls,
    tool_call,
    function,
    arguments,  // as JSON in place of a string of JSON
    usage,
    vendor  // an object of whatever name: a usage may be in it
  };

  [[nodiscard]] Place here() const { return depth_ == 0 ? Place::elsewhere : places_[depth_ - 1]; }
  [[nodiscard]] Place object_place();
  [[nodiscard]] Place array_place();
  Place begin_choice();
  Place begin_message(Source source);
  Place begin_thoughts();
  Place begin_part();
  Place begin_error();
  bool enter(Place place, char bracket);
  bool leave(char bracket);
  void refuse_scalar();
  bool scalar(std::string_view text);
  bool number(std::uint64_t n, View text);
  void string_begins(View text);
  [[nodiscard]] std::string* string_target(View text);
  [[nodiscard]] bool is_said_twice();
  [[nodiscard]] bool is_called_twice();
  void end_part();
  void end_message();
  void name_argument(std::string_view key);
  void separate_argument();
  std::string& text(TextKind kind) {
    return choice().sources[static_cast<std::size_t>(source_)][static_cast<std::size_t>(kind)];
  }
  Choice& choice() { return choices[choice_count - 1]; }

  std::array<Place, 64> places_{};
  std::size_t depth_ = 0;
  Name key_ = Name::other;
  std::string key_part_;
  Source source_ = Source::delta;  // of the choice that is read
  Name reasoned_ = Name::other;    // under which name this message has reasoning
  Name thoughts_ = Name::other;    // and under which one it is read
  Name called_ = Name::other;      // under which name it has calls of tools
  Name calls_ = Name::other;       // and under which one they are read
  bool part_thinks_ = false;       // the type of a part of the content
  std::string part_text_, refusal_;
  std::string* target_ = nullptr;
  bool target_is_text_ = false;
  bool has_message_ = false;  // at the top
};

}  // namespace llmload::protocol
