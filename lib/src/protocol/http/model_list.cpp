#include "protocol/http/model_list.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "text/characters.hpp"

namespace llmload::protocol {

namespace json = boost::json;

namespace {

/// The member of an object that is of this kind; null: there is none.
const json::value* member(const json::value& value, const char* name, json::kind kind) {
  const json::object* const object = value.if_object();
  const json::value* const found = object == nullptr ? nullptr : object->if_contains(name);
  return found != nullptr && found->kind() == kind ? found : nullptr;
}

/// It is asked with a GET: body() has nobody who calls it.
class ModelList : public Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "models"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/models"; }
  [[nodiscard]] std::string body(const RequestSpec& /*spec*/, const BodySettings& /*of*/) const override {
    return {};
  }
  bool read(std::string_view text, std::string_view /*event*/, AnswerFacts& facts) const override {
    json::error_code ec;
    const json::value parsed = json::parse({text.data(), text.size()}, ec);
    const json::value* const list = ec ? nullptr : member(parsed, "data", json::kind::array);
    if (list == nullptr) {
      facts.malformed = "has no list of models";
      return true;
    }
    std::string names;
    for (const json::value& model : list->get_array()) {
      const json::value* const id = member(model, "id", json::kind::string);
      if (id == nullptr || id->get_string().empty() || text::has_control_character(id->get_string()))
        continue;
      names.append(names.empty() ? "" : "\n").append(id->get_string());
    }
    facts.choices.emplace_back().content = std::move(names);
    return true;
  }
};

}  // namespace

std::optional<std::string> models_target(std::string_view target) {
  constexpr std::string_view version = "/v1/";
  const std::size_t query = std::min(target.find('?'), target.size());
  const std::size_t at = target.substr(0, query).rfind(version);
  if (at == target.npos) return std::nullopt;
  std::string found(target.substr(0, at + version.size()));
  return found.append("models").append(target.substr(query));
}

const Dialect& model_list() {
  static const ModelList list;
  return list;
}

}  // namespace llmload::protocol
