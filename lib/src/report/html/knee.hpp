#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "llmload/summary.hpp"

namespace llmload::report {

/// Where more load stops to bring more: the stage of the lowest load whose requests per second are at least
/// 90 % of the highest, if the highest load of all would, in proportion, have brought at least twice the gain
/// that came. Empty where it is the highest load itself, and where the stages' loads are not of one kind,
/// sessions or a rate.
std::optional<std::size_t> knee(std::span<const Summary> stages);

}  // namespace llmload::report
