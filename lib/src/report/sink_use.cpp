#include "report/sink_use.hpp"

#include <mutex>
#include <set>
#include <string>

#include "llmload/error.hpp"
#include "report/sink_errors.hpp"

namespace llmload::report {
namespace {

/// The sinks of all runs of this process.
struct SinksInUse {
  std::mutex mutex;
  std::set<const Sink*> all;
};

SinksInUse& in_use() {
  static SinksInUse sinks;
  return sinks;
}

void collect(const Sink* sink, std::set<const Sink*>& to) {
  if (sink == nullptr) throw InputError("a sink hands on to a null one");
  if (!to.insert(sink).second) return;
  for (const Sink* part : sink->sinks()) collect(part, to);
}

}  // namespace

SinkUse::SinkUse(const Sink* sink) {
  if (sink == nullptr) return;
  std::set<const Sink*> wanted;
  collect(sink, wanted);
  SinksInUse& others = in_use();
  const std::scoped_lock lock(others.mutex);
  for (const Sink* one : wanted) {
    if (!others.all.contains(one)) continue;
    throw InputError("the sink " + name_of(*one) + " is in a run that has not ended: each run needs its own");
  }
  sinks_.assign(wanted.begin(), wanted.end());
  others.all.merge(wanted);
}

SinkUse::~SinkUse() {
  SinksInUse& others = in_use();
  const std::scoped_lock lock(others.mutex);
  for (const Sink* one : sinks_) others.all.erase(one);
}

}  // namespace llmload::report
