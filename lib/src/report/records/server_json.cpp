#include "report/records/server_json.hpp"

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/json_members.hpp"

namespace llmload::report {
namespace {

namespace json = boost::json;

using Level = std::optional<ServerLevel>;
constexpr std::pair<std::string_view, Level ServerMetrics::*> server_levels[] = {
    {"running", &ServerMetrics::running},
    {"queued", &ServerMetrics::queued},
    {"kv_cache_share", &ServerMetrics::kv_cache_share}};
constexpr std::pair<std::string_view, std::optional<std::uint64_t> ServerMetrics::*> server_counts[] = {
    {"prefix_queries", &ServerMetrics::prefix_queries},
    {"prefix_hits", &ServerMetrics::prefix_hits},
    {"preemptions", &ServerMetrics::preemptions}};

std::int64_t in_millionths(double value) { return std::llround(value * 1e6); }

}  // namespace

json::object server_in_millionths(const ServerMetrics& server) {
  json::object o = {{"scrapes", server.scrapes}, {"failed", server.failed}};
  for (const auto& [name, level] : server_levels) {
    if (const Level& of = server.*level) o[name] = {in_millionths(of->mean), in_millionths(of->max)};
  }
  for (const auto& [name, count] : server_counts) {
    if (server.*count) o[name] = *(server.*count);
  }
  if (server.prefix_hit_share) o["prefix_hit_share"] = in_millionths(*server.prefix_hit_share);
  return o;
}

ServerMetrics read_server(const json::object& of) {
  ServerMetrics server;
  server.scrapes = get<std::uint64_t>(of, "scrapes");
  server.failed = get<std::uint64_t>(of, "failed");
  for (const auto& [name, level] : server_levels) {
    const auto numbers = find<std::vector<std::int64_t>>(of, name);
    if (!numbers) continue;
    if (numbers->size() != 2) throw InputError("/server/" + std::string(name) + ": must be two numbers");
    server.*level =
        ServerLevel{static_cast<double>((*numbers)[0]) / 1e6, static_cast<double>((*numbers)[1]) / 1e6};
  }
  for (const auto& [name, count] : server_counts) server.*count = find<std::uint64_t>(of, name);
  if (const auto share = find<std::int64_t>(of, "prefix_hit_share"))
    server.prefix_hit_share = static_cast<double>(*share) / 1e6;
  return server;
}

}  // namespace llmload::report
