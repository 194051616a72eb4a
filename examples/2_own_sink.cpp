// A sink of one's own: each request becomes a row of an SQLite table, which then is asked a question.
#include <sqlite3.h>

#include <iostream>
#include <llmload/llmload.hpp>
#include <stdexcept>
#include <string>

class SqliteSink : public llmload::Sink {
 public:
  SqliteSink() {
    if (sqlite3_open(":memory:", &database_) != SQLITE_OK) throw std::runtime_error("SQLite does not open");
    run("CREATE TABLE requests (id TEXT, outcome TEXT, e2e_ms REAL)");
  }
  ~SqliteSink() override { sqlite3_close(database_); }
  SqliteSink(const SqliteSink&) = delete;
  SqliteSink& operator=(const SqliteSink&) = delete;

  // What it throws would be in RunResult::errors; the run goes on.
  void on_record(const llmload::RequestRecord& record) override {
    const auto ms = llmload::metrics::e2e_ms(record);
    run("INSERT INTO requests VALUES ('" + record.request_id + "', '" +
        std::string(to_string(record.outcome)) + "', " + (ms ? std::to_string(*ms) : "NULL") + ')');
  }
  [[nodiscard]] bool reads_texts() const override { return false; }

  void run(const std::string& sql, int (*row)(void*, int, char**, char**) = nullptr, void* to = nullptr) {
    if (sqlite3_exec(database_, sql.c_str(), row, to, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(database_));
  }

 private:
  sqlite3* database_ = nullptr;
};

int main() {
  llmload::SimulatorOptions options;
  options.ttft = std::chrono::milliseconds{20};
  const llmload::Simulator simulator(options);

  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(simulator.origin() + "/v1/chat/completions")};
  plan.ca_pem = simulator.ca_pem();
  plan.api_key = llmload::Secret("any");
  plan.max_tokens = 16;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"Say hello."});
  plan.stages = {{.loop = llmload::ClosedLoop{8}, .requests = 80}};

  SqliteSink sink;
  const llmload::RunResult result = llmload::run(plan, {.sink = &sink});
  std::string answers;
  sink.run(
      "SELECT count(*) FROM requests WHERE outcome = 'ok' AND e2e_ms > 0",
      [](void* to, int, char** columns, char**) {
        *static_cast<std::string*>(to) = columns[0];
        return 0;
      },
      &answers);
  std::cout << answers << " answers are in the table\n";
  return result.errors.empty() && answers == "80" ? 0 : 1;
}
