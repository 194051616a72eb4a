#pragma once

#include <cstddef>
#include <cstdint>
#include <llmload/dialect.hpp>
#include <llmload/export.hpp>
#include <llmload/plan.hpp>
#include <llmload/request_source.hpp>
#include <llmload/token_lengths.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmload {

/// How a file of requests is written; docs/workloads.md shows each. by_length: one object of prompts by their
/// length, as the original scripts have. jsonl: a row a line. json: a list of rows, or one. csv: with a
/// header. text: a prompt a line.
enum class RowsForm { by_length, jsonl, json, csv, text };

/// In which order the rows are sent. shuffled: each once, and in another order in each pass. sampled: each
/// request draws one.
enum class RowOrder { as_written, shuffled, sampled };

/// What follows the last row.
enum class AtEnd { again, stop };

/// Rows as conversations, a turn for each message of a user, or several in a row.
struct FileConversations {
  History history = History::answers;         ///< as the plan's
  std::optional<TokenLengths> turns = {};     ///< of a row's, so many at most; empty: all
  std::optional<TokenLengths> think_ms = {};  ///< RequestSpec::think; empty: none
};

/// How a file of requests is read.
struct RequestFileOptions {
  std::optional<RowsForm> form = {};  ///< empty: its content tells
  std::string length = "25";          ///< by_length: which prompt is sent, each time
  /// What a member or a column of the file stands for, {"question", "prompt"}; "skip" leaves it out.
  std::vector<std::pair<std::string, std::string>> columns = {};
  RowOrder order = RowOrder::as_written;
  AtEnd at_end = AtEnd::again;                  ///< of an order that has an end
  std::uint64_t seed = 1;                       ///< of the order
  bool skip_broken = false;                     ///< rows that are no request are left out, and counted
  std::shared_ptr<const Dialect> dialect = {};  ///< in which rows are said; null: they are not held to it
  bool models = false;  ///< Plan::models say of which each request is: a row's own model is an error
  bool stream = false;  ///< what a row's own body may say of it
  /// Empty: each row is one request, whatever was said in it.
  std::optional<FileConversations> conversations = {};
};

/// The requests of a file of any size: its rows are found through an index, which takes about 0.6 % of it,
/// and are read when they are due. Of files up to 16 MiB and 50,000 rows they are kept.
/// Threads:  as of any RequestSource.
/// Errors:   next() throws InputError where the file was changed since.
/// Lifetime: the file stays open.
class LLMLOAD_EXPORT RequestFile : public RequestSource {
 public:
  /// Reads all of the file, and each row once. Throws InputError with file, line and what is wrong: it can't
  /// be read, it has no row, or a row is no request.
  explicit RequestFile(const std::string& path, const RequestFileOptions& options = {});
  ~RequestFile() override;
  RequestFile(const RequestFile&) = delete;
  RequestFile& operator=(const RequestFile&) = delete;

  [[nodiscard]] std::shared_ptr<const RequestSpec> next(const Conversation& conversation) const override;
  [[nodiscard]] unsigned most_turns() const noexcept override;
  [[nodiscard]] unsigned turns(const Conversation& conversation) const override;
  /// The file's own.
  [[nodiscard]] std::vector<Message> answer(const Conversation& conversation, unsigned tokens) const override;
  [[nodiscard]] std::optional<std::uint64_t> repeats_after() const noexcept override;
  [[nodiscard]] std::optional<std::uint64_t> ends_after() const noexcept override;

  [[nodiscard]] RowsForm form() const noexcept;          ///< as given, or as its content told
  [[nodiscard]] std::uint64_t size() const noexcept;     ///< rows that are requests
  [[nodiscard]] std::uint64_t skipped() const noexcept;  ///< rows that are not
  /// Place and problem of the first that was skipped: "line 3: ..."; empty: none was.
  [[nodiscard]] const std::string& first_skipped() const noexcept;

 private:
  struct Rows;
  const std::unique_ptr<const Rows> rows_;
};

/// "jsonl" and the like: the names of PROMPTS_FORMAT.
[[nodiscard]] LLMLOAD_EXPORT std::string_view to_string(RowsForm form);

}  // namespace llmload
