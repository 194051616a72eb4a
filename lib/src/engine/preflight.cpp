#include "engine/preflight.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <set>

#include "llmload/error.hpp"

namespace llmload::engine {
namespace {

constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

// Measured: 32 KB a TLS connection that streams, with its record; the rest is for larger answers.
constexpr std::uint64_t bytes_a_connection = 48 * 1024;
constexpr std::uint64_t bytes_a_request = 104;    // that stay for exact percentiles, of a streamed one
constexpr std::uint64_t descriptors_a_shard = 8;  // epoll, timers, its event loop's own
constexpr std::uint64_t descriptors_beside = 32;  // outputs, name look-ups, the harness around us

constexpr std::uint64_t mib = 1024 * 1024;
constexpr std::uint64_t bytes_ahead =
    32 * 1024;  // of a session's two requests that are made before they are due
constexpr std::uint64_t most_bytes_ahead =
    96 * mib;                             // of all of them, with those that are kept to be sent again
constexpr std::uint64_t usual_share = 4;  // of the memory, for answers
constexpr std::uint64_t usual_bytes = 1024 * mib;  // for them, where nobody says what there is

std::uint64_t open_descriptors() {
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count > 3 ? count - 3 : 0;  // without ".", ".." and the folder's own
}

/// In a file of lines as "MemAvailable:   12345 kB".
std::optional<std::uint64_t> value_in(const char* path, std::string_view wanted) {
  std::ifstream file(path);
  std::string name, unit;
  for (std::uint64_t value = 0; file >> name >> value; std::getline(file, unit)) {
    if (name == wanted) return value;
  }
  return std::nullopt;
}

/// Of a container, where there is one: its limit less what it uses.
std::uint64_t memory_of_group() {
  std::ifstream limit_file("/sys/fs/cgroup/memory.max"), use_file("/sys/fs/cgroup/memory.current");
  std::uint64_t limit = 0, use = 0;
  if (!(limit_file >> limit) || !(use_file >> use)) return unknown;  // "max": none
  // Files that were read count as used, until somebody needs their place.
  use -= std::min(use, value_in("/sys/fs/cgroup/memory.stat", "inactive_file").value_or(0));
  return limit > use ? limit - use : 0;
}

std::uint64_t memory_of_machine() {
  const auto kib = value_in("/proc/meminfo", "MemAvailable:");
  return kib ? *kib * 1024 : unknown;
}

/// Of the address space (ulimit -v), less what the process has of it. /proc/self/statm counts pages.
std::uint64_t memory_of_process() {
  rlimit limit{};
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || !(file >> pages))
    return unknown;
  const std::uint64_t used = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

std::uint64_t sessions_of(const Stage& stage, const workload::Schedule& schedule) {
  const OpenLoop* const open = stage.open_loop();
  return stage.concurrency().value_or(open != nullptr ? workload::opened_before(*open, schedule) : 0);
}

void require(std::uint64_t needed, std::uint64_t there, const std::string& where, const std::string& what,
             const std::string& hint) {
  if (needed <= there) return;
  throw InputError(where + ": needs " + std::to_string(needed) + ' ' + what + ", and there are " +
                   std::to_string(there) + "; " + hint);
}

}  // namespace

Resources resources_of_this_machine() {
  Resources r{unknown, unknown, std::min({memory_of_machine(), memory_of_group(), memory_of_process()})};
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    const std::uint64_t open = open_descriptors();
    r.descriptors = limit.rlim_cur > open ? limit.rlim_cur - open : 0;
  }
  std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint64_t first = 0, last = 0;
  if (range >> first >> last && last >= first) r.ports = last - first + 1;
  return r;
}

std::uint64_t waiting_bytes(const Plan& plan, const Resources& available) {
  const std::uint64_t usual = available.memory == unknown ? usual_bytes : available.memory / usual_share;
  return plan.max_waiting_bytes.value_or(usual);
}

void check_resources(const Plan& plan, const Stage& stage, const workload::Schedule& schedule,
                     const Resources& available) {
  const std::uint64_t sessions = sessions_of(stage, schedule);
  const std::set<std::size_t> own(stage.endpoints.begin(), stage.endpoints.end());
  const std::uint64_t endpoints = own.empty() ? plan.endpoints.size() : own.size();
  const std::uint64_t sockets = sessions * endpoints * (plan.endpoints_in_process ? 2 : 1);
  const std::string where = "the stage of " + describe(stage);
  require(sockets + descriptors_a_shard * shard_count(plan) + descriptors_beside, available.descriptors,
          where, "file descriptors", "raise the limit (ulimit -n)");
  require(sessions, available.ports, where, "local ports to one endpoint",
          "widen net.ipv4.ip_local_port_range, or lower the concurrency");
  const std::uint64_t requests = stage.open_loop() != nullptr ? schedule.end : stage.requests.value_or(0);
  const std::uint64_t needed = sockets * bytes_a_connection + requests * bytes_a_request +
                               std::min(sessions * bytes_ahead, most_bytes_ahead) +
                               waiting_bytes(plan, available);
  require(needed / mib, available.memory / mib, where, "MiB of memory",
          "lower the concurrency, the number of requests or MAX_WAITING_BYTES");
}

}  // namespace llmload::engine
