#pragma once

#include <pthread.h>

#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "llmload/error.hpp"

namespace llmload::net {

/// A thread that does `work`; `name`, of 15 letters at most, is what top and a debugger call it. Throws
/// InputError where the system gives none: whoever starts several must end those that it has.
template <class Work>
std::thread start_thread(const std::string& name, Work work) {
  try {
    return std::thread([name, work = std::move(work)]() mutable {
      ::pthread_setname_np(::pthread_self(), name.c_str());
      work();
    });
  } catch (const std::system_error& e) {
    throw InputError("cannot start a thread: " + e.code().message() +
                     "; raise the limit of processes (ulimit -u), or use fewer cores");
  }
}

}  // namespace llmload::net
