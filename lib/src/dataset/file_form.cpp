#include "dataset/file_form.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "dataset/csv_record.hpp"
#include "llmload/error.hpp"
#include "text/characters.hpp"
#include "text/json_text.hpp"
#include "text/lower.hpp"
#include "text/trim.hpp"
#include "text/utf8.hpp"

namespace llmload::dataset {

namespace json = boost::json;

namespace {

constexpr std::uint64_t most_whole = 512 * text::mib;

/// Of a file that is not blank: where it begins, and its first line from there.
struct Opening {
  std::uint64_t from = 0, line = 1;
  std::string first;
  bool is_whole = false;  // there is nothing but blanks behind it
};

Opening opening_of(const StoredFile& file) {
  for (std::size_t size = 64 * text::kib;; size *= 4) {
    const std::string text = file.read(0, size);
    const std::size_t mark = text.size() - text::without_mark(text).size();
    const std::size_t begin = text.find_first_not_of(text::json_blanks, mark);
    const bool is_all = text.size() < size;
    if (begin == std::string::npos && is_all) throw InputError(file.path() + ": holds no prompt");
    // Of a list the bracket is enough: it may be one line of gigabytes.
    const bool is_list = begin != std::string::npos && text[begin] == '[';
    const std::size_t end = is_list ? begin + 1 : text.find('\n', begin);
    if (begin == std::string::npos || (end == std::string::npos && !is_all)) continue;
    const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n');
    return {
        begin, static_cast<std::uint64_t>(lines) + 1, text.substr(begin, end - begin),
        is_all && text.find_first_not_of(text::json_blanks, std::min(end, text.size())) == std::string::npos};
  }
}

/// JSON, or wrong in itself: anything but cut short.
bool is_complete(std::string_view line) {
  json::stream_parser parser;
  json::error_code ec;
  parser.write(line.data(), line.size(), ec);
  if (!ec) parser.finish(ec);
  return ec != json::error::incomplete;
}

bool is_row(const json::object& object, const RowReader& reader) {
  return std::ranges::any_of(object, [&](const auto& member) {
    return reader.knows({member.key().data(), member.key().size()});
  });
}

RowsForm form_of_object(const StoredFile& file, const Opening& opening, const RowReader& reader) {
  const bool is_line = is_complete(opening.first);
  if (is_line && !opening.is_whole) return RowsForm::jsonl;
  if (file.size() > most_whole) throw InputError(file.path() + ": is one object of more than 512 MiB");
  const json::value value = text::parse_json(file.read(0, file.size()), file.path());
  const bool is_one = value.get_object().empty() || is_row(value.get_object(), reader);
  return !is_one ? RowsForm::by_length : is_line ? RowsForm::jsonl : RowsForm::json;
}

std::string extension_of(const StoredFile& file) {
  return text::lower(std::filesystem::path(file.path()).extension().string());
}

bool has_json_name(const StoredFile& file) {
  const std::string extension = extension_of(file);
  return extension == ".json" || extension == ".jsonl";
}

/// Names of columns with something else than commas between them.
bool is_other_header(std::string_view line, const RowReader& reader) {
  constexpr std::string_view others = ";\t|", around = " \"\r";
  if (line.find_first_of(others) == std::string_view::npos) return false;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(others), line.size());
    std::string_view name = line.substr(0, end);
    name.remove_prefix(std::min(name.find_first_not_of(around), name.size()));
    if (!reader.knows(name.substr(0, name.find_last_not_of(around) + 1))) return false;
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return true;
}

bool is_header(std::string_view line, const RowReader& reader) {
  try {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return std::ranges::any_of(csv_fields(line), [&](const std::string& name) { return reader.knows(name); });
  } catch (const InputError&) {
    return false;
  }
}

RowsForm told_by_content(const StoredFile& file, const Opening& opening, const RowReader& reader) {
  const char first = opening.first.front();
  if (first == '[') return RowsForm::json;
  if (first == '{') return form_of_object(file, opening, reader);
  const std::string in_line = file.path() + ", line " + std::to_string(opening.line) + ": ";
  if (is_other_header(opening.first, reader))
    throw InputError(in_line + "names columns, but not with commas between them, as a CSV does");
  // A CSV's name may be quoted, too.
  const bool is_csv = is_header(opening.first, reader);
  if (first == '"' && !is_csv) return RowsForm::jsonl;
  if (has_json_name(file)) {
    if (const std::string problem = text::problem_of_json_line(opening.first); !problem.empty())
      throw InputError(in_line + problem + "; PROMPTS_FORMAT says where it is no JSON");
    return RowsForm::jsonl;
  }
  if (extension_of(file) == ".csv" || is_csv) return RowsForm::csv;
  return RowsForm::text;
}

void read_header(const StoredFile& file, const RowReader& reader, FileForm& form) {
  const std::string text = file.read(form.rows_from, text::mib);
  RowCutter cutter(Container::csv, text, form.rows_from + text.size() >= file.size());
  try {
    const auto header = cutter.next();
    if (!header) throw InputError("has no header within 1 MiB");
    form.columns = csv_fields(*header);
    for (const std::string& name : form.columns) {
      (void)reader.meaning(name);
      if (std::ranges::count(form.columns, name) > 1) throw InputError("has two columns \"" + name + '"');
    }
  } catch (const InputError& e) {
    throw InputError(file.path() + ", line " + std::to_string(form.first_line) + ": " + e.what());
  }
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(cutter.at());
  form.first_line += static_cast<std::uint64_t>(std::count(text.begin(), end, '\n'));
  form.rows_from += cutter.at();
}

}  // namespace

FileForm form_of(const StoredFile& file, const RequestFileOptions& options, const RowReader& reader) {
  const Opening opening = opening_of(file);
  FileForm form;
  form.form = options.form ? *options.form : told_by_content(file, opening, reader);
  form.is_guessed = !options.form && !has_json_name(file) && form.form != RowsForm::csv;
  form.rows_from = opening.from;
  form.first_line = opening.line;
  if (form.form == RowsForm::json) {
    form.container = Container::list;
    form.is_list = opening.first.front() == '[';
    form.rows_from += form.is_list ? 1 : 0;
  }
  if (form.form == RowsForm::csv) {
    form.container = Container::csv;
    read_header(file, reader, form);
  }
  return form;
}

RequestSpec spec_of(const FileForm& form, const RowReader& reader, std::string_view row) {
  if (form.form == RowsForm::csv) return reader.read(csv_row(form.columns, row));
  if (form.form != RowsForm::text) return reader.read(text::parse_json_row(row));
  if (!text::is_utf8(row)) throw InputError("is not UTF-8");
  return ask(std::string(row));
}

}  // namespace llmload::dataset
