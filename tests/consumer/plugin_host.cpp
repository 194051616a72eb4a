// A program with an Asio of its own that loads a plug-in with llmload, and another Asio, inside.
#include <dlfcn.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "own_asio.hpp"

int main(int argc, char** argv) {
  void* const plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : nullptr;
  void* const symbol = plugin != nullptr ? dlsym(plugin, "run_plugin") : nullptr;
  if (symbol == nullptr || !own_asio_works()) {
    std::printf("FAILED: %s\n", symbol == nullptr ? dlerror() : "the host's Asio");
    return 1;
  }
  std::atomic<bool> ended{false}, works{true};
  std::thread beside([&] {
    while (!ended) works = works && own_asio_works();
  });
  const int code = reinterpret_cast<int (*)()>(symbol)();
  ended = true;
  beside.join();
  return code != 0 || !works || !own_asio_works() ? 1 : 0;
}
