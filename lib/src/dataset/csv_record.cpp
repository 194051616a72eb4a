#include "dataset/csv_record.hpp"

#include <algorithm>

#include "llmload/error.hpp"
#include "text/utf8.hpp"

namespace llmload::dataset {
namespace {

/// Takes a quoted field off `rest`, with its quotes.
std::string take_quoted(std::string_view& rest) {
  std::string field;
  for (;;) {
    rest.remove_prefix(1);
    const auto quote = rest.find('"');
    if (quote == std::string_view::npos) throw InputError("a quote is not closed");
    field += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) break;
    field += '"';
  }
  if (!rest.empty() && rest.front() != ',') throw InputError("text behind a field's closing quote");
  return field;
}

std::string take_plain(std::string_view& rest) {
  const std::string_view field = rest.substr(0, rest.find(','));
  if (field.find('"') != std::string_view::npos)
    throw InputError(
        "a quote in a field that does not begin with one; such a field is quoted, and the quote "
        "doubled");
  rest.remove_prefix(field.size());
  return std::string(field);
}

}  // namespace

std::vector<std::string> csv_fields(std::string_view record) {
  std::vector<std::string> fields;
  for (;;) {
    fields.push_back(record.starts_with('"') ? take_quoted(record) : take_plain(record));
    if (record.empty()) return fields;
    record.remove_prefix(1);
  }
}

boost::json::object csv_row(const std::vector<std::string>& columns, std::string_view record) {
  if (!text::is_utf8(record)) throw InputError("is not UTF-8");
  const std::vector<std::string> fields = csv_fields(record);
  if (fields.size() != columns.size())
    throw InputError("has " + std::to_string(fields.size()) + " fields, and the header " +
                     std::to_string(columns.size()));
  boost::json::object row;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!fields[i].empty()) row[columns[i]] = fields[i];
  }
  return row;
}

}  // namespace llmload::dataset
