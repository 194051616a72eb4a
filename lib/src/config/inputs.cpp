#include <filesystem>
#include <memory>

#include "config/keys.hpp"
#include "llmload/error.hpp"
#include "text/number.hpp"
#include "text/sha256.hpp"
#include "workload/prompt_file.hpp"
#include "workload/random_prompts.hpp"

namespace llmload::config {
namespace {

/// Among a million prompts of so many, two are alike in one of 2,000 runs.
constexpr double enough_prompts = 1e15;

void describe_list(Plan& plan, std::vector<std::string> prompts, const std::string& from) {
  const std::size_t count = prompts.size();
  plan.prompts_description =
      from + (count == 1 ? ", the same one each time" : ", " + std::to_string(count) + " prompts in turn");
  plan.source = std::make_shared<PromptList>(std::move(prompts));
}

void load_random_prompts(Draft& d, const ModelTokenizer& model) {
  const TokenLengths lengths = d.input_tokens.value_or(d.random_prompt_length).seeded(d.seed);
  d.plan.cache = d.cache.value_or(d.input_tokens ? CachePolicy::unique : CachePolicy::shared);
  const bool unique = d.plan.cache == CachePolicy::unique;
  const auto prompts = std::make_shared<const workload::RandomPrompts>(model, lengths, unique, d.seed);
  d.plan.source = prompts;
  if (unique && prompts->possible() < enough_prompts) {
    d.plan.warnings.push_back("prompts of " + std::to_string(lengths.least()) +
                              " tokens are too short to be unique: of these there are " +
                              text::rounded(prompts->possible()) + ", and some will be sent again");
  }
  const bool fixed = lengths.least() == lengths.most();
  d.plan.prompts_description =
      "random, exactly " + std::to_string(lengths.least()) +
      (fixed ? " tokens each" : " to " + std::to_string(lengths.most()) + " tokens") +
      (unique  ? ", each different: no prefix cache is measured"
       : fixed ? ", the same one each time: a prefix cache is measured"
               : ", each the beginning of one text: a prefix cache is measured");
}

void require_no_random_prompts(const Draft& d, const std::string& why) {
  if (d.input_tokens) throw InputError("INPUT_TOKENS asks for random prompts, " + why);
  if (d.cache == CachePolicy::unique) throw InputError("CACHE \"unique\" is for random prompts, " + why);
}

}  // namespace

void load_model(Draft& d) {
  Plan& plan = d.plan;
  if (d.model_path.empty()) return;
  // As every path in the file it starts at the file's folder; an org/name, and a path that --set gave, do
  // not.
  TokenizerLocation found = find_tokenizer(d.path(d.model_path));
  if (found.file.empty() && !d.folder.empty()) {
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

void load_prompts(Draft& d, bool simulated) {
  Plan& plan = d.plan;
  const bool chat = dialect_of(plan).has_roles();
  const ModelTokenizer* const model = plan.tokenizer ? plan.tokenizer->model() : nullptr;
  if (!d.prompts_path.empty()) require_no_random_prompts(d, "and PROMPTS names a file of them; give one");
  if (model != nullptr && (d.input_tokens || (!chat && d.prompts_path.empty())))
    return load_random_prompts(d, *model);
  if (model == nullptr) require_no_random_prompts(d, "which need a vocabulary, and MODEL_PATH gives none");
  require_no_random_prompts(d, "and a chat sends the input file's without INPUT_TOKENS");
  if (!chat && !simulated && d.prompts_path.empty() && !d.prompt_length) {
    throw InputError(
        "a completions endpoint is sent a random prompt of RANDOM_PROMPT_LENGTH tokens, which needs a "
        "vocabulary, and "
        "MODEL_PATH gives none; name the model's tokenizer, or set PROMPT_LENGTH to take a prompt of the "
        "input file");
  }
  const std::string file = d.prompts_path.empty() ? d.path("input.jsonl") : d.prompts_path;
  if (simulated && d.prompts_path.empty() && !std::filesystem::exists(file))
    return describe_list(plan, {"What does a load test measure?"}, "a question of llmload's own");
  describe_list(plan, workload::read_prompts(file, d.prompt_length), file);
}

}  // namespace llmload::config
