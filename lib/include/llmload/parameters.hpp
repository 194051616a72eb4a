#pragma once

#include <cstdint>
#include <llmload/export.hpp>
#include <llmload/plan.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

/// How the text of a flag becomes a key's value.
enum class FlagForm : std::uint8_t {
  value,    ///< as a KeyValue's
  numbers,  ///< "1,2,4": a list
  texts,    ///< one, or of several flags a list
  yes,      ///< the flag alone: true
  headers,  ///< "Name: value", of several flags, in one object
  limits,   ///< "ttft:200 tpot:50": an object of times
  variable  ///< a variable of the environment, which has the value
};

/// One key of a parameters.json, for help and documents; docs/parameters.md says more of each.
struct ParameterKey {
  std::string_view name;           ///< "REQUEST_RATE"
  std::string_view type;           ///< for people, with the unit: "number, s"
  std::string_view default_value;  ///< for people: "256", "none", "required"
  std::string_view text;           ///< what it says, in a line
  /// The flags of `llmload run` that give it, the usual one first: "--endpoint,--base-url,-u"; empty: none.
  std::string_view flags = {};
  FlagForm form = FlagForm::value;

  /// The usual one.
  [[nodiscard]] std::string_view flag() const noexcept { return flags.substr(0, flags.find(',')); }
};

/// All keys, in the order in which they are told of. They live as long as the program.
[[nodiscard]] LLMLOAD_EXPORT std::span<const ParameterKey> keys();

/// A key that goes over those of the text or the file.
struct KeyValue {
  std::string key;                   ///< "REQUEST_RATE"
  std::string value;                 ///< JSON, or else a text; 70 is a text, too, for a key that takes one
  std::string from = "the options";  ///< where it was given, for errors: "--set"
};

/// A Simulator that takes the place of a real endpoint.
struct SimulatedEndpoint {
  std::string origin;   ///< its Simulator::origin()
  std::string api_key;  ///< one that it accepts
};

/// What goes over a text or a file.
struct ParameterOptions {
  /// Of two with one key the later counts. Relative paths in them start where the process is.
  std::vector<KeyValue> set = {};
  /// What is in `set` is all that there is: where it has neither a key nor AUTH none is sent, and without a
  /// file of prompts a question of llmload's own is.
  bool no_file = false;
  /// It is asked in place of MODEL_ENDPOINTS, of whose first only the kind of call is kept, with its own key.
  /// Then nothing is missing: without a load there are stages of 1 to 64 sessions, and without a file of
  /// prompts a question of llmload's own is sent. Plan::ca_pem and endpoints_in_process are the caller's.
  std::optional<SimulatedEndpoint> simulated = {};
};

/// Reads a parameters.json (docs/parameters.md has every key), the prompts and the tokenizer that it names.
/// Relative paths in it start at its folder.
/// Throws InputError with file, JSON pointer, what is wrong and what is allowed; never the key's value.
[[nodiscard]] LLMLOAD_EXPORT Plan load_parameters(const std::string& file,
                                                  const ParameterOptions& options = {});

/// Likewise from the text of one, which errors call "the parameters". Relative paths start at `folder`; "" is
/// where the process is.
[[nodiscard]] LLMLOAD_EXPORT Plan parse_parameters(std::string_view text,
                                                   const ParameterOptions& options = {},
                                                   const std::string& folder = "");

}  // namespace llmload
