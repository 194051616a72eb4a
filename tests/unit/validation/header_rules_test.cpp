#include <string>
#include <utility>
#include <vector>

#include "unit/validation/refusal.hpp"

namespace header_rules_test {

using namespace llmload;
using namespace llmload::validation_test;

Change headers(std::vector<std::pair<std::string, std::string>> list) {
  return [list = std::move(list)](Plan& p) { p.extra_headers = list; };
}
Change key(std::string value) {
  return [value = std::move(value)](Plan& p) { p.api_key = Secret(value); };
}

TEST_CASE("the headers of llmload's own are not among the extra ones, in whatever case") {
  for (const char* name : {"Host", "host", "Content-Length", "TRANSFER-ENCODING", "Connection"})
    check_refused(
        {{"extra_headers[1].first is set by llmload itself", headers({{"x-a", "1"}, {name, "1"}})}});
  check_taken(
      {headers({{"Authorization", "Bearer other"}, {"Content-Type", "application/json"}, {"x-b", ""}})});
}

TEST_CASE("a header's name is a token, which may be there twice") {
  const std::string no_name = "extra_headers[0].first is no name of an HTTP header";
  for (const char* name : {"", "a b", "x-a: 1\r\nx-b", "x-a:", "x\u00e9"})
    check_refused({{no_name, headers({{name, "2"}})}});
  check_taken({headers({{"X-A", "1"}, {"x-a", "2"}})});
}

TEST_CASE("a header's value stays in its line, and can be known again") {
  const std::string line = "extra_headers[0].second holds a line break or another control character";
  for (const char* value : {"1\r\nx-b: 2", "a\nb", "a\tb", "a\x7f"})
    check_refused({{line, headers({{"x-a", value}})}});
  check_refused({{"extra_headers[0].second is not UTF-8", headers({{"x-a", "caf\xe9"}})},
                 {"extra_headers[0].second has a blank", headers({{"x-a", " 1"}})},
                 {"extra_headers[0].second has a blank", headers({{"x-a",
                                                                   "\xef\xbb\xbf"
                                                                   "1"}})}});
  check_taken({headers({{"x-a", "a b \u00e9"}})});
}

TEST_CASE("a key stays in its line, can be known again, and is not shown") {
  check_refused({{"api_key holds a line break or another control character", key("sk-bad\r\nx: 1")},
                 {"api_key holds a line break", key("sk-bad\n")},
                 {"api_key has a blank or a byte order mark around it", key("sk-bad ")}});
  for (const char* bad : {"sk-bad\r\nx: 1", "sk-bad "}) CHECK_FALSE(has(refusal(key(bad)), "sk-bad"));
  CHECK_FALSE(has(refusal(headers({{"x-a", "secret\n"}})), "secret"));
  check_taken({key(""), key("Bearer sk-good")});
}

}  // namespace header_rules_test
