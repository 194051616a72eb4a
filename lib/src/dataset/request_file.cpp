#include "llmload/request_file.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <mutex>

#include "dataset/by_length.hpp"
#include "dataset/row_order.hpp"
#include "dataset/scan.hpp"
#include "dataset/turns.hpp"
#include "llmload/error.hpp"
#include "workload/random.hpp"

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

  [[nodiscard]] std::uint64_t number_of(const Conversation& c) const {
    return row_of(options.order, seed_of(c), scan.index.rows(), c.index);
  }

  [[nodiscard]] std::shared_ptr<const RequestSpec> row(const Conversation& conversation) const {
    const std::uint64_t number = number_of(conversation);
    if (!scan.kept.empty()) return scan.kept[number];
    const std::scoped_lock lock(mutex);
    if (last_row && last_number == number) return last_row;
    last_row = read(number);
    last_number = number;
    return last_row;
  }

  [[nodiscard]] unsigned turns(const Conversation& conversation) const {
    if (!options.conversations) return 1;
    const unsigned there = scan.turns[number_of(conversation)];
    const auto& law = options.conversations->turns;
    return law ? std::min(there, law->seeded(seed_of(conversation))(conversation.index)) : there;
  }

  /// What is new in a conversation's turn.
  [[nodiscard]] std::shared_ptr<const RequestSpec> turn(const RequestSpec& row, const Conversation& c) const {
    const Turn at = turns_in(row.messages).at(c.turn);
    RequestSpec spec = row;
    spec.messages = messages(row, at.begin, at.asked_until);
    const auto& law = options.conversations->think_ms;
    if (c.turn > 0 && law) {
      const unsigned ms = law->seeded(seed_of(c))(workload::mixed(c.index, c.turn));
      spec.think = std::chrono::milliseconds(ms);
    }
    return std::make_shared<const RequestSpec>(std::move(spec));
  }

  static std::vector<Message> messages(const RequestSpec& row, std::size_t from, std::size_t until) {
    return {row.messages.begin() + static_cast<std::ptrdiff_t>(from),
            row.messages.begin() + static_cast<std::ptrdiff_t>(until)};
  }

  const RequestFileOptions options;
  const StoredFile file;
  const RowReader reader;
  const FileForm form;
  Scan scan;

  // Of a file that is not kept; turns of a conversation are asked for one after the other.
  mutable std::mutex mutex;
  mutable std::shared_ptr<const RequestSpec> last_row;
  mutable std::uint64_t last_number = 0;
  mutable std::size_t last = std::numeric_limits<std::size_t>::max();  // block that was read
  mutable std::string last_text;

 private:
  [[nodiscard]] std::uint64_t seed_of(const Conversation& c) const { return c.seed.value_or(options.seed); }

  /// With the lock held.
  [[nodiscard]] std::shared_ptr<const RequestSpec> read(std::uint64_t number) const {
    const std::size_t wanted = scan.index.block_of(number);
    const RowIndex::Block& block = scan.index.block(wanted);
    if (wanted != last) {
      last_text = file.read(block.offset, block.bytes);
      last = wanted;
    }
    RowCutter cutter(form.container, last_text, true);
    try {
      for (std::uint64_t at = block.first_row; at < number; ++at) (void)cutter.next();
      const auto row = cutter.next();
      if (!row) throw InputError("is not there any more: the file was changed");
      return std::make_shared<const RequestSpec>(spec_of(form, reader, *row));
    } catch (const InputError& e) {
      throw InputError(file.path() + ", row " + std::to_string(number + 1) + ": " + e.what());
    }
  }
};

RequestFile::RequestFile(const std::string& path, const RequestFileOptions& options)
    : rows_(std::make_unique<const Rows>(path, options)) {}

RequestFile::~RequestFile() = default;

std::shared_ptr<const RequestSpec> RequestFile::next(const Conversation& conversation) const {
  if (conversation.index >= ends_after().value_or(std::numeric_limits<std::uint64_t>::max())) return nullptr;
  auto row = rows_->row(conversation);
  return rows_->options.conversations ? rows_->turn(*row, conversation) : row;
}

unsigned RequestFile::most_turns() const noexcept {
  const auto& talks = rows_->options.conversations;
  if (!talks) return 1;
  const unsigned there = std::ranges::max(rows_->scan.turns);
  return talks->turns ? std::min(there, talks->turns->most()) : there;
}

unsigned RequestFile::turns(const Conversation& conversation) const { return rows_->turns(conversation); }

std::vector<Message> RequestFile::answer(const Conversation& conversation, unsigned /*tokens*/) const {
  const auto row = rows_->row(conversation);
  const Turn turn = turns_in(row->messages).at(conversation.turn);
  return Rows::messages(*row, turn.asked_until, turn.end);
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
