#include "llmload/fault.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"

namespace fault_test {

using namespace llmload;

TEST_CASE("each fault has a name that is read back, and a description of its own") {
  std::set<std::string_view> names, descriptions;
  for (const Fault fault : all_faults()) {
    names.insert(to_string(fault));
    descriptions.insert(describe(fault));
    CHECK(parse_fault(to_string(fault)) == fault);
    CHECK(to_string(fault).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
          std::string_view::npos);
  }
  CHECK(names.size() == fault_count);
  CHECK(descriptions.size() == fault_count);
}

TEST_CASE("docs/simulator.md has each fault with its description") {
  std::ifstream file(std::string(LLMLOAD_SOURCE_DIR) + "/docs/simulator.md");
  const std::string docs(std::istreambuf_iterator<char>(file), {});
  for (const Fault fault : all_faults()) {
    const std::string row =
        "| `" + std::string(to_string(fault)) + "` | " + std::string(describe(fault)) + " |\n";
    INFO(row);
    CHECK(docs.find(row) != std::string::npos);
  }
}

}  // namespace fault_test
