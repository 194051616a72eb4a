#pragma once

#include <llmload/stage.hpp>
#include <variant>

namespace test {

/// The loop of a stage that is an open one; std::bad_variant_access where it is not.
inline llmload::OpenLoop& open_of(llmload::Stage& stage) { return std::get<llmload::OpenLoop>(stage.loop); }
inline const llmload::OpenLoop& open_of(const llmload::Stage& stage) {
  return std::get<llmload::OpenLoop>(stage.loop);
}

}  // namespace test
