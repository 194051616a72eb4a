#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace test {
namespace {

sockaddr* generic(sockaddr_in& address) { return static_cast<sockaddr*>(static_cast<void*>(&address)); }

tcp_info info_of(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size);
  return info;
}

constexpr auto fin_wait_1 = 4;  // TCP_FIN_WAIT1 of netinet/tcp.h, which does not go with linux/tcp.h

int listen_on_free_port(int& port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd, generic(address), size) != 0 || ::listen(fd, 128) != 0)
    throw std::runtime_error("can't listen");
  ::getsockname(fd, generic(address), &size);
  port = ntohs(address.sin_port);
  return fd;
}

}  // namespace

std::string Peer::read(std::size_t size) {
  std::string bytes(size, '\0');
  const auto n = ::recv(fd_, bytes.data(), size, 0);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
  return bytes;
}

std::string Peer::read_request() {
  for (;;) {
    const auto head = received_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const auto field = received_.find("Content-Length: ");
      const auto length = field < head ? std::stoul(received_.substr(field + 16)) : 0;
      const auto whole = head + 4 + length;
      if (received_.size() >= whole) {
        std::string request = received_.substr(0, whole);
        received_.erase(0, whole);
        return request;
      }
    }
    const std::string more = read(65536);
    if (more.empty()) return "";
    received_ += more;
  }
}

void Peer::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Peer::wait_until_read() const {
  sockaddr_in far{};
  socklen_t size = sizeof far;
  ::getpeername(fd_, generic(far), &size);
  // The client's descriptor is one of ours. It may close it meanwhile, and open another of the same number.
  const auto is_clients = [&far](int fd) {
    sockaddr_in local{};
    socklen_t local_size = sizeof local;
    return ::getsockname(fd, generic(local), &local_size) == 0 && local.sin_port == far.sin_port;
  };
  for (int fd = 0; fd < 1024; ++fd) {
    // A busy kernel delivers later: nothing must be under way, either.
    for (int unread = 1; is_clients(fd); std::this_thread::yield()) {
      if (::ioctl(fd, FIONREAD, &unread) != 0) return;
      const tcp_info ours = info_of(fd_);  // bytes that were sent again count each time
      if (unread == 0 && info_of(fd).tcpi_bytes_received >= ours.tcpi_bytes_sent - ours.tcpi_bytes_retrans)
        return;
    }
  }
}

void Peer::wait_until_arrived() const {
  for (int unacknowledged = 1;; std::this_thread::yield()) {
    if (::ioctl(fd_, TIOCOUTQ, &unacknowledged) != 0) return;
    if (unacknowledged == 0 && info_of(fd_).tcpi_state != fin_wait_1) return;
  }
}

void Peer::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void Peer::end() const { ::shutdown(fd_, SHUT_WR); }

bool Peer::is_connected() const {
  char byte = 0;
  return ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void Peer::reset() {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void Peer::wait_for_end() {
  while (!read(4096).empty()) {
  }
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), listener_(listen_on_free_port(port_)) {
  acceptor_ = std::jthread([this] {
    for (;;) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const int on = 1;  // each send a segment of its own, at once
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const int number = accepted_++;
      const std::scoped_lock lock(mutex_);
      threads_.emplace_back([this, fd, number] {
        Peer peer(fd);
        script_(peer, number);
      });
    }
  });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
}

std::string ScriptedServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_) + "/v1/chat/completions";
}

std::string answer(int status, std::string_view body, std::string_view extra) {
  return "HTTP/1.1 " + std::to_string(status) + " Text\r\n" + std::string(extra) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string good_answer(std::string_view extra) {
  return answer(
      200,
      R"({"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"one two"}}],)"
      R"("usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":7}})",
      extra);
}

int closed_port() {
  int port = 0;
  ::close(listen_on_free_port(port));
  return port;
}

}  // namespace test
