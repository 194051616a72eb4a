#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace llmload {

/// A command that prints the key, for keys that expire: `az account get-access-token --resource ...`. What it
/// prints is the key itself, or JSON with it under accessToken, access_token or token. When it expires the
/// JSON says (expires_on, in Unix seconds, or expires_in), or the key, where it is a JWT.
/// Threads: all members may be called from several threads at once.
class KeyCommand {
 public:
  struct Key {
    std::string value;
    std::optional<std::chrono::system_clock::time_point> expires = {};
    std::uint64_t version = 0;  ///< 1, 2 ... as they are issued
  };

  /// A program and its arguments; no shell reads them.
  explicit KeyCommand(std::vector<std::string> command);

  /// Runs the command, for at most a minute, and makes what it prints the current key. Where `version` is no
  /// longer the current one, another thread has, and nothing is done.
  /// Throws std::runtime_error: it can't be run, fails, prints no key, or takes too long. What it printed is
  /// not in the message.
  void renew(std::uint64_t version);

  /// Null before the first renew().
  [[nodiscard]] std::shared_ptr<const Key> current() const;
  /// Every key so far, which must be shown nowhere.
  [[nodiscard]] std::vector<std::string> issued() const;

 private:
  const std::vector<std::string> command_;
  std::mutex running_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Key> current_;
  std::vector<std::string> issued_;
};

}  // namespace llmload
