#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dataset/file_form.hpp"
#include "dataset/row_index.hpp"

namespace llmload::dataset {

/// What a file holds.
struct Scan {
  RowIndex index;
  std::vector<std::shared_ptr<const RequestSpec>> kept;  ///< of each row, where that was asked for
  std::vector<std::uint32_t> turns;                      ///< of each row, where they are conversations
  std::uint64_t skipped = 0;
  std::string first_skipped;  ///< "line 3: ..."
};

/// Reads all rows of a file, on all cores. Throws InputError with file, line and what is wrong: where a row
/// is no request, unless such are skipped, and where there is none that is.
Scan scan(const StoredFile& file, const FileForm& form, const RowReader& reader, bool skip_broken, bool keep);

}  // namespace llmload::dataset
