#include "llmload/condition.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "llmload/error.hpp"
#include "llmload/summary.hpp"
#include "text/number.hpp"
#include "text/trim.hpp"

namespace llmload {
namespace {

constexpr std::array<std::pair<std::string_view, Relation>, 4> signs = {
    {{"<=", Relation::at_most}, {">=", Relation::at_least}, {"<", Relation::less}, {">", Relation::more}}};

std::string_view sign_of(Relation relation) {
  for (const auto& [sign, of] : signs)
    if (of == relation) return sign;
  return "";
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
  throw InputError("\"" + std::string(text) + "\": " + why +
                   R"(; a condition is "ttft_ms.p95 > 800", or of one )"
                   R"(stage "ttft_ms.p95 > 800 at 64")");
}

}  // namespace

bool Condition::is_about(const Stage& of) const {
  if (stage.empty()) return true;
  const std::string name = describe(of);
  const OpenLoop* const open = of.open_loop();
  const bool by_rate =
      open != nullptr && open->rate && stage == text::shortest(*open->rate) + "/s";  // as tables say
  return name == stage || name.starts_with(stage + ' ') || by_rate;
}

std::optional<bool> Condition::holds(const Summary& of) const {
  const auto found = value_of(of, value);
  if (!found) return std::nullopt;
  switch (relation) {
    case Relation::less: return *found < limit;
    case Relation::at_most: return *found <= limit;
    case Relation::more: return *found > limit;
    case Relation::at_least: break;
  }
  return *found >= limit;
}

std::string Condition::text() const {
  return value + ' ' + std::string(sign_of(relation)) + ' ' + text::shortest(limit) +
         (stage.empty() ? "" : " at " + stage);
}

Condition parse_condition(std::string_view text) {
  const auto at_sign = text.find_first_of("<>");
  if (at_sign == std::string_view::npos) refuse(text, "has none of <, <=, > and >=");
  Condition condition;
  condition.value = text::trimmed(text.substr(0, at_sign));
  std::string_view rest = text.substr(at_sign);
  for (const auto& [sign, relation] : signs) {
    if (!rest.starts_with(sign)) continue;
    condition.relation = relation;
    rest = text::trimmed(rest.substr(sign.size()));
    break;
  }
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), condition.limit);
  if (error != std::errc() || !std::isfinite(condition.limit)) refuse(text, "has no number behind its sign");
  rest = text::trimmed(rest.substr(static_cast<std::size_t>(end - rest.data())));
  if (!rest.empty()) {
    if (!rest.starts_with("at ")) refuse(text, "goes on behind its number");
    condition.stage = text::trimmed(rest.substr(3));
  }
  (void)value_of(Summary{}, condition.value);
  return condition;
}

}  // namespace llmload
