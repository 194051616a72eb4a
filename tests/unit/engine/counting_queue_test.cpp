#include "engine/counting_queue.hpp"

#include <future>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/catch.hpp"

namespace counting_queue_test {

using llmload::engine::CountingQueue;

TEST_CASE("tasks are done in their order, each to its last step, and a call waits for those before it") {
  CountingQueue queue;
  std::string done;
  queue.post([&, steps = 0]() mutable {
    done += 'a';
    return ++steps == 3;
  });
  queue.post([&] {
    done += 'b';
    return true;
  });
  queue.call([&] { done += 'c'; });
  CHECK(done == "aaabc");
}

TEST_CASE("what a task throws comes out of the next call, and what a call throws out of itself") {
  CountingQueue queue;
  bool called = false;
  queue.post([]() -> bool { throw std::runtime_error("of a task"); }, 3);
  CHECK_THROWS_WITH(queue.call([&] { called = true; }), "of a task");
  CHECK_FALSE(called);
  CHECK_THROWS_WITH(queue.call([] { throw std::runtime_error("of a call"); }), "of a call");
  CHECK_NOTHROW(queue.call([&] { called = true; }));
  CHECK(called);
}

TEST_CASE("the most records that waited are told, also where a task of theirs failed, and begin anew") {
  CountingQueue queue;
  std::promise<void> begun, released;
  queue.post([&] {
    begun.set_value();
    released.get_future().wait();
    return true;
  });
  begun.get_future().wait();
  queue.post([]() -> bool { throw 1; }, 3);
  queue.post([] { return true; }, 4);
  released.set_value();
  CHECK_THROWS_AS(queue.call([] {}), int);
  CHECK(queue.take_most_waiting() == 7);
  queue.post([] { return true; }, 2);
  queue.call([] {});
  CHECK(queue.take_most_waiting() == 2);
}

TEST_CASE("who would have to wait for the queue is told so, and keeps what he has") {
  CountingQueue queue;
  std::promise<void> holds, released;
  const auto make = [&] {
    holds.set_value();
    released.get_future().wait();
    return CountingQueue::Task([] { return true; });
  };
  std::thread holder([&] {
    while (!queue.try_post(1, make))
      std::this_thread::yield();  // its own threads take the lock when they begin
  });
  holds.get_future().wait();
  CHECK_FALSE(queue.try_post(1, []() -> CountingQueue::Task { throw std::logic_error("made"); }));
  released.set_value();
  holder.join();
}

}  // namespace counting_queue_test
