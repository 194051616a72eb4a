// Any bytes as a file of requests, in any form, give requests or an InputError; and each row that was found
// can be asked for. The first byte says in which form, and whether broken rows are skipped.
#include "llmload/request_file.hpp"

#include <string>

#include "fuzz/pieces.hpp"
#include "fuzz/scratch.hpp"
#include "llmload/error.hpp"

namespace {

using namespace llmload;

const fuzz::Scratch& folder() {
  static const fuzz::Scratch scratch;
  return scratch;
}

void check(const std::string& path, const RequestFileOptions& options) {
  const RequestFile file(path, options);
  fuzz::require(file.size() > 0, "a file that is read has a row");
  fuzz::require(options.skip_broken || file.skipped() == 0, "rows are skipped where that is asked for alone");
  for (std::uint64_t i = 0; i < file.size(); ++i)
    fuzz::require(!file.next({"", 0, i, {}})->messages.empty(), "a request asks something");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  RequestFileOptions options;
  if (const unsigned form = data[0] % 6U; form < 5) options.form = static_cast<RowsForm>(form);
  options.skip_broken = data[0] >= 128;
  options.columns = {{"q", "prompt"}};
  const std::string_view input(static_cast<const char*>(static_cast<const void*>(data)), size);
  const std::string path = folder().write("rows", std::string(input.substr(1)));
  try {
    check(path, options);
  } catch (const InputError&) {
  }
  return 0;
}
