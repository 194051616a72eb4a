#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "llmload/simulated_dialect.hpp"
#include "support/catch.hpp"

namespace test {

inline llmload::SimulatedAnswer two_words(std::string_view finish_reason) {
  return {.id = "id-1",
          .created = 7,
          .text = "some text",
          .prompt_tokens = 14,
          .completion_tokens = 2,
          .finish_reason = finish_reason};
}

/// The data of an event, whose name must be its type.
inline boost::json::object data_of(const std::string& event) {
  const auto line = event.find("\ndata: ");
  REQUIRE(line != std::string::npos);
  REQUIRE(event.ends_with("\n\n"));
  boost::json::object data = boost::json::parse(event.substr(line + 7)).as_object();
  CHECK(event.substr(0, line) == "event: " + std::string(data.at("type").as_string()));
  return data;
}

}  // namespace test
