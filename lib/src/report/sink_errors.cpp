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
  for (const LostOutputs::Lost& lost : all) text += (text.empty() ? "" : "; ") + lost.what;
  return text;
}

}  // namespace

LostOutputs::LostOutputs(std::vector<Lost> all) : std::runtime_error(joined(all)), all_(std::move(all)) {}

std::string with_name(const Sink& sink, const std::string& reason) {
  std::string name = "a sink";
  try {
    name = sink.name();
  } catch (...) {  // the user's, too
  }
  return reason.starts_with(name) ? reason : name + ": " + reason;
}

void note_lost(RunResult& result, const std::string& what) {
  const bool known = std::ranges::find(result.errors, what) != result.errors.end();
  if (!known) result.errors.push_back(what);
}

void SinkErrors::note(RunResult& result, const LostOutputs::Lost& lost) {
  auto told = std::ranges::find(told_, lost.sink, &Told::sink);
  if (told == told_.end()) {
    told_.push_back({lost.sink, lost.what, lost.what});
    result.errors.push_back(lost.what);
    return;
  }
  const auto entry = std::ranges::find(result.errors, told->entry);
  ++told->more;
  told->entry = told->first + "; " + std::to_string(told->more) + " more of its calls failed";
  if (entry != result.errors.end()) *entry = told->entry;
}

}  // namespace report

std::string Sink::name() const {
  int failed = 0;
  const char* const mangled = typeid(*this).name();
  const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(mangled, nullptr, nullptr, &failed),
                                                     std::free);
  return failed == 0 ? plain.get() : mangled;
}

}  // namespace llmload
