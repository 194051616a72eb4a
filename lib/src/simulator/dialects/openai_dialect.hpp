#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "llmload/simulator.hpp"

namespace llmload::simulator {

/// What tells the forms of one of OpenAI's calls from the others'.
struct OpenAiForms {
  std::string_view path_suffix, operation;
  std::string_view object, event_object;
  std::string_view whole_begin, whole_end;  ///< around a whole answer's text, in its choice
  std::string_view text_begin, text_end;    ///< likewise an event's
  std::string_view no_text;                 ///< in place of them where Azure finishes
  bool has_role = false;
};

/// What the simulated chat and the simulated completion have in common: the OpenAI-compatible form, in the
/// style of a server.
class OpenAiDialect : public SimulatedDialect {
 public:
  [[nodiscard]] std::string_view path_suffix() const override { return forms_.path_suffix; }
  [[nodiscard]] std::string_view operation() const override { return forms_.operation; }
  [[nodiscard]] SimulatedQuestion read(std::string_view body) const override;
  [[nodiscard]] std::string whole_answer(const SimulatedAnswer& answer) const override;
  [[nodiscard]] SimulatedStream stream(const SimulatedAnswer& answer) const override;
  [[nodiscard]] std::vector<std::string> closing(const SimulatedAnswer& answer) const override;
  [[nodiscard]] std::string_view done() const override { return "data: [DONE]\n\n"; }
  [[nodiscard]] std::string odd_event(const SimulatedAnswer& answer, std::string_view members) const override;

 protected:
  /// `forms` must outlive it.
  OpenAiDialect(ServerStyle style, const OpenAiForms& forms) : style_(style), forms_(forms) {}

  /// False: there is no prompt in `payload`, or one of a wrong type.
  virtual bool read_prompt(const boost::json::object& payload, std::string& prompt) const = 0;

 private:
  [[nodiscard]] bool is_azure() const { return style_ == ServerStyle::azure_openai; }
  /// An event up to what stands in its choices.
  [[nodiscard]] std::string begin_of(const SimulatedAnswer& answer) const;
  /// The end of one that is not the one with the usage.
  [[nodiscard]] std::string_view end_of(const SimulatedAnswer& answer) const;
  /// Behind a choice's text.
  [[nodiscard]] std::string choice_end(std::string_view finish_reason, std::string_view filter_results) const;

  const ServerStyle style_;
  const OpenAiForms& forms_;
};

std::shared_ptr<const SimulatedDialect> make_simulated_chat(ServerStyle style);
std::shared_ptr<const SimulatedDialect> make_simulated_completions(ServerStyle style);

/// The member of an answer, or of an event.
std::string usage(const SimulatedAnswer& answer);

}  // namespace llmload::simulator
