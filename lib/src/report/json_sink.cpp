#include <boost/json.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "llmload/error.hpp"
#include "llmload/report.hpp"
#include "llmload/version.hpp"
#include "report/json_members.hpp"
#include "report/output_file.hpp"
#include "report/summary_json.hpp"
#include "text/utf8.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using report::strings;
using report::text_or_null;

}  // namespace

JsonSink::JsonSink(std::string path) : path_(std::move(path)) {
  const std::string part = path_ + ".part";
  if (!std::ofstream(part, std::ios::binary))
    throw InputError(path_ + ": can't be written: " + std::strerror(errno));
  std::remove(part.c_str());
}

void JsonSink::on_start(const RunHeader& header) {
  header_ = header;
  result_ = {};
  write(false);
}

void JsonSink::on_stage(const Summary& summary) {
  result_.stages.push_back(summary);
  write(false);
}

void JsonSink::on_end(const RunResult& result) {
  result_ = result;
  write(result.complete);
}

void JsonSink::write(bool complete) {
  written_ = false;
  json::object root;
  root["llmload"] = version();
  root["run_id"] = text_or_null(header_.run_id);
  root["host"] = text_or_null(header_.host);
  root["simulated"] = header_.settings.simulated;
  root["complete"] = complete;
  root["interrupted"] = result_.interrupted;
  root["valid"] = result_.valid;
  root["invalid"] = report::invalid(result_.invalid_reasons);
  root["errors"] = report::lost(result_.errors);
  root["ended_early"] = result_.ended_early;
  root["connection"] = header_.settings.own_connections ? "per-request" : "keep-alive";
  root["model"] = text_or_null(header_.model);
  root["stream"] = header_.settings.stream;
  root["tokens_from"] = header_.tokenizer_description;
  root["prompts_from"] = text::valid_utf8(header_.prompts_description);
  root["cache"] = header_.settings.cache == CachePolicy::unique ? "unique" : "shared";
  root["salt"] = text_or_null(header_.salt);
  root["parameters"] = json::parse(header_.parameters_json);
  root["warnings"] = strings(header_.warnings);
  json::array stages;
  for (const Summary& s : result_.stages) stages.push_back(report::stage_summary(s));
  root["stages"] = std::move(stages);

  const std::string part = path_ + ".part";
  try {
    std::ofstream file;
    report::open_output(file, part, path_);
    report::write_output(file, path_, json::serialize(root) + '\n',
                         "what changed since the last one is lost");
    report::close_output(file, path_);
    if (std::rename(part.c_str(), path_.c_str()) != 0)
      throw std::runtime_error(path_ + ": write failed: " + std::strerror(errno));
  } catch (...) {
    std::remove(part.c_str());
    throw;
  }
  written_ = true;
}

}  // namespace llmload
