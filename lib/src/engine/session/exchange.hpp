#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "engine/session/limits.hpp"
#include "llmload/plan.hpp"
#include "llmload/request_record.hpp"
#include "net/io_result.hpp"
#include "net/stamped_socket.hpp"
#include "protocol/record_builder.hpp"

namespace llmload::engine {

/// What is still to be sent of a request: as much as one write takes, and the rest.
struct RequestBytes {
  std::string_view opening, rest;

  [[nodiscard]] bool empty() const { return opening.empty() && rest.empty(); }
  [[nodiscard]] std::string_view next() const { return opening.empty() ? rest : opening; }
  void remove_prefix(std::size_t bytes) { (opening.empty() ? rest : opening).remove_prefix(bytes); }
};

/// How a connection ended, as its reader found it.
struct ConnectionEnd {
  net::IoStatus status = net::IoStatus::eof;  ///< or error
  bool clean = true;                          ///< eof: the peer announced it
  net::Time at = {};                          ///< it had ended by then
  std::chrono::nanoseconds min_rtt{0};  ///< what the peer needs at least to answer what we send; 0: not known
  std::string_view why = {};            ///< error: for people
};

/// One request over an open connection, from its first byte out to its answer's end: what is to be done next,
/// and what came of what was done. No socket, no clock: whoever has them does what next() says, and tells it.
class Exchange {
 public:
  enum class Step : std::uint8_t {
    write,  ///< to_send(), as much as goes; then on_write()
    read,   ///< then on_bytes(), on_read_blocked() or on_end()
    wait,   ///< until there is something to read, or room where wants_write(), but not beyond limit()
    done
  };

  /// Both must outlive it.
  Exchange(protocol::RecordBuilder& builder, const Timeouts& limits) : builder_(builder), limits_(limits) {}

  /// Begins a sending, of which `record` is made, and which must outlive it.
  void begin(RequestRecord& record, net::Time stage_start, net::Time deadline);
  /// From `now` on `request` is sent, which must outlive the exchange. Before it, what comes is of nobody.
  void ask(RequestBytes request, net::Time now);

  /// `must_wait`: a read would find nothing, or it is the others' turn.
  [[nodiscard]] Step next(bool must_wait) const;
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] std::string_view to_send() const { return request_.next(); }
  [[nodiscard]] bool wants_write() const { return wants_write_; }
  /// What is awaited is a read and nothing else.
  [[nodiscard]] bool only_reads() const { return request_.empty() && !wants_write_; }
  /// How long it may wait.
  [[nodiscard]] Limit limit() const;

  // What happened. `sent_at`: when the last bytes that went out did.
  void on_write(const net::IoResult& wrote, net::Time sent_at);
  /// `is_record`: what was read at once is a TLS record.
  void on_bytes(std::string_view bytes, const net::Arrival& arrival, bool is_record);
  void on_read_blocked(bool wants_write);
  void on_end(const ConnectionEnd& end);
  /// A wait is over. `goes_on`: what is there to read was there before it.
  void on_ready(bool goes_on = false);
  /// A limit passed, or the run was cancelled. What was concluded stays so.
  void interrupt(Outcome outcome);
  void fail(const Failure& failure);
  /// The system has no memory for what it needs: `outcome`, where none is concluded.
  void on_no_memory(Outcome outcome);

  /// Says in the record when it ended. Behind done.
  void finish(net::Time now);
  /// The connection was of no use before the request can have reached the server: another one may carry it.
  [[nodiscard]] bool useless() const { return useless_; }
  /// The connection may carry the next request.
  [[nodiscard]] bool reusable() const { return record_->sent && builder_.reusable(); }

 private:
  [[nodiscard]] bool had_ended(const ConnectionEnd& end) const;
  [[nodiscard]] protocol::Arrival since_start(const net::Arrival& arrival, bool is_record) const;
  void on_stale(std::string_view bytes);
  [[nodiscard]] Stamp ended_at(net::Time now) const;

  protocol::RecordBuilder& builder_;
  const Timeouts& limits_;
  RequestRecord* record_ = nullptr;
  RequestBytes request_;
  net::Time stage_start_, deadline_;
  net::Time asked_at_;       // it began to be sent
  std::uint64_t drain_ = 0;  // wake-ups for what had come since
  Stamp last_byte_;          // of the answer, as yet
  bool readable_ = false;    // perhaps: nothing is due before the request is out
  bool write_blocked_ = false, read_blocked_ = false;
  bool wants_write_ = false;  // before it can go on
  bool useless_ = false;
  bool done_ = false;
};

}  // namespace llmload::engine
