#include "terminal.hpp"

#include <iostream>
#include <llmload/printable.hpp>

namespace llmload::cli {

void tell(std::string_view line) { std::cerr << printable(line) << '\n'; }

}  // namespace llmload::cli
