#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/parameter_reader.hpp"
#include "dataset/trace/trace.hpp"
#include "llmload/parameters.hpp"
#include "llmload/request_file.hpp"
#include "workload/prefix_pool.hpp"

namespace llmload::config {

/// What the keys of an open loop say; config/stages.cpp makes stages of it.
struct OpenLoopKeys {
  /// One stage: a rate, or a ramp from one to the other.
  struct Rate {
    double from = 0, to = 0;
  };
  struct DueFile {
    std::string name;
    std::shared_ptr<const Pacer> pacer;
  };
  std::vector<DueFile> due_files;
  std::vector<Rate> rates;             ///< requests a second
  bool at_once = false;                ///< a rate without an end: whatever may be under way is
  std::optional<std::string> arrival;  ///< constant, poisson, gamma
  std::optional<double> burstiness;
  std::optional<unsigned> most_under_way;
  std::optional<WhenFull> when_full;
  std::optional<unsigned> connections;
};

/// What CONVERSATION says; each may be left out.
struct ConversationKeys {
  std::optional<TokenLengths> turns, user_tokens, think_ms;
};

/// What the keys say, while they are read; parse_parameters() makes the plan of it.
struct Draft {
  Draft() { plan.server_metrics = "auto"; }  // of files; a plan made by hand asks for what it says

  std::filesystem::path folder;  ///< of the parameters' file
  Plan plan;
  std::vector<unsigned> levels;
  std::optional<std::uint64_t> requests_per_level;
  std::optional<std::chrono::nanoseconds> duration;
  std::uint64_t warmup_requests = 0;
  std::chrono::nanoseconds warmup{0}, cooldown{0}, ramp_up{0};
  OpenLoopKeys open;
  std::string model_path;  ///< as it was given; an org/name is no path
  std::string model_file;  ///< likewise, behind the folder in which it was given
  std::string prompts_path;
  RequestFileOptions rows;
  bool has_prompt_length = false, needs_file = false;
  TokenizerOptions tokenizer;
  std::optional<TokensFrom> tokens_from;
  unsigned random_prompt_length = 25;
  std::optional<TokenLengths> input_tokens, output_tokens;
  std::optional<CachePolicy> cache;
  std::optional<ConversationKeys> conversation;
  std::optional<History> history;
  workload::PrefixPool::Shape prefix;  // tokens 0: there is none
  bool prefix_keys = false;            // that need one
  std::string trace_path;
  dataset::TraceOptions trace;
  bool needs_trace = false;                  // what it says is of one
  std::shared_ptr<const Pacer> trace_pacer;  // once it is read
  std::uint64_t seed = 1;

  /// For keys that say something of a file of requests.
  RequestFileOptions& of_file() {
    needs_file = true;
    return rows;
  }
  /// For keys that say something of a trace.
  dataset::TraceOptions& of_trace() {
    needs_trace = true;
    return trace;
  }
  /// What a stage is made of.
  [[nodiscard]] bool has_load() const {
    return !levels.empty() || !open.rates.empty() || open.at_once || !open.due_files.empty() ||
           !trace_path.empty();
  }
};

/// What we know of a key beside what we tell of it.
struct Key {
  ParameterKey about;
  std::string_view member;  ///< of the Plan, which it sets: "stages[].warmup"; empty: of no one alone
  std::function<void(Draft&, const Parameter&)> read;
  bool secret = false;  ///< its value is shown nowhere
  bool text = false;    ///< a KeyValue's is taken as it is, also where it looks like a number
};

/// The one table: whatever else tells of keys is made of it.
const std::vector<Key>& key_table();

/// Its first part: the keys that say what is sent.
std::vector<Key> workload_keys();

/// The plan's stages: the levels' first, then the rates', the due times' and the trace's; of its source,
/// where that has an end. Throws InputError where keys do not go together; `where` is the parameters' file.
void make_stages(Draft& draft, const std::string& where);

/// The plan's tokenizer; a warning where MODEL_PATH leads to none.
void load_model(Draft& draft);

/// Whose counts of tokens are used. Throws InputError where it is to be a tokenizer's and there is none.
void choose_counts(Draft& draft, const std::string& where);

/// The proxies of the environment (HTTPS_PROXY, NO_PROXY) for the endpoints.
void set_proxies(Plan& plan);

/// The plan's prompts: random ones, which need the tokenizer, or those of a file; without one, where that may
/// be, a question of llmload's own.
void load_prompts(Draft& draft, bool may_be_own);

}  // namespace llmload::config
