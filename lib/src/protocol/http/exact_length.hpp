#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

namespace llmload::protocol {

/// How a server is asked for answers of exactly max_tokens, from the surest way to none.
enum class ExactLength : std::uint8_t { both, ignore_eos, min_tokens, unasked };

/// The way to try where a server refuses `way`.
inline ExactLength weaker(ExactLength way) {
  return way == ExactLength::unasked ? way : static_cast<ExactLength>(static_cast<int>(way) + 1);
}

/// The members that it adds to a body: "ignore_eos and min_tokens"; "nothing".
std::string_view to_string(ExactLength way);

/// Adds them.
void ask_for(ExactLength way, unsigned tokens, boost::json::object& body);

}  // namespace llmload::protocol
