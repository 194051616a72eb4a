#include "config/key_readers.hpp"
#include "config/keys.hpp"
#include "config/token_lengths.hpp"

namespace llmload::config {
namespace {

namespace limits = validation::limits;

constexpr WholeNumbers prompt_tokens{1, 1'000'000};
constexpr Numbers trace_seconds{0, 1e9};

}  // namespace

std::vector<Key> workload_keys() {
  return {
      {{"PROMPTS", "path", "input.jsonl beside the parameters",
        "a file of requests: JSON lines, a JSON list, CSV, text, or prompts by their length", "--prompts"},
       "source",
       [](Draft& d, const Parameter& p) { d.prompts_path = p.as_path(); },
       false,
       true},
      {{"PROMPT_LENGTH", "string", R"("25")", "which of the prompts that are keyed by length is sent"},
       "",
       [](Draft& d, const Parameter& p) {
         d.rows.length = p.as_word();
         d.has_prompt_length = true;
       },
       false,
       true},
      {{"PROMPTS_FORMAT", R"("by-length", "jsonl", "json", "csv", "text")", "what the file's content tells",
        "how the file of requests is written"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_file().form = static_cast<RowsForm>(p.as_choice({"by-length", "jsonl", "json", "csv", "text"}));
       }},
      {{"PROMPTS_COLUMNS", "object of strings", "none",
        "what the file's own members or columns stand for; \"skip\" leaves one out"},
       "",
       read_columns},
      {{"PROMPTS_ORDER", R"("as-written", "shuffled", "sampled")", R"("as-written")",
        "in which order its rows are sent"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_file().order = static_cast<RowOrder>(p.as_choice({"as-written", "shuffled", "sampled"}));
       }},
      {{"PROMPTS_AT_END", R"("again", "stop")", R"("again")", "what follows the last row"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_file().at_end = static_cast<AtEnd>(p.as_choice({"again", "stop"}));
       }},
      {{"PROMPTS_SKIP_BROKEN", "true, false", "false", "rows that are no request are left out, and counted"},
       "",
       [](Draft& d, const Parameter& p) { d.of_file().skip_broken = p.as_bool(); }},
      {{"RANDOM_PROMPT_LENGTH", "whole number, tokens", "25", "completions: length of the random prompt"},
       "",
       [](Draft& d, const Parameter& p) {
         d.random_prompt_length = static_cast<unsigned>(p.as_integer(prompt_tokens));
       }},
      {{"INPUT_TOKENS", "whole number, or distribution", "none",
        "tokens of each random prompt; needs MODEL_PATH", "--input-tokens"},
       "",
       [](Draft& d, const Parameter& p) { d.input_tokens = read_token_lengths(p, prompt_tokens); }},
      {{"PREFIX_TOKENS", "whole number, tokens", "none",
        "each random prompt begins with a prefix of so many tokens, which others begin with, too"},
       "",
       [](Draft& d, const Parameter& p) {
         d.prefix.tokens = static_cast<unsigned>(p.as_integer(prompt_tokens));
       }},
      {{"PREFIX_COUNT", "whole number", "1", "so many different prefixes a stage has"},
       "",
       [](Draft& d, const Parameter& p) {
         d.prefix_keys = true;
         d.prefix.count = p.as_integer({1, 1'000'000});
       }},
      {{"PREFIX_LAW", R"("uniform", or {"zipf": exponent})", R"("uniform")",
        "how often each prefix is drawn"},
       "",
       read_prefix_law},
      {{"CONVERSATION", "object", "none",
        "turns, think_seconds and user_tokens of conversations: what is due, or taken, is one"},
       "",
       read_conversation},
      {{"HISTORY", R"("answers", "file")", R"("answers")",
        "what later turns repeat as answers: those that came, or those of the file"},
       "history",
       [](Draft& d, const Parameter& p) {
         d.history = static_cast<History>(p.as_choice({"answers", "file"}));
       }},
      {{"OUTPUT_TOKENS", "whole number, or distribution", "MAX_NEW_TOKEN",
        "max_tokens of each request, in place of MAX_NEW_TOKEN", "--output-tokens"},
       "max_tokens",
       [](Draft& d, const Parameter& p) { d.output_tokens = read_token_lengths(p, limits::max_tokens); }},
      {{"EXACT_OUTPUT", "true, false", "false",
        "answers of exactly max_tokens are asked for, as far as the server lets itself be asked"},
       "exact_output",
       [](Draft& d, const Parameter& p) { d.plan.exact_output = p.as_bool(); }},
      {{"CACHE", R"("unique", "shared")", R"("unique" with INPUT_TOKENS, else "shared")",
        "what random prompts share: nothing, or one text, of which each is the beginning"},
       "cache",
       [](Draft& d, const Parameter& p) {
         d.cache = p.as_choice({"shared", "unique"}) == 0 ? CachePolicy::shared : CachePolicy::unique;
       }},
      {{"SALT", "string", "32 random hex digits a run",
        "what makes unique prompts differ from those of other runs"},
       "salt",
       [](Draft& d, const Parameter& p) { d.plan.salt = p.as_word(); },
       false,
       true},
      {{"TRACE", "path", "none",
        "a trace, which says when each request is due, how long it is, and what they share: a stage of its "
        "own"},
       "stages[].loop.pacer",
       [](Draft& d, const Parameter& p) { d.trace_path = p.as_path(); },
       false,
       true},
      {{"TRACE_COLUMNS", "object of strings", "those of the forms that are known",
        "which columns of the trace are timestamp or timestamp_ms, input_tokens and output_tokens"},
       "",
       read_trace_columns},
      {{"TRACE_FROM_SECONDS", "number, s", "0", "the trace begins so long behind its first row"},
       "",
       [](Draft& d, const Parameter& p) { d.of_trace().from = p.as_time(trace_seconds); }},
      {{"TRACE_UNTIL_SECONDS", "number, s", "none",
        "what is later in the trace, counted likewise, is left out"},
       "",
       [](Draft& d, const Parameter& p) { d.of_trace().until = p.as_time(trace_seconds); }},
      {{"TRACE_SPEED", "number", "1", "2: the trace goes twice as fast"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_trace().speed = p.as_number({1e-3, 1e6});
       }},
      {{"TRACE_SHARE", "number, 0 to 1", "1", "so many of the trace's rows are sent, drawn by SEED"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_trace().share = p.as_number({1e-6, 1});
       }},
      {{"TRACE_COPIES", "whole number", "1", "each row is sent so many times, with other texts"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_trace().copies = static_cast<unsigned>(p.as_integer({1, 1'000}));
       }},
      {{"TRACE_MOST_INPUT_TOKENS", "whole number, tokens", "none",
        "longer prompts of the trace are cut to it"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_trace().most_input = static_cast<unsigned>(p.as_integer(prompt_tokens));
       }},
      {{"TRACE_MOST_OUTPUT_TOKENS", "whole number, tokens", "none",
        "longer answers of the trace are cut to it"},
       "",
       [](Draft& d, const Parameter& p) {
         d.of_trace().most_output = static_cast<unsigned>(p.as_integer(limits::max_tokens));
       }},
  };
}

}  // namespace llmload::config
