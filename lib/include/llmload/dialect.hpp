#pragma once

#include <cstdint>
#include <llmload/export.hpp>
#include <llmload/request_source.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmload {

/// What the plan says of a request's body, beside its RequestSpec.
struct BodySettings {
  std::string_view model = {};          ///< empty: none is named
  std::string_view system_prompt = {};  ///< empty: none is sent, as in a dialect without roles
  unsigned max_tokens = 256;
  double temperature = 0.6;
  double top_p = 0.9;
  bool stream = false;
  bool asks_for_usage = false;  ///< with the dialect's usage_question()
};

/// An error, as a server says it.
struct AnswerError {
  std::string message = {};
  std::string code = {};
  int status = 0;  ///< the HTTP status that it stands for, which tells the outcome; 0: none
};

/// What one text of an answer says: a whole answer, or the data of an event of a stream.
struct AnswerFacts {
  /// One of the answers of a request; mostly there is one.
  struct Choice {
    std::uint64_t index = 0;
    /// What the text adds to the choice's, in UTF-8.
    std::string content = {}, reasoning = {}, tool = {};
    std::string finish_reason = {};  ///< in the words of docs/answers.md, which tell the outcome; empty: none
    std::string finish_message = {};  ///< what the server says beside one
  };
  std::vector<Choice> choices = {};  ///< that the text is of, also where it adds nothing to them
  /// As the server counts them. Of several in a stream the last holds, but of the prompt's the greatest.
  std::optional<std::uint64_t> prompt_tokens = {}, completion_tokens = {};
  std::optional<std::uint64_t> cached_tokens = {}, reasoning_tokens = {};  ///< parts of them
  bool has_role = false;                                                   ///< it says whose turn it is
  bool is_done = false;                                                    ///< the stream is complete
  std::optional<AnswerError> error = {};
  std::string malformed = {};  ///< what is wrong with it, as a sentence's end: "has no text"; empty: nothing
};

/// The header that carries a key: `name: prefix key`. Views of what does not change, as literals are.
struct AuthHeader {
  std::string_view name;
  std::string_view prefix = {};  ///< "Bearer ", with its blank
};

/// A header that is the same in each request. Views of what does not change, as literals are.
struct FixedHeader {
  std::string_view name, value;
};

/// All that knows an API: what is sent in it, and what its answers say. Over HTTP, as one JSON body or as a
/// stream of server-sent events. Plug in your own by deriving from it, and give it to parse_endpoint().
/// It says nothing of times: those are of the bytes.
/// Threads:  all functions are const and called by several threads at once.
/// Errors:   what they throw, of any type, ends the run, and run() throws it.
/// Lifetime: shared with the endpoints that use it.
class LLMLOAD_EXPORT Dialect {
 public:
  virtual ~Dialect() = default;

  /// For the outputs: "chat".
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// With which the paths of its endpoints end: "/completions".
  [[nodiscard]] virtual std::string_view path_suffix() const = 0;
  /// Messages have roles, and the plan's system prompt goes before them. False: a text that is gone on with.
  [[nodiscard]] virtual bool has_roles() const { return true; }
  /// Why `spec` can't be said in this API without a loss, behind "has": "a message with ..". Empty: it can.
  /// A file's rows and a list's prompts are asked for before the run, others before they are written.
  [[nodiscard]] virtual std::string problem_of(const RequestSpec& /*spec*/) const { return {}; }
  /// The JSON body of a request, before the plan's extra_body is merged into it.
  [[nodiscard]] virtual std::string body(const RequestSpec& spec, const BodySettings& settings) const = 0;
  /// The members of its body that say how long an answer may be; body() writes the first. A number that an
  /// extra_body gives another API's name for it is sent under the first. Empty: patches go as they are.
  [[nodiscard]] virtual std::span<const std::string_view> length_names() const { return {}; }
  /// How a key is sent to `host` (in lower case) where Plan::auth is automatic. Unless it is overridden, as
  /// OpenAI-compatible servers take it: `Authorization: Bearer`, and `api-key` at Azure's own hosts.
  [[nodiscard]] virtual AuthHeader auth_header(std::string_view host) const;
  /// What each request has beside the usual headers. One of the plan's with the same name takes its place.
  [[nodiscard]] virtual std::span<const FixedHeader> fixed_headers() const { return {}; }
  /// The names of what asks a stream for its usage: first the body's member, then those that a refusal of it
  /// may have. Not all servers take it, so they are asked before the run. Empty: usage comes unasked.
  [[nodiscard]] virtual std::span<const std::string_view> usage_question() const { return {}; }

  /// Reads a text of an answer into `facts`, which are as made. `event`: the type of its event; empty: it has
  /// none, or the text is a whole answer. False: it is read as OpenAI-compatible servers and their like write
  /// it (docs/answers.md), and the facts are not used. Of a whole answer for which there is no room
  /// (Plan::max_waiting_bytes) the text has the first 1,024 bytes of each string of its JSON alone; one that
  /// is malformed then is too_large.
  [[nodiscard]] virtual bool read(std::string_view /*text*/, std::string_view /*event*/,
                                  AnswerFacts& /*facts*/) const {
    return false;
  }
  /// Likewise what is known to be an error: the body of another status than 2xx, or an event of that type.
  [[nodiscard]] virtual std::optional<AnswerError> read_error(std::string_view /*text*/) const {
    return std::nullopt;
  }
};

/// The OpenAI-compatible chat.
LLMLOAD_EXPORT std::shared_ptr<const Dialect> chat_dialect();
/// The completion of a text ("pretrained").
LLMLOAD_EXPORT std::shared_ptr<const Dialect> completions_dialect();
/// OpenAI's Responses.
LLMLOAD_EXPORT std::shared_ptr<const Dialect> responses_dialect();
/// Anthropic's Messages.
LLMLOAD_EXPORT std::shared_ptr<const Dialect> anthropic_dialect();

}  // namespace llmload
