#include "engine/session/limits.hpp"

#include <chrono>

#include "text/number.hpp"

namespace llmload::engine {
namespace {

std::string words(Outcome outcome, const Timeouts& limits) {
  const auto within = [](std::chrono::nanoseconds time) {
    return " within " + text::shortest(std::chrono::duration<double>(time).count()) + " s";
  };
  switch (outcome) {
    case Outcome::connect_timeout: return "no connection" + within(limits.connect);
    case Outcome::tls_timeout: return "the TLS handshake did not end" + within(limits.tls);
    case Outcome::first_byte_timeout: return "no byte of an answer" + within(limits.first_byte);
    case Outcome::first_token_timeout: return "no token" + within(limits.first_token);
    case Outcome::idle_timeout: return "nothing further came" + within(limits.idle);
    case Outcome::cancelled: return "the run was interrupted";
    default: return "no complete answer in time";
  }
}

}  // namespace

Failure interruption(Outcome outcome, const Timeouts& limits) { return {outcome, words(outcome, limits)}; }

bool is_ours(Outcome outcome) {
  switch (outcome) {
    case Outcome::connect_timeout:
    case Outcome::tls_timeout:
    case Outcome::first_byte_timeout:
    case Outcome::first_token_timeout:
    case Outcome::idle_timeout:
    case Outcome::total_timeout:
    case Outcome::cancelled: return true;
    default: return false;
  }
}

}  // namespace llmload::engine
