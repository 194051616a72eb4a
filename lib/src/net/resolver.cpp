#include "net/resolver.hpp"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "net/start_thread.hpp"

namespace llmload::net {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds failure_stands{1};  // each session would ask for itself, and again

}  // namespace

std::string describe(const asio::ip::tcp::endpoint& address) {
  const auto ip = address.address().to_string();
  return (address.address().is_v6() ? '[' + ip + ']' : ip) + ':' + std::to_string(address.port());
}

bool is_loopback(const asio::ip::tcp::endpoint& address) {
  const asio::ip::address ip = address.address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, ip.to_v6()).is_loopback();
  return ip.is_loopback();
}

Addresses Resolver::system_look_up(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  Addresses result;
  int failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (failed != 0) {  // AI_ADDRCONFIG hides loopback's ::1 on a machine without another IPv6 address
    hints.ai_flags = AI_NUMERICSERV;
    failed = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  }
  if (failed != 0) {
    result.error = host + ": " + (failed == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(failed));
    return result;
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    asio::ip::tcp::endpoint address;
    if (a->ai_addrlen > address.capacity()) continue;
    std::memcpy(address.data(), a->ai_addr, a->ai_addrlen);
    address.resize(a->ai_addrlen);
    result.list.push_back(address);
  }
  return result;
}

/// What the threads work on. They own it: one whose look-up hangs outlives the Resolver.
struct Resolver::State {
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    std::uint64_t number;
    std::string host, port;
  };
  struct Failure {
    Addresses answer;
    Clock::time_point until;
  };

  explicit State(LookUp how) : look_up(std::move(how)) {}
  void work(std::size_t thread);
  std::optional<Addresses> known_failure(const std::string& name);

  const LookUp look_up;
  std::mutex mutex;
  std::condition_variable changed;
  std::uint64_t next_number = 0;
  std::deque<Waiting> waiting;
  std::map<std::uint64_t, Then> wanted;  // by the question's number
  std::map<std::string, Failure> failures;
  std::vector<bool> busy;  // each thread, with a look-up
  bool ended = false;
};

std::optional<Addresses> Resolver::State::known_failure(const std::string& name) {
  const auto found = failures.find(name);
  if (found == failures.end() || Clock::now() >= found->second.until) return std::nullopt;
  return found->second.answer;
}

void Resolver::State::work(std::size_t thread) {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return ended || !waiting.empty(); });
    if (ended) return;
    const Waiting question = std::move(waiting.front());
    waiting.pop_front();
    if (!wanted.contains(question.number)) continue;
    const std::string name = question.host + ' ' + question.port;
    std::optional<Addresses> answer = known_failure(name);
    if (!answer) {
      busy[thread] = true;
      lock.unlock();
      try {
        answer = look_up(question.host, question.port);
      } catch (...) {  // for want of memory; the thread goes on
        answer = Addresses{{}, question.host + ": can't be looked up"};
      }
      lock.lock();
      busy[thread] = false;
      if (answer->list.empty()) failures[name] = {*answer, Clock::now() + failure_stands};
    }
    const auto then = wanted.find(question.number);
    if (then == wanted.end()) continue;
    then->second(*answer);  // with the lock: its question can't end meanwhile
    wanted.erase(then);
  }
}

Resolver::Resolver(unsigned threads, LookUp look_up) : state_(std::make_shared<State>(std::move(look_up))) {
  state_->busy.resize(threads);
  try {
    for (std::size_t i = 0; i < threads; ++i)
      threads_.push_back(start_thread("names", [state = state_, i] { state->work(i); }));
  } catch (...) {
    end();
    throw;
  }
}

Resolver::~Resolver() { end(); }

void Resolver::end() {
  std::vector<bool> busy;
  {
    const std::scoped_lock lock(state_->mutex);
    state_->ended = true;
    state_->wanted.clear();
    busy = state_->busy;
  }
  state_->changed.notify_all();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    if (busy[i])
      threads_[i].detach();
    else
      threads_[i].join();
  }
}

Resolver::Question::~Question() {
  const std::scoped_lock lock(state_->mutex);
  state_->wanted.erase(number_);
}

std::unique_ptr<Resolver::Question> Resolver::ask(const std::string& host, const std::string& port,
                                                  Then then) {
  const std::scoped_lock lock(state_->mutex);
  const std::uint64_t number = state_->next_number++;
  auto question = std::make_unique<Question>(state_, number);
  state_->wanted.emplace(number, std::move(then));
  state_->waiting.push_back({number, host, port});
  state_->changed.notify_one();
  return question;
}

Addresses Resolver::wait_for(const std::string& host, const std::string& port, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::optional<Addresses> answer;
  const auto question = ask(host, port, [&](const Addresses& addresses) {
    const std::scoped_lock lock(mutex);
    answer = addresses;
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  if (changed.wait(lock, stop, [&] { return answer.has_value(); })) return *answer;
  return {{}, host + ": the run was interrupted"};
}

}  // namespace llmload::net
