#include "protocol/http/turn_body.hpp"

#include <algorithm>
#include <utility>

#include "llmload/error.hpp"

namespace llmload::protocol {
namespace {

// Its quotes can't stand like that in a string of JSON: wherever a body has this, it is the message.
constexpr std::string_view mark = R"({"llmload":"history"})";

Message marked() { return {"user", {}, std::string(mark)}; }

/// Where in a body the mark is. Throws InputError where it is not there once.
std::size_t place_of_mark(std::string_view body) {
  const std::size_t place = body.find(mark);
  if (place == body.npos || body.find(mark, place + 1) != body.npos) {
    throw InputError(
        "a conversation can't be sent: the request's body has no place for its messages; does EXTRA_BODY, or "
        "a "
        "row's own body, replace them?");
  }
  return place;
}

}  // namespace

std::size_t leading_system_messages(std::span<const Message> messages) {
  const auto first = std::ranges::find_if(messages, [](const Message& m) { return m.role != "system"; });
  return static_cast<std::size_t>(first - messages.begin());
}

std::string items_of(const Dialect& dialect, std::span<const Message> messages) {
  RequestSpec spec;
  spec.messages = {marked()};
  const std::string empty = dialect.body(spec, {});
  const std::size_t before = place_of_mark(empty), behind = empty.size() - before - mark.size();
  spec.messages.assign(messages.begin(), messages.end());
  const std::string body = dialect.body(spec, {});
  const bool as_items = body.size() >= before + behind && body.starts_with(empty.substr(0, before)) &&
                        body.ends_with(empty.substr(before + mark.size()));
  if (!as_items) {
    throw InputError(
        "a conversation can't be sent: this API has no place for one of its messages where it stands");
  }
  return body.substr(before, body.size() - before - behind);
}

std::string problem_of_items(const Dialect& dialect, std::span<const Message> messages) {
  try {
    (void)items_of(dialect, messages);
    return "";
  } catch (const InputError& e) {
    return e.what();
  }
}

TurnBody turn_body(const RequestWriter& writer, RequestSpec spec, const BodyChoice& choice,
                   std::span<const std::string_view> said) {
  spec.messages.push_back(marked());
  const std::string around = writer.body(spec, choice);
  TurnBody body;
  body.said_from = body.said_until = place_of_mark(around);
  std::size_t bytes = around.size();
  for (const std::string_view items : said) bytes += items.size() + 1;
  body.text.reserve(bytes);
  body.text.append(around, 0, body.said_from);
  for (const std::string_view items : said) {
    if (items.empty()) continue;
    if (body.text.size() > body.said_from) body.text += ',';
    body.text += items;
  }
  body.said_until = body.text.size();
  body.text.append(around, body.said_from + mark.size());
  return body;
}

}  // namespace llmload::protocol
