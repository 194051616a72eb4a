#include "engine/key_keeper.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "llmload/error.hpp"

namespace llmload::engine {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::minutes before_the_end{5};
constexpr std::chrono::seconds between_tries{30};

}  // namespace

KeyKeeper::KeyKeeper(const Plan& plan)
    : command_(plan.key_command),
      fixed_(std::make_shared<const KeyCommand::Key>(KeyCommand::Key{plan.api_key.reveal()})),
      due_(pool_) {
  if (!command_) return;
  try {
    if (const auto known = command_->current(); !known || known->expires)
      (void)command_->renew(known ? known->version : 0);
  } catch (const std::runtime_error& e) {
    throw InputError(e.what());
  }
  renew_in_time();
}

KeyKeeper::~KeyKeeper() {
  interrupt();
  pool_.stop();
  pool_.join();
}

std::shared_ptr<const KeyCommand::Key> KeyKeeper::current() const {
  return command_ ? command_->current() : fixed_;
}

bool KeyKeeper::renew(std::uint64_t version) {
  if (command_->current()->version != version) return true;  // for another request's sake
  if (std::chrono::steady_clock::now() < next_try_) return false;
  bool renewed = false;
  try {
    renewed = command_->renew(version, stop_.get_token());
  } catch (const std::runtime_error&) {  // the answer that refused the key says enough
  }
  if (!renewed) next_try_ = std::chrono::steady_clock::now() + between_tries;
  return renewed;
}

asio::awaitable<bool> KeyKeeper::renew_on_pool(std::uint64_t version) { co_return renew(version); }

asio::awaitable<bool> KeyKeeper::replace(std::uint64_t version) {
  if (!command_) co_return false;
  asio::awaitable<bool> work = renew_on_pool(version);
  co_return co_await asio::co_spawn(pool_, std::move(work), asio::use_awaitable);
}

/// Five minutes before the key expires, or when half of its time is over where that is later; where that
/// fails, again after half a minute.
void KeyKeeper::renew_in_time() {
  const auto key = command_->current();
  if (!key->expires) return;
  const auto left = *key->expires - std::chrono::system_clock::now();
  const auto wait = std::max<std::chrono::system_clock::duration>(std::max(left - before_the_end, left / 2),
                                                                  std::chrono::seconds{1});
  due_.expires_after(wait);
  due_.async_wait([this, version = key->version](boost::system::error_code ec) {
    if (ec) return;
    try {
      (void)command_->renew(version, stop_.get_token());
    } catch (const std::runtime_error&) {  // it may come back; until then a 401 tells
      due_.expires_after(between_tries);
      due_.async_wait([this](boost::system::error_code again) {
        if (!again) renew_in_time();
      });
      return;
    }
    renew_in_time();
  });
}

}  // namespace llmload::engine
