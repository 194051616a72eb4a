#include "config/keys.hpp"
#include "llmload/error.hpp"

namespace llmload::config {

void choose_counts(Draft& d, const std::string& where) {
  Plan& plan = d.plan;
  plan.tokens_from = d.tokens_from.value_or(TokensFrom::tokenizer);
  if (d.tokens_from == TokensFrom::tokenizer && plan.tokenizer == nullptr) {
    throw InputError(where + ": /TOKENS_FROM: is \"tokenizer\", and there is none; MODEL_PATH names one");
  }
  if (plan.tokens_from == TokensFrom::usage && plan.tokenizer != nullptr)
    plan.tokenizer_description = "server usage, beside " + plan.tokenizer_description;
}

}  // namespace llmload::config
