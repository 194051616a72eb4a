#include "dataset/scan.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include "dataset/turns.hpp"
#include "llmload/error.hpp"

namespace llmload::dataset {
namespace {

constexpr std::size_t usual_part = 256 * text::kib;  // stays in the cache until it is checked
constexpr std::size_t few_rows = 16;                 // that a larger part is read for
constexpr std::uint64_t most_kept = 50'000;          // rows: a short one takes a hundred times its bytes
constexpr std::size_t longest_row = 512 * text::mib;

/// Some rows of a file, as they are read.
struct Part {
  struct Row {
    std::size_t begin, next;  // in the text; next: of the row behind it
    std::string_view text;
  };
  std::string text;
  std::uint64_t offset = 0;  // where the text begins
  std::vector<Row> rows;
};

/// What its rows are.
struct Checked {
  std::shared_ptr<Part> part;
  std::vector<std::size_t> broken;  // their places
  std::string first_problem;        // of the first of them
  std::vector<std::shared_ptr<const RequestSpec>> specs;
  std::vector<std::uint32_t> turns;
};

std::string in_line(std::uint64_t line, const std::string& problem) {
  return "line " + std::to_string(line) + ": " + problem;
}

/// A row may be of several lines; one that lacks a quote or a bracket is.
std::string in_lines(std::uint64_t first, std::uint64_t last, const std::string& problem) {
  if (first == last) return in_line(first, problem);
  return "lines " + std::to_string(first) + " to " + std::to_string(last) + ": " + problem;
}

class Scanner {
 public:
  Scanner(const StoredFile& file, const FileForm& form, const RowReader& reader, bool skip_broken, bool keep)
      : file_(file), form_(form), reader_(reader), skip_broken_(skip_broken), keep_(keep) {}

  Scan run() {
    bool is_rest = false;
    std::uint64_t at = form_.rows_from;
    while (!is_rest) {
      auto part = spare_part();
      is_rest = cut(at, *part);
      at += part->rows.empty() ? 0 : part->rows.back().next;
      check(std::move(part));
      while (checks_.size() > workers_) absorb();
    }
    while (!checks_.empty()) absorb();
    if (form_.is_list && !list_ended_ && !last_is_broken_) {
      const std::string problem = in_line(line_at(at), "the file ends here, in the middle of its list");
      if (!skip_broken_) refuse(problem);
      if (scan_.skipped++ == 0) scan_.first_skipped = problem;
    }
    if (scan_.index.rows() == 0) {
      throw InputError(file_.path() + ": holds no prompt" +
                       (scan_.skipped == 0 ? ""
                                           : "; of " + std::to_string(scan_.skipped) +
                                                 " rows none is a request: " + scan_.first_skipped));
    }
    return std::move(scan_);
  }

 private:
  /// Reads rows from `at` on, at least one where there is one. Whether it is the last part.
  bool cut(std::uint64_t at, Part& part) {
    part.offset = at;
    part.rows.clear();
    for (std::size_t size = part_size_;; size *= 2) {
      file_.read(at, size, part.text);
      const bool is_rest = part.text.size() < size || at + size >= file_.size();
      RowCutter cutter(form_.container, part.text, is_rest);
      try {
        while (const auto row = cutter.next())
          part.rows.push_back({static_cast<std::size_t>(row->data() - part.text.data()), cutter.at(), *row});
      } catch (const InputError& e) {
        refuse(in_line(line_at(at + cutter.at()), e.what()));
      }
      list_ended_ = cutter.list_ended();
      if (!part.rows.empty())
        part_size_ = part.rows.size() > few_rows ? std::max(usual_part, size / 2) : size;
      if (is_rest || !part.rows.empty()) return is_rest;
      if (size >= longest_row)
        throw InputError(file_.path() + ", " + in_line(line_at(at), "a row of more than 512 MiB"));
    }
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    const bool may_be_another = form_.is_guessed && scan_.index.rows() == 0;
    throw InputError(file_.path() + ", " + problem +
                     (may_be_another ? "; PROMPTS_FORMAT says it where the file is not " +
                                           std::string(to_string(form_.form))
                                     : ""));
  }

  /// In which line the byte at `place` is. Read again, since few want to know.
  [[nodiscard]] std::uint64_t line_at(std::uint64_t place) const {
    std::uint64_t line = form_.first_line;
    std::string text;
    for (std::uint64_t at = form_.rows_from; at < place; at += text.size()) {
      file_.read(at, static_cast<std::size_t>(std::min<std::uint64_t>(usual_part, place - at)), text);
      line += static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
    }
    return line;
  }

  /// With the memory of one that is done with, if there is one.
  std::shared_ptr<Part> spare_part() {
    auto part = spare_ ? std::move(spare_) : std::make_shared<Part>();
    spare_ = nullptr;
    return part;
  }

  void check(std::shared_ptr<Part> part) {
    const auto work = [this, part = std::move(part)] { return checked(part); };
    try {
      checks_.push_back(std::async(std::launch::async, work));
    } catch (const std::system_error&) {  // no thread: when it is asked for
      checks_.push_back(std::async(std::launch::deferred, work));
    }
  }

  [[nodiscard]] Checked checked(const std::shared_ptr<Part>& part) const {
    Checked result{part, {}, {}, {}, {}};
    for (std::size_t i = 0; i < part->rows.size(); ++i) {
      try {
        RequestSpec spec = spec_of(form_, reader_, part->rows[i].text);
        if (reader_.reads_conversations())
          result.turns.push_back(static_cast<std::uint32_t>(turns_in(spec.messages).size()));
        if (keep_) result.specs.push_back(std::make_shared<const RequestSpec>(std::move(spec)));
      } catch (const InputError& e) {
        if (result.broken.empty()) result.first_problem = e.what();
        result.broken.push_back(i);
        if (!skip_broken_) break;
      }
    }
    return result;
  }

  /// The oldest of what is checked.
  void absorb() {
    Checked checked = checks_.front().get();
    checks_.pop_front();
    const Part& part = *checked.part;
    if (!checked.broken.empty() && scan_.skipped == 0) {
      const Part::Row& row = part.rows[checked.broken.front()];
      const std::uint64_t begin = part.offset + row.begin;
      scan_.first_skipped = in_lines(line_at(begin), line_at(begin + row.text.size()), checked.first_problem);
      if (!skip_broken_) refuse(scan_.first_skipped);
    }
    scan_.skipped += checked.broken.size();
    scan_.turns.insert(scan_.turns.end(), checked.turns.begin(), checked.turns.end());
    last_is_broken_ = !checked.broken.empty() && checked.broken.back() + 1 == part.rows.size();
    auto broken = checked.broken.begin();
    for (std::size_t i = 0; i < part.rows.size(); ++i) {
      if (broken != checked.broken.end() && *broken == i) {
        ++broken;
        scan_.index.skip();
      } else {
        scan_.index.add(part.offset + part.rows[i].begin, part.offset + part.rows[i].next);
      }
    }
    if (part.text.capacity() <= 4 * usual_part) spare_ = std::move(checked.part);
    if (scan_.index.rows() > most_kept) {
      scan_.kept = {};
      return;
    }
    scan_.kept.insert(scan_.kept.end(), std::make_move_iterator(checked.specs.begin()),
                      std::make_move_iterator(checked.specs.end()));
  }

  const StoredFile& file_;
  const FileForm& form_;
  const RowReader& reader_;
  const bool skip_broken_, keep_;
  const std::size_t workers_ = std::max(1U, std::thread::hardware_concurrency());
  std::size_t part_size_ = usual_part;  // that the last part took
  std::shared_ptr<Part> spare_;
  std::deque<std::future<Checked>> checks_;  // in the file's order
  bool list_ended_ = false, last_is_broken_ = false;
  Scan scan_;
};

}  // namespace

Scan scan(const StoredFile& file, const FileForm& form, const RowReader& reader, bool skip_broken,
          bool keep) {
  return Scanner(file, form, reader, skip_broken, keep).run();
}

}  // namespace llmload::dataset
