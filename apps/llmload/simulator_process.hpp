#pragma once

#include <llmload/calibration.hpp>
#include <memory>
#include <string>

namespace llmload::cli {

/// `llmload simulate` in a process of its own, as a StartEndpoint: nothing of it is in the client's way. It
/// ends with its object, or with us; its certificate is left beside the truth file. Throws InputError where
/// it can't be started.
std::unique_ptr<CalibrationEndpoint> start_process(const SimulatorOptions& options);

}  // namespace llmload::cli
