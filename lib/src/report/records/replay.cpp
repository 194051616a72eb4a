#include "llmload/replay.hpp"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "llmload/error.hpp"
#include "metrics/stage_fold.hpp"
#include "metrics/verdict/verdict.hpp"
#include "metrics/window.hpp"
#include "report/json_members.hpp"
#include "report/records/record_json.hpp"
#include "report/records/run_json.hpp"
#include "report/sink_errors.hpp"
#include "report/sink_use.hpp"
#include "text/file_kind.hpp"
#include "text/json_text.hpp"
#include "text/read_file.hpp"
#include "text/trim.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using namespace report;

constexpr std::uint64_t longest_line = 512 * text::mib;  // with RECORD_TEXT an answer's text is in it

/// When each stage that was stopped was, which stands behind its requests. A line that can't be read is told
/// of when it is its turn. A pipe can't be read twice, and has none.
std::map<std::uint64_t, std::chrono::nanoseconds> find_stops(const std::string& path) {
  std::map<std::uint64_t, std::chrono::nanoseconds> stops;
  if (!std::filesystem::is_regular_file(path)) return stops;
  text::LineReader lines(path, longest_line);
  for (std::string line; lines.next(line);) {
    if (line.find("\"stopped_at_ns\":") == std::string::npos) continue;  // in a text it has backslashes
    try {
      const json::value value = json::parse(line);
      const json::object& object = value.as_object();
      const Stamp at = stopped_at(object);
      if (get<std::string>(object, "type") == "stage" && at) stops[get<std::uint64_t>(object, "stage")] = *at;
    } catch (const std::exception&) {
      continue;
    }
  }
  return stops;
}

/// Takes the lines of a file, one by one, and does with them what the Collector did when they were written.
/// Errors: InputError without the line's place.
class Replay {
 public:
  Replay(std::string path, Sink& sink) : path_(std::move(path)), sink_(sink), sink_use_(&sink) {}

  void take(const std::string& line) {
    if (ended_) throw InputError("a line behind the end of the run");
    json::monotonic_resource memory;
    json::error_code ec;
    json::parse_options deep;
    deep.max_depth =
        64;  // the parameters are as deep as a file of them may be, and stand in the header's plan
    const json::value value = json::parse(line, ec, &memory, deep);
    const json::object* object = value.if_object();
    if (ec) (void)text::parse_json_line(line, "is no JSON object");  // says where and why
    if (object == nullptr) throw InputError("is no JSON object");
    const auto type = get<std::string>(*object, "type");
    if (!header_ && type != "header") throw InputError("the first line is no header");
    if (type == "header")
      take_header(*object);
    else if (type == "stage_begin")
      take_stage_begin(*object);
    else if (type == "request")
      take_request(*object);
    else if (type == "stage")
      take_stage(*object);
    else if (type == "end")
      take_end(*object);
    else
      throw InputError("/type: \"" + type + "\" is not known to this version");
  }

  /// The file has ended; `cut_line`: the number of a last line that is not whole, or 0.
  ReplayResult finish(std::size_t cut_line) {
    if (!header_) throw InputError("ends within its first line");
    if (ended_ && cut_line != 0) throw InputError("a line behind the end of the run");
    if (cut_line != 0) missing("line " + std::to_string(cut_line) + " is cut off and left out");
    if (fold_) take_torn_stage();
    if (!ended_) {
      result_.result.interrupted = true;  // which also the outputs say
      result_.result.complete = false;
      missing("the line that ends the run; " + std::to_string(whole_stages_) + " of " +
              std::to_string(header_->stages.size()) + " stages are whole");
    }
    metrics::conclude(result_.result);
    tell_sink([this] { sink_.on_end(result_.result); });
    return std::move(result_);
  }

 private:
  void take_header(const json::object& line) {
    if (header_) throw InputError("a second header");
    header_ = read_header(line);
    tell_sink([this] { sink_.on_start(*header_); });
  }

  void take_stage_begin(const json::object& line) {
    begin_ = read_stage_begin(line, header_->stages);
    require_stage(begin_.number);
    if (fold_) throw InputError("the stage has begun before");
    tell_sink([&] { sink_.on_stage_begin(begin_); });
  }

  void take_request(const json::object& line) {
    const RequestLine request = read_request(line);
    require_stage(request.stage);
    if (request.record.shard >= header_->cores) throw InputError("/shard: there are fewer");
    if (request.record.model >= std::max<std::size_t>(1, header_->settings.models.size()))
      throw InputError("/model: there are fewer");
    fold().add(request.record);
    tell_sink([&] { sink_.on_record(request.record); });
  }

  void take_stage(const json::object& line) {
    StageLine stage = read_stage(line);
    require_stage(stage.number);
    Summary summary = fold().summarize(stage.end);
    if (summary.begun != stage.begun || summary.ok != stage.ok || summary.failed != stage.failed ||
        summary.outside_window != stage.outside_window) {
      const auto counts = [](std::uint64_t begun, std::uint64_t ok, std::uint64_t outside) {
        return std::to_string(begun) + " requests, " + std::to_string(ok) + " of them ok, and " +
               std::to_string(outside) + " outside the measured window";
      };
      throw InputError("the stage had " + counts(stage.begun, stage.ok, stage.outside_window) +
                       "; in the file are " + counts(summary.begun, summary.ok, summary.outside_window));
    }
    summary.notes = std::move(stage.notes);
    metrics::conclude(summary, result_.result);
    end_stage(std::move(summary));
    ++whole_stages_;
  }

  void take_torn_stage() {
    metrics::StageEnd end;  // what else was begun is not known
    end.interrupted = true;
    end.stopped_at = fold_->last_done();
    end.started_at = begin_.started_at;
    end.started_at_utc = begin_.started_at_utc;
    Summary summary = fold_->summarize(end);
    std::string there = std::to_string(summary.begun);
    if (const auto planned = summary.stage.requests) there += " of " + std::to_string(*planned) + " planned";
    there = "the file ends within this stage: " + there + " requests are in it";
    missing("stage " + std::to_string(whole_stages_ + 1) + ", " + describe(summary.stage) + ": " + there);
    summary.notes.push_back(there);
    result_.result.interrupted = true;
    metrics::conclude(summary, result_.result);
    end_stage(std::move(summary));
  }

  void end_stage(Summary summary) {
    fold_.reset();
    begin_ = {};
    result_.result.stages.push_back(std::move(summary));
    tell_sink([this] { sink_.on_stage(result_.result.stages.back()); });
  }

  void take_end(const json::object& line) {
    if (fold_) throw InputError("the run ends within a stage");
    RunResult end = read_end(line);
    end.stages = std::move(result_.result.stages);
    end.valid = result_.result.valid;  // as the stages were judged now
    end.invalid_reasons = std::move(result_.result.invalid_reasons);
    if (!line.contains("limits_not_met"))  // of an earlier version
      end.limits_not_met = std::move(result_.result.limits_not_met);
    for (const LostOutput& lost : result_.result.errors) note_lost(end, lost);
    result_.result = std::move(end);
    ended_ = true;
  }

  /// Of the stage at hand, which begins with its first line.
  metrics::StageFold& fold() {
    if (!fold_) {
      fold_.emplace(header_->settings, header_->stages[whole_stages_], header_->cores);
      if (fold_->has_window()) stop_fold();
    }
    return *fold_;
  }

  /// Where the stage was stopped, which a window's rates must know before the requests.
  void stop_fold() {
    if (!stops_) stops_ = find_stops(path_);
    const auto stop = stops_->find(whole_stages_);
    if (stop != stops_->end()) fold_->stop_at(stop->second);
  }

  void require_stage(std::uint64_t number) const {
    if (number != whole_stages_ || number >= header_->stages.size())
      throw InputError("/stage: is out of order");
  }

  template <class Call>
  void tell_sink(Call call) {
    sink_errors_.tell(result_.result, sink_, std::move(call));
  }

  void missing(std::string what) { result_.missing.push_back(std::move(what)); }

  const std::string path_;
  Sink& sink_;
  const SinkUse sink_use_;
  SinkErrors sink_errors_;
  std::optional<RunHeader> header_;
  std::optional<std::map<std::uint64_t, std::chrono::nanoseconds>>
      stops_;                               // of stages, once one has a window
  StageBegin begin_;                        // of the stage at hand
  std::optional<metrics::StageFold> fold_;  // of the stage at hand
  std::uint64_t whole_stages_ = 0;
  bool ended_ = false;
  ReplayResult result_;
};

/// A file's first line without a byte order mark. Throws InputError where the file is of another kind.
std::string first(const std::string& line) {
  if (const std::string_view kind = text::wrong_kind(line); !kind.empty())
    throw InputError(std::string(kind));
  return std::string(text::without_mark(line));
}

}  // namespace

ReplayResult replay_records(const std::string& path, Sink& sink) {
  text::LineReader lines(path, longest_line);
  Replay replay(path, sink);
  std::size_t number = 1;
  const auto at_line = [&](auto&& take) {
    try {
      return take();
    } catch (const InputError& e) {
      throw InputError(path + ": line " + std::to_string(number) + ": " + e.what());
    }
  };
  std::string line;
  for (; lines.next(line) && lines.ended(); ++number)
    at_line([&] { replay.take(number == 1 ? first(line) : line); });
  return at_line([&] {
    if (number == 1) (void)first(line);
    return replay.finish(line.empty() ? 0 : number);
  });
}

}  // namespace llmload
