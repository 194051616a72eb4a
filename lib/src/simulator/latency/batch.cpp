#include "simulator/latency/batch.hpp"

#include <utility>

namespace llmload::simulator {

void Batch::join(std::shared_ptr<BatchMember> member, net::Time now) {
  queue_.push_back(std::move(member));
  if (members_.empty()) begin_step(now);
}

std::optional<net::Time> Batch::step_ends() const {
  return members_.empty() ? std::nullopt : std::optional(step_ends_);
}

std::vector<std::shared_ptr<BatchMember>> Batch::end_step() {
  auto served = members_;
  for (const auto& member : members_) ++member->emitted;
  std::erase_if(members_, [](const auto& member) { return member->emitted >= member->wanted; });
  begin_step(step_ends_);
  return served;
}

void Batch::begin_step(net::Time at) {
  while (!queue_.empty() && members_.size() < options_.max_batch) {
    members_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  step_ends_ = at + options_.step_base + members_.size() * options_.step_per_stream;
}

}  // namespace llmload::simulator
