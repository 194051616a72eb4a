#include "dialect/request_body.hpp"
#include "llmload/dialect.hpp"

namespace llmload {
namespace {

namespace json = boost::json;

class Chat : public Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "chat"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "chat/completions"; }
  [[nodiscard]] std::span<const std::string_view> usage_question() const override {
    return dialect::openai_usage_question;
  }

  [[nodiscard]] std::string problem_of(const RequestSpec& spec) const override {
    return dialect::problem_of_roles(spec.messages);
  }
  [[nodiscard]] std::span<const std::string_view> length_names() const override {
    return dialect::chat_length_names;
  }
  [[nodiscard]] std::string body(const RequestSpec& spec, const BodySettings& settings) const override {
    json::object body = dialect::begin_body(settings);
    json::array messages;
    if (!settings.system_prompt.empty())
      messages.push_back({{"role", "system"}, {"content", dialect::view(settings.system_prompt)}});
    dialect::add_messages(spec.messages, messages);
    body["messages"] = std::move(messages);
    dialect::add_settings(settings, body);
    body["stream"] = settings.stream;
    return dialect::end_openai_body(settings, std::move(body));
  }
};

}  // namespace

std::shared_ptr<const Dialect> chat_dialect() {
  static const auto chat = std::make_shared<const Chat>();
  return chat;
}

}  // namespace llmload
