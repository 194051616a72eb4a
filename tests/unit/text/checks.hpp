#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace llmload {

/// `part` is somewhere in `text`.
inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The message of the `Error` that `call` throws; "" where it throws none.
template <class Error = std::exception, class Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& e) {
    return e.what();
  }
  return "";
}

}  // namespace llmload
