#pragma once

#include <llmload/export.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace llmload {

/// Wrong input or usage, found before any traffic: a file, a key, a URL, a model.
/// what() names the file, the place in it (a JSON pointer, or line and column), the value where it is no
/// secret, and what is allowed. The CLI prints it and exits with 2.
class LLMLOAD_EXPORT InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A Plan with a member with which no run could do what was meant. It shows no secret.
/// what() is both: "stages[0].duration is -1 s; it must be a number from 0.001 to 604800".
class LLMLOAD_EXPORT PlanError : public InputError {
 public:
  /// Both as below.
  PlanError(std::string member, std::string problem)
      : InputError(member + ' ' + problem), member_(std::move(member)), problem_(std::move(problem)) {}

  /// As it is written behind `plan.`: "endpoints[1].target".
  [[nodiscard]] const std::string& member() const noexcept { return member_; }
  /// The rest of a sentence that begins with it.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  std::string member_, problem_;
};

}  // namespace llmload
