#include "llmload/credentials.hpp"

#include <stdexcept>
#include <string_view>
#include <utility>

#include "llmload/error.hpp"
#include "text/characters.hpp"
#include "text/trim.hpp"

namespace llmload {
namespace {

constexpr std::size_t most_remembered = 16;  // keys

/// Whether it can be the value of a header.
bool is_key(std::string_view value) { return !value.empty() && !text::has_control_character(value); }

class FetchedByFunction : public Credentials {
 public:
  explicit FetchedByFunction(std::function<Key(const std::stop_token&)> fetch) : fetch_(std::move(fetch)) {
    if (!fetch_) throw InputError("the function that gives the key is empty");
  }

 protected:
  Key fetch(const std::stop_token& stop) override { return fetch_(stop); }

 private:
  const std::function<Key(const std::stop_token&)> fetch_;
};

}  // namespace

bool Credentials::renew(std::uint64_t version, const std::stop_token& stop) {
  const std::scoped_lock one_at_a_time(fetching_);
  const auto known = current();
  if ((known ? known->version : 0) != version) return true;
  Key key = fetch(stop);
  // A server that repeats it says it without what is around it.
  key.value = text::trimmed(key.value);
  if (!is_key(key.value))
    throw std::runtime_error("the key that was given is empty, or has a control character in it");
  const bool is_new = !known || known->value != key.value;
  key.version = is_new ? version + 1 : version;
  const std::scoped_lock lock(mutex_);
  if (is_new) {
    auto issued = std::make_shared<std::vector<std::string>>(*issued_);
    issued->push_back(key.value);
    if (issued->size() > most_remembered) issued->erase(issued->begin());
    issued_ = std::move(issued);
  }
  current_ = std::make_shared<const Key>(std::move(key));
  return is_new;
}

std::shared_ptr<const Credentials::Key> Credentials::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

std::shared_ptr<const std::vector<std::string>> Credentials::issued() const {
  const std::scoped_lock lock(mutex_);
  return issued_;
}

std::shared_ptr<Credentials> make_credentials(
    std::function<Credentials::Key(const std::stop_token& stop)> fetch) {
  return std::make_shared<FetchedByFunction>(std::move(fetch));
}

}  // namespace llmload
