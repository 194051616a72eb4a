#include "protocol/http/model_list.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "text/printable.hpp"

namespace llmload::protocol {

namespace json = boost::json;

namespace {

/// The member of an object that is of this kind; null: there is none.
const json::value* member(const json::value& value, const char* name, json::kind kind) {
  const json::object* const object = value.if_object();
  const json::value* const found = object == nullptr ? nullptr : object->if_contains(name);
  return found != nullptr && found->kind() == kind ? found : nullptr;
}

bool is_name(std::string_view text) {
  constexpr std::size_t longest = 256;
  if (text.empty() || text.size() > longest) return false;
  for (; !text.empty(); text.remove_prefix(1)) {
    if (text::control_size(text) != 0) return false;
  }
  return true;
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
    std::vector<std::string> names;
    bool any_other = false;
    for (const json::value& model : list->get_array()) {
      const json::value* const id = member(model, "id", json::kind::string);
      const std::string name(id == nullptr ? json::string_view() : json::string_view(id->get_string()));
      if (!is_name(name))
        any_other = true;
      else if (std::ranges::find(names, name) == names.end())
        names.push_back(name);
    }
    if (any_other && !names.empty()) names.emplace_back();
    std::string lines;
    for (const std::string& name : names) lines.append(&name == names.data() ? "" : "\n").append(name);
    facts.choices.emplace_back().content = std::move(lines);
    return true;
  }
};

}  // namespace

std::optional<std::string> models_target(std::string_view target, std::string_view path_suffix) {
  const std::size_t query = std::min(target.find('?'), target.size());
  std::string_view path = target.substr(0, query);
  if (!path.ends_with(path_suffix)) return std::nullopt;
  path.remove_suffix(path_suffix.size());
  if (path.ends_with('/')) path.remove_suffix(1);
  if (!path.ends_with("/v1")) return std::nullopt;
  return std::string(path).append("/models").append(target.substr(query));
}

const Dialect& model_list() {
  static const ModelList list;
  return list;
}

}  // namespace llmload::protocol
