#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "llmload/dialect.hpp"
#include "llmload/plan.hpp"
#include "llmload/request_source.hpp"

namespace llmload::protocol {

/// Why `spec` could not be sent, as a sentence's end: "a text that is not UTF-8". "" where it can. Whether
/// what is JSON in it is an object, is found where it is written. `dialect`: that it is said in; null: any.
std::string problem_of(const RequestSpec& spec, const Dialect* dialect);

/// Likewise as a request of `plan`.
std::string problem_of(const RequestSpec& spec, const Plan& plan);

/// A patch of a body names a model.
bool names_model(std::string_view patch);

/// How long an answer a plan's extra_body asks for, under whatever API's name. Empty: it doesn't.
std::optional<unsigned> length_in(std::string_view extra_body);

}  // namespace llmload::protocol
