#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/prepare/request_maker.hpp"
#include "engine/stage_run.hpp"

namespace llmload::engine {

/// A turn that is wanted of a conversation, behind the one that ended.
struct NextTurn {
  std::uint64_t index = 0;
  PreparedPtr before;
  ReceivedAnswer answer;
  std::function<void(PreparedPtr)>
      give;  ///< called once, from the thread that makes it; null: it can't be made
};

/// Makes the requests of the stage under way before they are due, in the order of their indexes, on a thread
/// of its own, so far ahead as a ring has room in number and bytes; before them the later turns of
/// conversations, each when the answer before it is there. That thread is nicer than those of the shards,
/// which take their core from it when they wake. Errors: what can't be made fails the stage.
class PrepareAhead {
 public:
  /// Both must outlive it. Throws InputError where the system gives no thread.
  PrepareAhead(const Plan& plan, const protocol::RequestWriter& writer);
  ~PrepareAhead();
  PrepareAhead(const PrepareAhead&) = delete;
  PrepareAhead& operator=(const PrepareAhead&) = delete;

  // For run()'s thread.
  /// Begins with request 0 of `stage`, which must live until end(). Calls `ready` once, from its thread or
  /// from here, when there is enough for the stage's begin, or when there is nothing to wait for.
  void begin(StageRun& stage, std::function<void()> ready);
  /// Nobody asks for this stage's requests any more. What the tokenizer threw first, if it did.
  std::exception_ptr end();

  // For the shards.
  /// Takes request `index`, once. Null: it is not made yet.
  PreparedPtr take(std::uint64_t index);
  /// Calls `then` when request `index` can be taken: from the thread that makes it, or at once.
  void tell(std::uint64_t index, std::function<void()> then);
  /// Makes a later turn.
  void make(NextTurn turn);

 private:
  struct Entry {
    PreparedPtr request;
    std::size_t bytes = 0;  // that it alone takes
  };

  void work();
  void make_one(std::unique_lock<std::mutex>& lock);
  void make_turn(std::unique_lock<std::mutex>& lock);
  template <class Make>
  bool attempt(std::unique_lock<std::mutex>& lock, const Make& make);
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool is_low() const;
  void begin_if_enough();

  RequestMaker maker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  StageRun* stage_ = nullptr;
  std::vector<Entry> ring_;  // request i at i modulo its size
  std::uint64_t next_ = 0;   // the first that is not made
  std::uint64_t enough_ = 0;
  std::size_t waiting_ = 0, bytes_ = 0;  // requests in the ring, and what they take
  std::multimap<std::uint64_t, std::function<void()>> asked_;
  std::deque<NextTurn> turns_;
  std::function<void()> ready_;
  bool filling_ = false;
  bool busy_ = false;  // with a request, without the lock
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace llmload::engine
