// The main job in ten lines: a parameters.json in, the original's table and CSV out.
#include <iostream>
#include <llmload/llmload.hpp>

int main(int argc, char** argv) {
  const llmload::Plan plan = llmload::load_parameters(argc > 1 ? argv[1] : "parameters.json");
  llmload::CsvSink csv("performance_metrics.csv");
  llmload::TableSink table(std::cout);
  llmload::TeeSink both({&csv, &table});
  const llmload::RunResult result = llmload::run(plan, {.sink = &both});
  return result.ok() ? 0 : 3;
}
