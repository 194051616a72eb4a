#include "metrics/verdict/notes.hpp"

#include <string>

#include "text/number.hpp"

namespace llmload::metrics {
namespace {

constexpr double long_tail = 0.05;     // of the wall
constexpr double worth_a_word = 0.01;  // of the prompts' tokens

std::string of(std::uint64_t part, std::uint64_t whole) {
  return std::to_string(part) + " of " + std::to_string(whole);
}

void add_token_notes(Summary& s, const SummarySettings& settings, const TokenCounts& tokens) {
  if (s.text_dropped > 0) {
    s.notes.push_back(
        "the texts of " + of(s.text_dropped, s.ok) +
        " answers were dropped, for which there was no room (MAX_WAITING_BYTES): their output tokens "
        "are the server's, and they are in no event gap and no ITL");
  }
  if (tokens.without_output > 0) {
    s.notes.push_back(
        std::to_string(tokens.without_output) +
        " answers have no known number of output tokens: no usage, and no tokenizer that counted");
  }
  const std::uint64_t with_usage = s.ok - tokens.without_usage;
  if (settings.tokenizer && with_usage > 0 && tokens.beside_usage != tokens.by_usage) {
    const bool more = tokens.beside_usage > tokens.by_usage;
    const auto difference =
        more ? tokens.beside_usage - tokens.by_usage : tokens.by_usage - tokens.beside_usage;
    s.notes.push_back("the tokenizer counts " + std::to_string(tokens.beside_usage) +
                      " output tokens, the server " + std::to_string(tokens.by_usage) + ": " +
                      std::to_string(difference) + (more ? " fewer" : " more") + " over " +
                      std::to_string(with_usage) + " answers");
  }
  if (tokens.with_impossible_usage > 0) {
    s.notes.push_back(
        of(tokens.with_impossible_usage, s.ok) +
        " answers have a usage that can't be, which is not used: more tokens than any context, or "
        "than the answer's bytes allow, or a part greater than its whole");
  }
  if (const auto& t = s.template_tokens; t && t->least < 0) {
    s.notes.push_back("the server counts fewer prompt tokens than we do, up to " + std::to_string(-t->least) +
                      " a request: its tokenizer is another one, or it does not read the whole prompt");
  } else if (t && t->most != 0) {
    const std::string range = t->least == t->most
                                  ? std::to_string(t->least)
                                  : std::to_string(t->least) + " to " + std::to_string(t->most);
    s.notes.push_back("the server counts " + range +
                      " prompt tokens a request beyond the prompt's own: those of its chat template");
  }
  const auto cached = static_cast<double>(s.usage_cached_tokens.value_or(0));
  // Each request begins with the plan's system prompt, which the server's counts have, too.
  const std::uint64_t system = settings.own_counts() ? tokens.system : 0;
  const auto all = static_cast<double>(tokens.prompt + system);
  const auto shared = static_cast<double>(s.shared_tokens.value_or(0) + system);
  const auto percent = [&](double part) { return text::rounded(100 * part / all); };
  const bool is_planned = settings.cache == CachePolicy::unique || s.shared_tokens;
  if (is_planned && all > 0 && cached - shared >= worth_a_word * all) {
    s.notes.push_back(
        "the server had " + percent(cached) + " % of the prompts' tokens in its cache, though " +
        (shared == 0 ? "no prompt was sent before" : "prompts share no more than " + percent(shared) + " %") +
        ": its template's, or a salt that was given again");
  } else if (is_planned && shared > 0 && s.usage_cached_tokens) {
    s.notes.push_back("the server had " + percent(cached) +
                      " % of the prompts' tokens in its cache; the plan made " + percent(shared) +
                      " % possible");
  }
  if (const auto& off = s.length_difference(); off && s.length_mismatch().value_or(0) > 0) {
    s.notes.push_back(text::rounded(100 * *s.length_mismatch()) +
                      " % of the answers have not the length that was asked for: off by " +
                      text::rounded(off->p50) + " tokens at p50 and " + text::rounded(off->p99) +
                      " at p99 of all answers");
  } else if (s.short_outputs.value_or(0) > 0) {
    s.notes.push_back(
        of(*s.short_outputs, s.ok) +
        " outputs are shorter than 90 % of what was asked for: rates of shorter outputs do not compare");
  }
}

/// "0: 22 ms, 1: 24 ms": the p50 of the first groups of a kind.
std::string p50_of(const std::vector<Group>& groups, std::string_view kind, std::string_view key) {
  constexpr std::size_t most_shown = 6;
  std::string text;
  std::size_t shown = 0;
  for (const Group& group : groups) {
    if (group.group != kind || shown == most_shown) continue;
    const auto found = group.values.find(key);
    if (found == group.values.end()) continue;
    const auto& times = std::get<std::optional<Distribution>>(found->second);
    text += (shown++ == 0 ? "" : ", ") + group.key + ": " + text::rounded(times->p50) + " ms";
  }
  return text;
}

void add_conversation_notes(Summary& s) {
  if (!s.conversations) return;
  const ConversationCounts& c = *s.conversations;
  std::string note = std::to_string(c.begun) +
                     " conversations began in the window: " + std::to_string(c.done) +
                     " came to their end, " + std::to_string(c.broken_off) + " were broken off";
  if (s.not_started > 0)
    note += ", with " + std::to_string(s.not_started) + " later turns that were not sent";
  s.notes.push_back(std::move(note));
  const bool may_be_steady = s.stage.warmup.count() != 0 && s.stage.duration;
  if (c.planned_requests_per_second && s.requests_per_second && may_be_steady) {
    s.notes.push_back("once as many conversations end as begin there are " +
                      text::rounded(*c.planned_requests_per_second) +
                      " requests/s; in the window there were " + text::rounded(*s.requests_per_second));
  }
}

void add_group_notes(Summary& s) {
  const bool streamed = s.ttft_ms().has_value();
  for (const std::string_view kind : {"model", "turn"}) {
    const std::string times = p50_of(s.groups, kind, streamed ? "ttft_ms" : "e2e_ms");
    if (times.empty()) continue;
    std::string note = streamed ? "TTFT" : "E2E";
    note.append(" p50 by ").append(kind).append(": ").append(times);
    s.notes.push_back(std::move(note));
  }
}

void add_finish_notes(Summary& s, const TokenCounts& tokens) {
  if (tokens.without_finish > 0)
    s.notes.push_back(of(tokens.without_finish, s.ok) + " answers ended without a finish reason");
  std::string unknown;
  for (const auto& [reason, count] : s.finish_reasons) {
    if (finish_of(reason) == Finish::unknown)
      unknown += (unknown.empty() ? "" : ", ") + reason + " (" + std::to_string(count) + ')';
  }
  if (!unknown.empty())
    s.notes.push_back("finish reasons that this version does not know were taken for good ones: " + unknown);
}

void add_stream_notes(Summary& s, const StreamCounts& streams) {
  if (streams.whole_answers > 0) {
    s.notes.push_back(of(streams.whole_answers, s.ok) +
                      " answers came as one body although a stream was asked for: they have no TTFT");
  }
  if (streams.without_tokens > 0) {
    s.notes.push_back(of(streams.without_tokens, s.ok) + " answers are streams without a token event");
  }
  if (s.together_share().value_or(0) > 0.01) {
    s.notes.push_back(
        text::rounded(100 * *s.together_share()) +
        " % of the token events came together with the one before: the server sends them so, or "
        "something before us gathers them (nginx with proxy_buffering, HAProxy without "
        "http-no-delay, a content filter)");
  }
}

}  // namespace

void add_notes(Summary& s, const SummarySettings& settings, const TokenCounts& tokens,
               const StreamCounts& streams) {
  if (s.too_many_errors) {
    s.notes.push_back("the stage was stopped: " + of(s.failed, s.begun) +
                      " requests had failed, more than the plan allows");
  }
  if (s.retried > 0) {
    s.notes.push_back(
        of(s.retried, s.begun) + " requests were sent more than once, " + std::to_string(s.attempts) +
        " attempts in all: latencies are from the first attempt, service times of the last one");
  }
  if (s.stale_answers > 0) {
    s.notes.push_back(
        std::to_string(s.stale_answers) +
        " connections were closed because bytes came that answer no request: the server, or what "
        "is before it, sends answers that nobody asked for");
  }
  add_finish_notes(s, tokens);
  add_conversation_notes(s);
  add_group_notes(s);
  if (s.ok == 0) return;
  if (s.tail_seconds && *s.tail_seconds >= long_tail * *s.wall_seconds) {
    const double all = *s.wall_seconds + *s.tail_seconds;
    s.notes.push_back("requests failed until " + text::rounded(*s.tail_seconds) +
                      " s behind the last answer: the rate over all that time is " +
                      text::rounded(static_cast<double>(s.ok) / all) + " requests/s");
  }
  add_token_notes(s, settings, tokens);
  if (settings.stream) add_stream_notes(s, streams);
  if (s.time_source != TimeSource::kernel) {
    s.notes.push_back("arrivals are timed by " +
                      std::string(s.time_source == TimeSource::user
                                      ? "our own reads"
                                      : "the kernel and in part by our own reads") +
                      ", not by the kernel: they include the time that a busy client takes");
  }
}

}  // namespace llmload::metrics
