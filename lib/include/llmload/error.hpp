#pragma once

#include <stdexcept>

namespace llmload {

/// Wrong input or usage, found before any traffic: a file, a key, a URL, a model.
/// what() names the file, the place in it (a JSON pointer, or line and column), the value where it is no
/// secret, and what is allowed. The CLI prints it and exits with 2.
class InputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace llmload
