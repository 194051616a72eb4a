#include "protocol/target/shown_url.hpp"

#include <algorithm>
#include <functional>

namespace llmload::protocol {
namespace {

/// Calls `take` with the name and the value of each member of the query, which begins behind its "?".
void for_each_member(std::string_view query,
                     const std::function<void(std::string_view, std::string_view)>& take) {
  while (!query.empty()) {
    const std::string_view member = query.substr(0, query.find_first_of("&;"));
    const auto equals = std::min(member.find('='), member.size());
    take(member.substr(0, equals), member.substr(std::min(equals + 1, member.size())));
    query.remove_prefix(std::min(member.size() + 1, query.size()));
  }
}

std::string_view query_of(std::string_view url) {
  url = url.substr(0, url.find('#'));
  const auto mark = url.find('?');
  return mark == std::string_view::npos ? std::string_view() : url.substr(mark + 1);
}

}  // namespace

std::string shown_url(std::string_view url) {
  std::string_view path = url.substr(0, url.find_first_of("?#"));
  const auto scheme = path.find("//");
  const auto host = scheme == std::string_view::npos ? 0 : scheme + 2;
  std::string shown(path.substr(0, host));
  path.remove_prefix(host);
  const std::string_view authority = path.substr(0, path.find('/'));
  const auto user = authority.rfind('@');
  if (host > 0 && user != std::string_view::npos) path.remove_prefix(user + 1);
  shown += path;
  char mark = '?';
  for_each_member(query_of(url), [&](std::string_view name, std::string_view /*value*/) {
    shown += mark;
    shown += name;
    mark = '&';
  });
  return shown;
}

std::vector<std::string> query_values(std::string_view url) {
  std::vector<std::string> values;
  for_each_member(query_of(url), [&](std::string_view name, std::string_view value) {
    if (name != "api-version" && !value.empty()) values.emplace_back(value);
  });
  return values;
}

}  // namespace llmload::protocol
