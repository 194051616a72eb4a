#include "protocol/answer/answer_reader.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <functional>
#include <utility>

#include "protocol/answer/answer_handler_impl.hpp"
#include "text/surrogates.hpp"
#include "text/trim.hpp"

namespace llmload::protocol {
namespace {

namespace json = boost::json;

json::parse_options tolerant() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

/// Which of two finish reasons holds: the greater, else the first.
int weight(std::string_view reason) {
  switch (finish_of(reason)) {
    case Finish::none: return 0;
    case Finish::good:
    case Finish::unknown: return 1;
    case Finish::failed: return 2;
    case Finish::filtered: return 3;
  }
  return 0;
}

void set(std::optional<std::uint64_t>& to, const std::optional<std::uint64_t>& said) {
  if (said) to = said;
}

void set_usage(const Usage& said, RequestRecord& record) {
  set(record.usage_prompt_tokens, said.prompt);
  set(record.usage_completion_tokens, said.completion);
  set(record.usage_cached_tokens, said.cached);
  set(record.usage_reasoning_tokens, said.reasoning);
}

/// An escaped half of a character begins so.
bool may_have_halves(std::string_view json) {
  return json.find("\\ud") != json.npos || json.find("\\uD") != json.npos;
}

/// A choice that a dialect has read: it takes no text twice, so that one source is enough.
std::array<Texts, source_count> texts_of(AnswerFacts::Choice& choice) {
  std::array<Texts, source_count> sources;
  Texts& texts = sources[static_cast<std::size_t>(Source::delta)];
  texts[static_cast<std::size_t>(TextKind::content)] = std::move(choice.content);
  texts[static_cast<std::size_t>(TextKind::reasoning)] = std::move(choice.reasoning);
  texts[static_cast<std::size_t>(TextKind::tool)] = std::move(choice.tool);
  return sources;
}

ServerError server_error(AnswerError error) {
  return {std::move(error.message), std::move(error.code), error.status};
}

}  // namespace

class AnswerReader::Parser : public json::basic_parser<AnswerHandler> {
 public:
  Parser() : basic_parser(tolerant()) {}

  json::error_code parse(std::string_view text) {
    reset();
    handler().start();
    json::error_code ec;
    const std::size_t end = write_some(false, text.data(), text.size(), ec);
    if (!ec && text.find_first_not_of(" \t\r\n", end) != std::string_view::npos) ec = json::error::extra_data;
    if (!ec) handler().finish();
    return ec;
  }
};

/// One a thread: a text is read in one go, and a session's own would not be in the cache when it is needed.
AnswerReader::Parser& AnswerReader::parser() {
  static thread_local Parser shared;
  return shared;
}

const AnswerPart& AnswerReader::read(std::string_view text, Answer& answer, std::string_view event) {
  answer.begin_part();
  if (const auto piece = like_last_.piece_of(text)) {
    answer.add(last_kind_, *piece);
    return part_;
  }
  like_last_.clear();
  part_ = {};
  if (!read_by_dialect(text, event, answer)) parse(text, answer);
  return part_;
}

void AnswerReader::let_go() { parser().handler().let_go(); }

ServerError AnswerReader::read_error(std::string_view text) const {
  std::optional<AnswerError> error = dialect_.read_error(text);
  return error ? server_error(std::move(*error)) : read_server_error(text);
}

bool AnswerReader::read_by_dialect(std::string_view text, std::string_view event, Answer& answer) {
  AnswerFacts facts;
  if (!dialect_.read(text, event, facts)) return false;
  part_.is_known = true;
  part_.choices = facts.choices.size();
  if (facts.error) part_.error = server_error(std::move(*facts.error));
  if (!part_.error) part_.malformed = facts.malformed;
  if (!facts.malformed.empty()) return true;
  part_.has_role = facts.has_role;
  part_.is_done = facts.is_done;
  part_.is_other =
      facts.choices.empty() && !facts.has_role && !facts.prompt_tokens && !facts.completion_tokens;
  if (may_have_halves(text)) answer.expect_halves();
  for (AnswerFacts::Choice& choice : facts.choices) {
    std::array<Texts, source_count> texts = texts_of(choice);
    answer.add(choice.index, texts);
    set_finish(choice.finish_reason, choice.finish_message, answer.record());
  }
  // A later event may say the prompt's without the cache's, and a prompt does not get shorter.
  if (facts.prompt_tokens)
    facts.prompt_tokens = std::max(*facts.prompt_tokens, answer.record().usage_prompt_tokens.value_or(0));
  set_usage({facts.prompt_tokens, facts.completion_tokens, facts.cached_tokens, facts.reasoning_tokens},
            answer.record());
  return true;
}

void AnswerReader::parse(std::string_view text, Answer& answer) {
  Parser& shared = parser();
  const AnswerHandler& found = shared.handler();
  json::error_code ec = shared.parse(text);
  if (ec && text.find("\\u") != std::string_view::npos) {
    // Half a character in its escaped form is an error to the parser, and to us the begin of one.
    const std::string again = text::with_raw_halves(text);
    if (again != text) {
      ec = shared.parse(again);
      answer.expect_halves();
    }
  }
  if (ec) {
    part_.malformed = text.empty() ? "is empty" : "is not JSON: " + ec.message();
    return;
  }
  part_.choices = found.choice_count;
  if (found.may_be_error) part_.error = find_server_error(text);
  if (!part_.error) part_.malformed = found.malformed;
  if (!found.malformed.empty()) return;
  part_.has_role = found.has_role;
  part_.is_other = !found.has_choices && !found.usage.prompt && !found.usage.completion;
  take(answer);
  remember(text, answer);
}

void AnswerReader::take(Answer& answer) {
  AnswerHandler& found = parser().handler();
  RequestRecord& record = answer.record();
  for (std::size_t i = 0; i < found.choice_count; ++i) {
    AnswerHandler::Choice& choice = found.choices[i];
    answer.add(choice.index, choice.sources);
    set_finish(choice.finish_reason, choice.finish_message, record);
  }
  set_usage(found.usage, record);
}

void AnswerReader::set_finish(std::string_view said, const std::string& message, RequestRecord& record) {
  const std::string_view reason = text::trimmed(said);
  if (reason.empty()) return;
  part_.finishes = true;
  if (weight(reason) <= weight(record.finish_reason)) return;
  record.finish_reason = reason;
  part_.finish_message = message;
}

/// Where the next text may be this one with another piece in its place.
void AnswerReader::remember(std::string_view text, const Answer& answer) {
  const AnswerHandler& found = parser().handler();
  const auto& added = answer.additions();
  if (found.pieces != 1 || added.size() != 1 || added.front().choice != 0) return;
  if (found.is_more || part_.finishes || part_.error || found.choice_count != 1) return;
  // A string with escapes is not in the text, but in a buffer of the parser's.
  const std::less_equal<const char*> not_after;
  const std::string_view piece = found.piece;
  if (!not_after(text.data(), piece.data())) return;
  if (!not_after(piece.data() + piece.size(), text.data() + text.size())) return;
  like_last_.set(text, piece);
  part_.is_one_piece = true;
  last_kind_ = added.front().kind;
}

}  // namespace llmload::protocol
