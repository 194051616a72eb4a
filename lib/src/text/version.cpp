#include "llmload/version.hpp"

#define LLMLOAD_TEXT_OF(number) #number
#define LLMLOAD_DOTTED(major, minor, patch) \
  LLMLOAD_TEXT_OF(major) "." LLMLOAD_TEXT_OF(minor) "." LLMLOAD_TEXT_OF(patch)

namespace llmload {

std::string_view version() noexcept {
  return LLMLOAD_DOTTED(LLMLOAD_VERSION_MAJOR, LLMLOAD_VERSION_MINOR, LLMLOAD_VERSION_PATCH);
}

}  // namespace llmload
