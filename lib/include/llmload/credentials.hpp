#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <llmload/export.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace llmload {

/// What gives the key, where keys expire: a KeyCommand, a function (make_credentials), or your own by
/// deriving from it. A run asks before its traffic, again five minutes before the key expires (or when half
/// of its time is over, where that is later), and after a 401, behind which the request is sent again once.
/// Threads:  the public members may be called from several threads at once. fetch() is called by one at a
///           time: on the run's thread before its traffic, then by one of its threads that sends no requests.
/// Lifetime: shared with the plans that use it. Runs that use it at once, or one after the other, share its
///           key.
class LLMLOAD_EXPORT Credentials {
 public:
  /// A key, and how long it lasts.
  struct Key {
    std::string value;  ///< as Plan::api_key: sent as the plan's auth says
    std::optional<std::chrono::system_clock::time_point> expires = {};  ///< empty: it is not known to
    std::uint64_t version = 0;  ///< 1, 2 ... as they are issued; renew() sets it
  };

  virtual ~Credentials() = default;
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;

  /// Fetches a key and makes it the current one. Where `version` is no longer the current one, another thread
  /// has, and nothing is done.
  /// False: it is the key of that version again.
  /// Throws what fetch() throws, and std::runtime_error for a key that is empty or has a line break or
  /// another control character; the current key stays.
  bool renew(std::uint64_t version, const std::stop_token& stop = {});

  /// Null before the first renew().
  [[nodiscard]] std::shared_ptr<const Key> current() const;
  /// The last keys, which must be shown nowhere.
  [[nodiscard]] std::shared_ptr<const std::vector<std::string>> issued() const;

 protected:
  Credentials() = default;

  /// A key to use from now on. A wait should end where `stop` is requested.
  /// Errors: before the run a std::runtime_error is an InputError of run(), and what is of another type comes
  ///         out of run() as it is. During the run the key stays, and a note says so where it expires. The
  ///         message is shown: it must not have the key.
  virtual Key fetch(const std::stop_token& stop) = 0;

 private:
  std::mutex fetching_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Key> current_;
  std::shared_ptr<const std::vector<std::string>> issued_ = std::make_shared<std::vector<std::string>>();
};

/// Credentials whose fetch() is a function. Throws InputError where it is empty.
LLMLOAD_EXPORT std::shared_ptr<Credentials> make_credentials(
    std::function<Credentials::Key(const std::stop_token& stop)> fetch);

}  // namespace llmload
