#include "support/field.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace test {

using llmload::Outcome;

const std::vector<FieldAnswer>& field_answers() {
  static const std::string text = "Rivers carry stones";
  static const std::vector<FieldAnswer> all = {
      {"good", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"finish_abort", Outcome::generation_failed, "Rivers carry", "", "", "abort", 3, "abort", "abort"},
      {"finish_error", Outcome::generation_failed, "Rivers carry", "", "", "error", {}, "error", "error"},
      {"error_in_choice",
       Outcome::stream_error,
       "Rivers carry",
       "",
       "",
       "error",
       {},
       "upstream went away",
       "502"},
      {"error_beside_choices_whole", Outcome::http_5xx, "", "", "", "error", 3, "upstream went away", "502"},
      {"text_beside_delta", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"content_parts", Outcome::ok, text, "Hm.", "", "stop", 3, "", ""},
      {"content_parts_whole", Outcome::ok, text, "Hm.", "", "stop", 3, "", ""},
      {"reasoning_details", Outcome::ok, text, "Hm.", "", "stop", 3, "", ""},
      {"function_call", Outcome::ok, "", "", R"(look_up{"a":1})", "function_call", 3, "", ""},
      {"lone_surrogates", Outcome::ok, "Rivers \xf0\x9f\x8c\x8a", "", "", "stop", 3, "", ""},
      {"stream_in_capitals", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"stream_called_json", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"error_called_stream", Outcome::rate_limited, "", "", "", "", {}, "The quota is used up", "429"},
      {"one_line_feed", Outcome::bad_response, "", "", "", "", {}, "between the events is one line feed", ""},
      {"done_with_blank", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"typed_event_text", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"status_line_bare", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"chunk_size_padded", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"chunked_twice", Outcome::bad_response, "", "", "", "", {}, "chunked twice", ""},
      {"byte_order_mark_whole", Outcome::ok, text, "", "", "stop", 3, "", ""},
      {"byte_order_mark_400",
       Outcome::content_filtered,
       "",
       "",
       "",
       "",
       {},
       "was held back",
       "content_filter"},
      {"error_429_in_list",
       Outcome::rate_limited,
       "",
       "",
       "",
       "",
       {},
       "HTTP 429: The quota is used up",
       "429"},
      {"gzip_unasked_whole",
       Outcome::bad_response,
       "",
       "",
       "",
       "",
       {},
       "encoded with gzip, which was not",
       ""},
      {"usage_in_choice", Outcome::ok, text, "", "", "stop", 3, "", ""},
  };
  return all;
}

std::string wire(const FieldAnswer& answer) {
  const std::string path = LLMLOAD_TEST_DATA "/field/" + answer.name + ".http";
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + ": can't be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace test
