#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "engine/run_context.hpp"
#include "engine/scrape/page_reader.hpp"
#include "metrics/server/server_fold.hpp"

namespace llmload::engine {

struct ScrapeTimes {
  std::chrono::nanoseconds between = std::chrono::seconds{1};
  std::chrono::nanoseconds limit = std::chrono::seconds{1};     ///< of a look
  std::chrono::nanoseconds patience = std::chrono::seconds{2};  ///< of who waits for one
};

/// Reads the server's page of metrics each second, on a thread of its own, and makes what it said of each
/// stage of it. A page that can't be read costs the run nothing but what awaits it: a stage's first request,
/// and its numbers, two seconds at most.
class Scraper {
 public:
  /// Begins to look. `page`: the plan's (protocol::metrics_page); the run must outlive it. Throws InputError
  /// where the system gives no thread, and for certificates that can't be read.
  Scraper(RunContext& run, Endpoint page, ScrapeTimes times = {});
  ~Scraper();
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  // For run()'s thread. `stop` ends what is waited for.
  /// Asks for a look that begins from now on, which is that before the stage. Does not wait.
  void look();
  /// Waits for it. From now on looks are the stage's.
  void begin_stage(const std::stop_token& stop);
  /// Takes one more look, and waits for it: what the server said of the stage.
  std::optional<ServerMetrics> end_stage(const std::stop_token& stop);
  /// A line for people, why a page that the user named could not be read; "" from the second time on.
  std::string take_trouble();

 private:
  void work(const std::stop_token& stop);
  std::optional<metrics::ServerReading> look_now(const std::stop_token& stop);
  std::optional<metrics::ServerReading> asked(const std::stop_token& stop);

  const bool named_;  // by the user: it is looked for again and again
  const std::string shown_url_;
  const protocol::Redactor& redactor_;
  const ScrapeTimes times_;
  net::TrustStore own_roots_;
  PageReader reader_;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t asked_ = 0, answered_ = 0;  // looks that somebody waits for
  std::optional<metrics::ServerReading> answer_;
  bool in_stage_ = false, found_ = false, given_up_ = false;
  metrics::ServerFold fold_;
  std::string trouble_;
  bool told_ = false;

  std::stop_source stop_;
  std::thread thread_;
};

}  // namespace llmload::engine
