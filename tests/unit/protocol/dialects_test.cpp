#include "support/dialects.hpp"

#include "dialect/known.hpp"
#include "protocol/record_builder.hpp"
#include "support/catch.hpp"

namespace dialects_test {

using namespace llmload;
using protocol::Arrival;
using protocol::Reading;

constexpr Arrival early{std::chrono::nanoseconds(10), TimeSource::kernel, 1},
    late{std::chrono::nanoseconds(20), TimeSource::kernel, 2};

RequestRecord record_of(const llmload::Dialect& dialect, const std::string& first,
                        const std::string& second) {
  const protocol::Redactor redactor{Plan{}};
  protocol::RecordBuilder builder(dialect, redactor, true);
  RequestRecord record;
  builder.start(record);
  if (builder.on_bytes(first, early) != Reading::ended && builder.on_bytes(second, late) != Reading::ended)
    builder.on_eof(true);
  return record;
}

/// What is wrong with `r`, if the bytes up to `split` came early and the rest late; "" where nothing is.
std::string wrong(const test::Dialect& d, const std::string& wire, std::size_t split,
                  const RequestRecord& r) {
  const auto stamp = [split](std::size_t offset) { return offset <= split ? early.at : late.at; };
  if (r.outcome != d.outcome) return "outcome " + std::string(to_string(r.outcome)) + " " + r.error;
  if (r.output != d.output || r.reasoning != d.reasoning || r.tool_text != d.tool_text)
    return "text " + r.output;
  if (r.finish_reason != d.finish_reason) return "finish_reason " + r.finish_reason;
  if (r.usage_completion_tokens != d.usage) return "usage";
  if (r.events.size() != d.tokens.size()) return "token events " + std::to_string(r.events.size());
  for (std::size_t i = 0; i < r.events.size(); ++i) {
    if (r.events[i].at != stamp(test::completed_at(wire, d.tokens[i])))
      return "stamp of event " + d.tokens[i];
    const bool merged = i > 0 && r.events[i].at == r.events[i - 1].at;
    if (r.events[i].merged != merged) return "merged of event " + d.tokens[i];
  }
  if (!d.tokens.empty() && (r.first_token != r.events.front().at || r.last_token != r.events.back().at))
    return "token";
  const auto done = d.has_done ? test::completed_at(wire, d.mark) : wire.size();
  const bool is_error = d.outcome != Outcome::ok && !d.has_done;
  if (!is_error && r.done != stamp(done)) return "done";
  return "";
}

/// Likewise at the first split at which something is wrong.
std::string first_wrong(const test::Dialect& d) {
  const auto dialect = dialect::known_by_path(d.path);
  const std::string wire = test::wire(d);
  for (std::size_t split = 1; split <= wire.size(); ++split) {
    const std::string what =
        wrong(d, wire, split, record_of(*dialect, wire.substr(0, split), wire.substr(split)));
    if (!what.empty()) return "split at " + std::to_string(split) + ": " + what;
  }
  return "";
}

TEST_CASE("each server's form of an answer gives the right record at every split of its bytes") {
  for (const test::Dialect& d : test::dialects()) {
    INFO(d.name);
    CHECK(first_wrong(d) == "");
  }
}

TEST_CASE("each form of the answers of other APIs gives the right record at every split of its bytes") {
  for (const test::Dialect& d : test::dialects_of_other_apis()) {
    INFO(d.name);
    CHECK(first_wrong(d) == "");
  }
}

}  // namespace dialects_test
