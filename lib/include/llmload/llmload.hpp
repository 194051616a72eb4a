#pragma once

/// Everything a harness needs.
#include <llmload/budget.hpp>
#include <llmload/calibration.hpp>
#include <llmload/dialect.hpp>
#include <llmload/error.hpp>
#include <llmload/fault.hpp>
#include <llmload/key_command.hpp>
#include <llmload/metrics.hpp>
#include <llmload/pacer.hpp>
#include <llmload/parameters.hpp>
#include <llmload/plan.hpp>
#include <llmload/printable.hpp>
#include <llmload/replay.hpp>
#include <llmload/report.hpp>
#include <llmload/request_record.hpp>
#include <llmload/request_source.hpp>
#include <llmload/result.hpp>
#include <llmload/run.hpp>
#include <llmload/simulated_dialect.hpp>
#include <llmload/simulator.hpp>
#include <llmload/sink.hpp>
#include <llmload/stage_source.hpp>
#include <llmload/summary.hpp>
#include <llmload/token_lengths.hpp>
#include <llmload/tokenizer.hpp>
