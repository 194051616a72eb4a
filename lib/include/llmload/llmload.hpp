#pragma once

/// @mainpage llmload
/// Load tests for LLM endpoints. A Plan says what to run; load_parameters() makes one from a file, or a
/// harness fills it. run() runs it, calls a Sink, and returns a RunResult. What holds where a function says
/// nothing else:
///
/// Errors: wrong input is an InputError, and want of memory std::bad_alloc. What is noexcept throws nothing.
///
/// Exception safety: a function that throws has changed nothing that it was given, and left nothing running.
///
/// Threads: functions, and const members, may be called by several threads at once where no other one changes
/// what they are given. Else an object is for one thread at a time.
///
/// Lifetime: what is given by reference is read during the call alone, and what is given by value or as a
/// shared_ptr is kept. Names that a function gives as a std::string_view live as long as the program.
///
/// Units: as names end (_ms, _ns, _tps), or in std::chrono; what counts counts from 0.

/// @file
/// Everything a harness needs.
#include <llmload/budget.hpp>
#include <llmload/calibration.hpp>
#include <llmload/condition.hpp>
#include <llmload/credentials.hpp>
#include <llmload/dialect.hpp>
#include <llmload/error.hpp>
#include <llmload/export.hpp>
#include <llmload/fault.hpp>
#include <llmload/key_command.hpp>
#include <llmload/metrics.hpp>
#include <llmload/pacer.hpp>
#include <llmload/parameters.hpp>
#include <llmload/plan.hpp>
#include <llmload/printable.hpp>
#include <llmload/replay.hpp>
#include <llmload/report.hpp>
#include <llmload/request_file.hpp>
#include <llmload/request_record.hpp>
#include <llmload/request_source.hpp>
#include <llmload/result.hpp>
#include <llmload/run.hpp>
#include <llmload/run_header.hpp>
#include <llmload/simulated_dialect.hpp>
#include <llmload/simulator.hpp>
#include <llmload/sink.hpp>
#include <llmload/stage.hpp>
#include <llmload/stage_source.hpp>
#include <llmload/summary.hpp>
#include <llmload/token_lengths.hpp>
#include <llmload/tokenizer.hpp>
#include <llmload/version.hpp>
