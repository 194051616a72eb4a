#pragma once

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "llmload/error.hpp"

namespace llmload::net {

/// A thread that does `work`. Throws InputError where the system gives none: whoever starts several must end
/// those that it has.
template <class Work>
std::thread start_thread(Work work) {
  try {
    return std::thread(std::move(work));
  } catch (const std::system_error& e) {
    throw InputError("cannot start a thread: " + e.code().message() +
                     "; raise the limit of processes (ulimit -u), or use fewer cores");
  }
}

}  // namespace llmload::net
