#pragma once

#include <cstddef>
#include <cstdint>
#include <llmload/error.hpp>
#include <string>
#include <utility>
#include <vector>

namespace llmload {

/// Gives each request its prompt. Plug in your own by deriving from it.
/// Threads:  prompt() is called from all shards at once, and more than once for a request: for a quota's
///           charge, when it is sent, and for the count of its tokens. It must depend on nothing but its
///           arguments, so that a plan sends the same requests on 1 core and on 16; one that does not makes
///           those counts wrong, and nothing else.
/// Errors:   what it throws, of any type, ends the run: what is under way is cancelled, and run() throws it.
/// In
///           the count of tokens it is noted as for a Tokenizer.
/// Lifetime: shared with the plan that uses it.
class PromptSource {
 public:
  virtual ~PromptSource() = default;

  /// The user's prompt of request `index` (0, 1, 2 ...) of stage number `stage` (0, 1, 2 ...), UTF-8.
  [[nodiscard]] virtual std::string prompt(std::size_t stage, std::uint64_t index) const = 0;
};

/// The prompts of a list, in turn, from the first one on in each stage. One entry: the same prompt for each
/// request. Throws InputError where it is empty.
class PromptList : public PromptSource {
 public:
  explicit PromptList(std::vector<std::string> prompts) : prompts_(std::move(prompts)) {
    if (prompts_.empty()) throw InputError("a list of prompts has none");
  }

  [[nodiscard]] std::string prompt(std::size_t /*stage*/, std::uint64_t index) const override {
    return prompts_[index % prompts_.size()];
  }
  [[nodiscard]] const std::vector<std::string>& prompts() const { return prompts_; }

 private:
  std::vector<std::string> prompts_;
};

}  // namespace llmload
