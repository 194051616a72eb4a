#include <filesystem>
#include <memory>

#include "config/keys.hpp"
#include "dataset/trace/trace_source.hpp"
#include "llmload/error.hpp"
#include "llmload/request_file.hpp"
#include "protocol/secrets/redactor.hpp"
#include "text/number.hpp"
#include "text/sha256.hpp"
#include "workload/random_conversations.hpp"
#include "workload/random_prompts.hpp"

namespace llmload::config {
namespace {

/// Among a million prompts of so many, two are alike in one of 2,000 runs.
constexpr double enough_prompts = 1e15;

/// "shuffled by seed 1, once each": how rows are sent.
std::string order_of(const RequestFileOptions& options, std::uint64_t rows) {
  const std::string seed = " by seed " + std::to_string(options.seed);
  if (options.order == RowOrder::sampled)
    return ", drawn" + seed + " from " + std::to_string(rows) + " prompts";
  if (rows == 1 && options.at_end == AtEnd::again) return ", the same one each time";
  return ", " + std::to_string(rows) +
         (options.at_end == AtEnd::stop ? " prompts once each" : " prompts in turn") +
         (options.order == RowOrder::shuffled ? ", shuffled" + seed : "");
}

/// "2 to 9".
std::string range_of(const TokenLengths& law, double scale = 1) {
  const std::string most = text::shortest(law.most() * scale);
  return law.least() == law.most() ? most : text::shortest(law.least() * scale) + " to " + most;
}

/// "; conversations of 2 to 9 turns, think times of 0.5 to 60 s". `turns`: how many.
std::string described(const ConversationKeys& talk, const std::string& turns) {
  std::string text = "; conversations of " + turns + (turns == "1" ? " turn" : " turns");
  if (talk.user_tokens) text += ", later ones of " + range_of(*talk.user_tokens) + " tokens";
  if (talk.think_ms) text += ", think times of " + range_of(*talk.think_ms, 1e-3) + " s";
  return text;
}

/// Errors quote rows, in which a key may be.
std::shared_ptr<const RequestFile> open_file(const std::string& path, const RequestFileOptions& options,
                                             const protocol::Redactor& redactor) {
  try {
    return std::make_shared<const RequestFile>(path, options);
  } catch (const InputError& e) {
    throw InputError(redactor.redact(e.what()));
  }
}

void load_file(Draft& d, const std::string& path) {
  RequestFileOptions options = d.rows;
  options.seed = d.seed;
  options.dialect = d.plan.endpoints.front().dialect;
  options.models = !d.plan.models.empty();
  options.stream = d.plan.stream;
  if (d.conversation) {
    if (d.conversation->user_tokens)
      throw InputError("CONVERSATION: \"user_tokens\" is for random prompts, and a file says its own");
    options.conversations =
        FileConversations{d.plan.history, d.conversation->turns, d.conversation->think_ms};
  }
  const protocol::Redactor redactor(d.plan);
  const auto file = open_file(path, options, redactor);
  d.plan.prompts_description = path + order_of(options, file->size());
  if (file->skipped() > 0) {
    const bool one = file->skipped() == 1;
    const std::string skipped =
        std::to_string(file->skipped()) + (one ? " row is" : " rows are") + " no request";
    d.plan.prompts_description += "; " + skipped;
    d.plan.warnings.push_back(path + ": " + skipped +
                              ", and skipped; the first: " + redactor.redact(file->first_skipped()));
  }
  if (d.conversation) {
    if (d.conversation->turns && d.conversation->turns->most() == 1)
      throw InputError("CONVERSATION: conversations of one turn are requests, which need no CONVERSATION");
    if (file->most_turns() == 1)
      throw InputError("CONVERSATION: no row of " + path + " has more than one turn of a user's");
    d.plan.prompts_description +=
        described(*d.conversation, "up to " + std::to_string(file->most_turns())) + ", with " +
        (d.plan.history == History::answers ? "the answers that come" : "the file's answers");
  }
  d.plan.source = file;
}

/// "one of 8 prefixes of 1000 tokens, drawn by zipf 1.2".
std::string prefix_of(const workload::PrefixPool::Shape& prefix) {
  return "one of " + std::to_string(prefix.count) + (prefix.count == 1 ? " prefix of " : " prefixes of ") +
         std::to_string(prefix.tokens) + " tokens" +
         (prefix.zipf ? ", drawn by zipf " + text::shortest(*prefix.zipf) : "") +
         ": a prefix cache is measured";
}

/// Goes on from what is sent first.
void make_conversations(Draft& d, const ModelTokenizer& model,
                        std::shared_ptr<const workload::RandomPrompts> first, const TokenLengths& lengths) {
  if (d.history == History::source)
    throw InputError("HISTORY \"file\" is for the conversations of a file, and the prompts are random");
  const ConversationKeys& talk = *d.conversation;
  if (!talk.turns) throw InputError("CONVERSATION: random prompts need \"turns\": how many there are");
  const workload::TalkShape shape{*talk.turns, talk.user_tokens.value_or(lengths), talk.think_ms};
  d.plan.source =
      std::make_shared<const workload::RandomConversations>(model, std::move(first), shape, d.seed);
  d.plan.prompts_description += described(talk, range_of(*talk.turns));
}

void load_random_prompts(Draft& d, const ModelTokenizer& model) {
  if (d.needs_file)
    throw InputError(
        "PROMPTS_FORMAT, _COLUMNS, _ORDER, _AT_END and _SKIP_BROKEN are for a file of requests, and the "
        "prompts are random");
  const TokenLengths lengths = d.input_tokens.value_or(d.random_prompt_length).seeded(d.seed);
  d.plan.cache = d.cache.value_or(d.input_tokens ? CachePolicy::unique : CachePolicy::shared);
  const bool unique = d.plan.cache == CachePolicy::unique;
  if (d.prefix.tokens != 0 && !unique)
    throw InputError("PREFIX_TOKENS is for CACHE \"unique\": shared prompts begin alike as they are");
  const auto prefixes =
      d.prefix.tokens != 0 ? std::make_shared<const workload::PrefixPool>(d.prefix) : nullptr;
  const auto prompts =
      std::make_shared<const workload::RandomPrompts>(model, lengths, unique, d.seed, prefixes);
  d.plan.source = prompts;
  if (prefixes) d.plan.cache = CachePolicy::shared;  // what they share, they share
  if (unique && prompts->possible() < enough_prompts) {
    d.plan.warnings.push_back("prompts of " + std::to_string(lengths.least()) +
                              " tokens are too short to be unique: of these there are " +
                              text::rounded(prompts->possible()) + ", and some will be sent again");
  }
  const bool fixed = lengths.least() == lengths.most();
  d.plan.prompts_description =
      "random, exactly " + std::to_string(lengths.least()) +
      (fixed ? " tokens each" : " to " + std::to_string(lengths.most()) + " tokens") +
      (prefixes ? " behind " + prefix_of(d.prefix)
       : unique ? ", each different: no prefix cache is measured"
       : fixed  ? ", the same one each time: a prefix cache is measured"
                : ", each the beginning of one text: a prefix cache is measured");
  if (d.conversation) make_conversations(d, model, prompts, lengths);
}

/// Its source and its pacer.
void load_trace(Draft& d, const ModelTokenizer* model) {
  if (model == nullptr)
    throw InputError("TRACE needs a vocabulary for prompts of its lengths, and MODEL_PATH gives none");
  if (d.output_tokens) throw InputError("OUTPUT_TOKENS and TRACE both say how long answers are; give one");
  dataset::TraceOptions options = d.trace;
  options.seed = d.seed;
  const auto trace = std::make_shared<const dataset::Trace>(dataset::read_trace(d.trace_path, options));
  d.plan.source = std::make_shared<dataset::TraceSource>(*model, trace, options.copies, d.seed);
  d.trace_pacer = std::make_shared<dataset::TracePacer>(trace, options.copies);
  d.plan.cache = trace->block_tokens != 0 ? CachePolicy::shared : CachePolicy::unique;
  d.plan.history = History::none;
  d.plan.prompts_description =
      d.trace_path + " (" + trace->form + "), " + std::to_string(trace->rows()) + " rows" +
      (options.copies == 1 ? "" : ", each " + std::to_string(options.copies) + " times") +
      (trace->block_tokens != 0 ? ", which share blocks of " + std::to_string(trace->block_tokens) + " tokens"
                                : ", each prompt different");
  if (trace->most_turns > 1) {
    d.plan.prompts_description += "; " + std::to_string(trace->roots.size()) + " conversations of up to " +
                                  std::to_string(trace->most_turns) + " turns";
  }
  for (const std::string& what : trace->left_out)
    d.plan.warnings.push_back(d.trace_path + ": " + what +
                              (what.starts_with("1 ") || what.starts_with("a ") ? " is" : " are") +
                              " left out");
}

void ask_own_question(Plan& plan) {
  plan.prompts_description = "a question of llmload's own, the same one each time";
  plan.source = std::make_shared<PromptList>(std::vector<std::string>{"What does a load test measure?"});
}

void require_no_random_prompts(const Draft& d, const std::string& why) {
  if (d.input_tokens) throw InputError("INPUT_TOKENS asks for random prompts, " + why);
  if (d.cache == CachePolicy::unique) throw InputError("CACHE \"unique\" is for random prompts, " + why);
  if (d.prefix.tokens != 0) throw InputError("PREFIX_TOKENS is for random prompts, " + why);
}

}  // namespace

void load_model(Draft& d) {
  Plan& plan = d.plan;
  if (d.model_path.empty()) return;
  // As every path in the file it starts at the file's folder; an org/name does not.
  TokenizerLocation found = find_tokenizer(d.model_file);
  if (found.file.empty() && d.model_file != d.model_path) {
    TokenizerLocation elsewhere = find_tokenizer(d.model_path);
    found.file = elsewhere.file;
    found.tried.insert(found.tried.end(), elsewhere.tried.begin(), elsewhere.tried.end());
  }
  if (found.file.empty()) {
    std::string warning = "MODEL_PATH \"" + d.model_path +
                          "\" leads to no tokenizer; tokens are counted by the server (usage). Tried:";
    for (const std::string& path : found.tried) warning += ' ' + path;
    plan.warnings.push_back(std::move(warning));
    return;
  }
  auto tokenizer = load_tokenizer(found.file, d.tokenizer);
  plan.tokenizer_description = tokenizer->description() + " (" + found.file + ")";
  plan.tokenizer = std::move(tokenizer);
  plan.tokenizer_sha256 = text::sha256_of_file(found.file);
}

void load_prompts(Draft& d, bool may_be_own) {
  Plan& plan = d.plan;
  if (d.prefix_keys && d.prefix.tokens == 0)
    throw InputError("PREFIX_COUNT and PREFIX_LAW need PREFIX_TOKENS: how long a prefix is");
  const bool chat = dialect_of(plan).has_roles();
  if (d.history && !d.conversation) throw InputError("HISTORY is for conversations: it needs CONVERSATION");
  if (d.conversation && !chat)
    throw InputError("CONVERSATION needs messages, which a completions endpoint does not take");
  plan.history = d.history.value_or(History::answers);
  const ModelTokenizer* const model = plan.tokenizer ? plan.tokenizer->model() : nullptr;
  if (d.needs_trace && d.trace_path.empty())
    throw InputError("TRACE_FROM_SECONDS, _UNTIL_SECONDS, _SPEED and the like need TRACE: a file");
  if (!d.trace_path.empty()) {
    require_no_random_prompts(d, "and TRACE says the lengths of its own; give one");
    if (d.conversation) throw InputError("CONVERSATION and TRACE both say what is sent; give one");
    if (!d.prompts_path.empty() || d.needs_file)
      throw InputError("PROMPTS and TRACE both say what is sent; give one");
    return load_trace(d, model);
  }
  if (!d.prompts_path.empty()) require_no_random_prompts(d, "and PROMPTS names a file of them; give one");
  if (model != nullptr && (d.input_tokens || (!chat && d.prompts_path.empty())))
    return load_random_prompts(d, *model);
  if (model == nullptr) require_no_random_prompts(d, "which need a vocabulary, and MODEL_PATH gives none");
  require_no_random_prompts(d, "and a chat sends the input file's without INPUT_TOKENS");
  if (!chat && !may_be_own && d.prompts_path.empty() && !d.has_prompt_length) {
    throw InputError(
        "a completions endpoint is sent a random prompt of RANDOM_PROMPT_LENGTH tokens, which needs a "
        "vocabulary, and "
        "MODEL_PATH gives none; name the model's tokenizer, or set PROMPT_LENGTH to take a prompt of the "
        "input file");
  }
  const std::string file = d.prompts_path.empty() ? (d.folder / "input.jsonl").string() : d.prompts_path;
  if (may_be_own && d.prompts_path.empty() && !std::filesystem::exists(file)) return ask_own_question(plan);
  load_file(d, file);
}

}  // namespace llmload::config
