#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/row_cutter.hpp"
#include "dataset/row_reader.hpp"
#include "dataset/stored_file.hpp"
#include "llmload/request_file.hpp"

namespace llmload::dataset {

/// How a file is written, and where its rows begin.
struct FileForm {
  RowsForm form = RowsForm::jsonl;
  bool is_guessed = false;  ///< by how the file begins alone
  Container container = Container::lines;
  bool is_list = false;              ///< what it holds ends with a bracket
  std::uint64_t rows_from = 0;       ///< bytes
  std::uint64_t first_line = 1;      ///< the rows' first, from 1
  std::vector<std::string> columns;  ///< csv
};

/// As the options say, or as its content tells. Throws InputError with file and place where a CSV's header is
/// none, or where its name and its content say different things.
FileForm form_of(const StoredFile& file, const RequestFileOptions& options, const RowReader& reader);

/// The request of a row of such a file. Throws InputError with what is wrong alone.
RequestSpec spec_of(const FileForm& form, const RowReader& reader, std::string_view row);

}  // namespace llmload::dataset
