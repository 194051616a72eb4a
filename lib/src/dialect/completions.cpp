#include "dialect/request_body.hpp"
#include "llmload/dialect.hpp"

namespace llmload {
namespace {

namespace json = boost::json;

class Completions : public Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "completions"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/completions"; }
  [[nodiscard]] bool has_roles() const override { return false; }
  [[nodiscard]] std::span<const std::string_view> usage_question() const override {
    return dialect::openai_usage_question;
  }

  /// It has one text, in which all of this would be lost.
  [[nodiscard]] std::string problem_of(const RequestSpec& spec) const override {
    for (const Message& message : spec.messages) {
      if (!message.json.empty()) return "a message of parts, tools or the like, which a completion can't say";
      if (message.role.empty()) continue;
      if (spec.messages.size() > 1) return "several messages with roles, which a completion can't say";
      if (message.role != "user") return "a message that is not the user's, which a completion can't say";
    }
    return {};
  }
  [[nodiscard]] std::span<const std::string_view> length_names() const override {
    return std::span(dialect::chat_length_names).first(1);
  }
  [[nodiscard]] std::string body(const RequestSpec& spec, const BodySettings& settings) const override {
    json::object body = dialect::begin_body(settings);
    json::string& prompt = body["prompt"].emplace_string();
    for (const Message& message : spec.messages) prompt += message.text;
    dialect::add_settings(settings, body);
    if (settings.stream) body["stream"] = true;  // else nothing is said of it, as by the original scripts
    return dialect::end_openai_body(settings, std::move(body));
  }
};

}  // namespace

std::shared_ptr<const Dialect> completions_dialect() {
  static const auto completions = std::make_shared<const Completions>();
  return completions;
}

}  // namespace llmload
