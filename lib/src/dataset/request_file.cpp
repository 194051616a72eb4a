#include "llmload/request_file.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>

#include "dataset/by_length.hpp"
#include "dataset/row_order.hpp"
#include "dataset/scan.hpp"
#include "llmload/error.hpp"

namespace llmload {
namespace {

using namespace dataset;

/// Of a file: its requests stay in memory, where each is made into a body once.
constexpr std::uint64_t most_kept = 16 * text::mib;

constexpr std::array<std::string_view, 5> names_of_forms = {"by-length", "jsonl", "json", "csv", "text"};

Scan one_prompt(std::string prompt) {
  Scan scan;
  scan.index.add(0, 0);
  scan.kept.push_back(std::make_shared<const RequestSpec>(ask(std::move(prompt))));
  return scan;
}

}  // namespace

std::string_view to_string(RowsForm form) { return names_of_forms.at(static_cast<std::size_t>(form)); }

struct RequestFile::Rows {
  Rows(const std::string& path, RequestFileOptions given)
      : options(std::move(given)), file(path), reader(options), form(form_of(file, options, reader)) {
    if (options.order == RowOrder::sampled && options.at_end == AtEnd::stop)
      throw InputError("rows that are sampled have no end at which a stage could stop");
    scan = form.form == RowsForm::by_length
               ? one_prompt(prompt_of_length(file, reader, options.length))
               : dataset::scan(file, form, reader, options.skip_broken, file.size() <= most_kept);
  }

  [[nodiscard]] std::shared_ptr<const RequestSpec> row(std::uint64_t number) const {
    if (!scan.kept.empty()) return scan.kept[number];
    const std::size_t wanted = scan.index.block_of(number);
    const RowIndex::Block& block = scan.index.block(wanted);
    std::string text;
    {
      const std::scoped_lock lock(mutex);
      if (wanted != last) {
        last_text = file.read(block.offset, block.bytes);
        last = wanted;
      }
      text = last_text;
    }
    RowCutter cutter(form.container, text, true);
    try {
      for (std::uint64_t at = block.first_row; at < number; ++at) (void)cutter.next();
      const auto row = cutter.next();
      if (!row) throw InputError("is not there any more: the file was changed");
      return std::make_shared<const RequestSpec>(spec_of(form, reader, *row));
    } catch (const InputError& e) {
      throw InputError(file.path() + ", row " + std::to_string(number + 1) + ": " + e.what());
    }
  }

  const RequestFileOptions options;
  const StoredFile file;
  const RowReader reader;
  const FileForm form;
  Scan scan;

  mutable std::mutex mutex;
  mutable std::size_t last = std::numeric_limits<std::size_t>::max();  // block that was read
  mutable std::string last_text;
};

RequestFile::RequestFile(const std::string& path, const RequestFileOptions& options)
    : rows_(std::make_unique<const Rows>(path, options)) {}

RequestFile::~RequestFile() = default;

std::shared_ptr<const RequestSpec> RequestFile::next(const Conversation& conversation) const {
  const RequestFileOptions& options = rows_->options;
  if (conversation.index >= ends_after().value_or(std::numeric_limits<std::uint64_t>::max())) return nullptr;
  return rows_->row(
      row_of(options.order, conversation.seed.value_or(options.seed), size(), conversation.index));
}

std::optional<std::uint64_t> RequestFile::repeats_after() const noexcept {
  return rows_->options.order == RowOrder::sampled ? std::nullopt : std::optional(size());
}

std::optional<std::uint64_t> RequestFile::ends_after() const noexcept {
  return rows_->options.at_end == AtEnd::stop ? std::optional(size()) : std::nullopt;
}

RowsForm RequestFile::form() const noexcept { return rows_->form.form; }
std::uint64_t RequestFile::size() const noexcept { return rows_->scan.index.rows(); }
std::uint64_t RequestFile::skipped() const noexcept { return rows_->scan.skipped; }
const std::string& RequestFile::first_skipped() const noexcept { return rows_->scan.first_skipped; }

}  // namespace llmload
