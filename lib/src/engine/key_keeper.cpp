#include "engine/key_keeper.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <stdexcept>
#include <utility>

#include "llmload/error.hpp"
#include "net/start_thread.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes before_the_end{5};
constexpr std::chrono::seconds between_tries{30};

bool expires_within(const Credentials::Key& key, std::chrono::seconds time) {
  return key.expires && *key.expires <= std::chrono::system_clock::now() + time;
}

}  // namespace

KeyKeeper::KeyKeeper(const Plan& plan, const std::stop_token& stop)
    : credentials_(plan.credentials),
      fixed_(std::make_shared<const Credentials::Key>(Credentials::Key{plan.api_key.reveal()})),
      work_(io_.get_executor()),
      due_(io_) {
  if (!credentials_) return;
  try {
    if (const auto known = credentials_->current(); !known || known->expires)
      (void)credentials_->renew(known ? known->version : 0, stop);
  } catch (const std::runtime_error& e) {
    if (stop.stop_requested()) return;
    throw InputError(e.what());
  }
  if (expires_within(*credentials_->current(), {}))
    throw InputError("the first key that was given has expired");
  renew_in_time();
  thread_ = net::start_thread("keys", [this] { io_.run(); });
}

KeyKeeper::~KeyKeeper() {
  interrupt();
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<const Credentials::Key> KeyKeeper::current() const {
  return credentials_ ? credentials_->current() : fixed_;
}

std::string KeyKeeper::take_trouble() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(trouble_, {});
}

/// False: the key is not a new one, or of no use. Told where it does not last until the next try.
bool KeyKeeper::fetch(std::uint64_t version) {
  std::string why = "the one that was given has expired or is about to";
  bool renewed = false;
  try {
    renewed = credentials_->renew(version, stop_.get_token());
  } catch (const std::exception& e) {
    why = e.what();
  } catch (...) {  // nothing leaves the thread
    why = "what gives it failed";
  }
  const auto key = credentials_->current();
  if (renewed && !expires_within(*key, {})) return true;
  if (!expires_within(*key, between_tries) || stop_.stop_requested()) return false;
  const std::scoped_lock lock(mutex_);
  trouble_ = "the key was not renewed: " + why;
  return false;
}

bool KeyKeeper::renew(std::uint64_t version) {
  if (credentials_->current()->version != version) return true;  // for another request's sake
  if (std::chrono::steady_clock::now() < next_try_) return false;
  const bool renewed = fetch(version);
  if (!renewed) next_try_ = std::chrono::steady_clock::now() + between_tries;
  return renewed;
}

asio::awaitable<bool> KeyKeeper::renew_on_thread(std::uint64_t version) { co_return renew(version); }

asio::awaitable<bool> KeyKeeper::replace(std::uint64_t version) {
  if (!credentials_) co_return false;
  asio::awaitable<bool> work = renew_on_thread(version);
  co_return co_await asio::co_spawn(io_, std::move(work), asio::use_awaitable);
}

/// Five minutes before the key expires, or when half of its time is over where that is later.
void KeyKeeper::renew_in_time() {
  const auto key = credentials_->current();
  if (!key->expires) return;
  const auto left = *key->expires - std::chrono::system_clock::now();
  renew_after(std::max<std::chrono::system_clock::duration>(std::max(left - before_the_end, left / 2),
                                                            std::chrono::seconds{1}));
}

/// Where that gives no better key, again after half a minute: it may come back; until then a 401 tells.
void KeyKeeper::renew_after(std::chrono::system_clock::duration wait) {
  due_.expires_after(wait);
  due_.async_wait([this, version = credentials_->current()->version](boost::system::error_code ec) {
    if (ec) return;
    if (fetch(version))
      renew_in_time();
    else
      renew_after(between_tries);
  });
}

}  // namespace llmload::engine
