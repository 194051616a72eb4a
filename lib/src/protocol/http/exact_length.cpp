#include "protocol/http/exact_length.hpp"

#include <array>
#include <boost/json/value.hpp>

namespace llmload::protocol {

std::string_view to_string(ExactLength way) {
  static constexpr std::array<std::string_view, 4> names = {"ignore_eos and min_tokens", "ignore_eos",
                                                            "min_tokens", "nothing"};
  return names.at(static_cast<std::size_t>(way));
}

void ask_for(ExactLength way, unsigned tokens, boost::json::object& body) {
  if (way == ExactLength::both || way == ExactLength::ignore_eos) body["ignore_eos"] = true;
  if (way == ExactLength::both || way == ExactLength::min_tokens) body["min_tokens"] = tokens;
}

}  // namespace llmload::protocol
