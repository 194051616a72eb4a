#include "report/sink_errors.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <typeinfo>

namespace llmload {
namespace report {
namespace {

std::string joined(const std::vector<LostOutputs::Lost>& all) {
  std::string text;
  for (const LostOutputs::Lost& lost : all) text += (text.empty() ? "" : "; ") + lost.output.text();
  return text;
}

}  // namespace

LostOutputs::LostOutputs(std::vector<Lost> all) : std::runtime_error(joined(all)), all_(std::move(all)) {}

std::string name_of(const Sink& sink) {
  try {
    return sink.name();
  } catch (...) {  // the user's, too
    return "a sink";
  }
}

void note_lost(RunResult& result, const LostOutput& lost) {
  const auto known = std::ranges::find(result.errors, lost.text(), &LostOutput::text);
  if (known == result.errors.end()) result.errors.push_back(lost);
}

void SinkErrors::note(RunResult& result, const LostOutputs::Lost& lost) {
  const auto told = std::ranges::find(told_, lost.sink, &LostOutputs::Lost::sink);
  if (told == told_.end()) {
    told_.push_back(lost);
    result.errors.push_back(lost.output);
    return;
  }
  const auto entry = std::ranges::find(result.errors, told->output);
  ++told->output.more;
  if (entry != result.errors.end()) *entry = told->output;
}

}  // namespace report

std::string LostOutput::text() const {
  std::string text = what.starts_with(sink) ? what : sink + ": " + what;
  if (more > 0) text += "; " + std::to_string(more) + " more of its calls failed";
  return text;
}

namespace {

/// A program that is compiled with -fno-rtti gives its types none: a null stands in its place in front of the
/// functions of a vtable (Itanium C++ ABI, 2.5.2).
bool has_type_info(const Sink& sink) {
  const void* const* const vtable = *reinterpret_cast<const void* const* const*>(&sink);
  return vtable[-1] != nullptr;
}

}  // namespace

std::string Sink::name() const {
  if (!has_type_info(*this)) return "a sink";
  int failed = 0;
  const char* const mangled = typeid(*this).name();
  const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(mangled, nullptr, nullptr, &failed),
                                                     std::free);
  return failed == 0 ? plain.get() : mangled;
}

}  // namespace llmload
