#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace llmload {

/// A command that prints the key, for keys that expire: `az account get-access-token --resource ...`. What it
/// prints is the key itself, or JSON with it under accessToken, access_token or token. When it expires the
/// JSON says (expires_on, in Unix seconds, or expires_in), or the key, where it is a JWT.
/// Threads: all members may be called from several threads at once.
class KeyCommand {
 public:
  /// A key that it printed.
  struct Key {
    std::string value;
    std::optional<std::chrono::system_clock::time_point> expires = {};
    std::uint64_t version = 0;  ///< 1, 2 ... as they are issued
  };

  /// A program and its arguments; no shell reads them.
  explicit KeyCommand(std::vector<std::string> command);

  /// Runs the command, for at most a minute, and makes what it prints the current key. Where `version` is no
  /// longer the current one, another thread has, and nothing is done.
  /// False: it printed the key of that version again.
  /// Throws std::runtime_error: it can't be run, fails, prints no key, takes too long, or `stop` was
  /// requested. What it printed is not in the message.
  bool renew(std::uint64_t version, const std::stop_token& stop = {});

  /// Null before the first renew().
  [[nodiscard]] std::shared_ptr<const Key> current() const;
  /// The last keys, which must be shown nowhere.
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> issued() const;

 private:
  const std::vector<std::string> command_;
  std::mutex running_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Key> current_;
  std::shared_ptr<const std::vector<std::string>> issued_ = std::make_shared<std::vector<std::string>>();
};

}  // namespace llmload
