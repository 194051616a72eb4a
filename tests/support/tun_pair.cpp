#include "support/tun_pair.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>

#include "net/arrival_clock.hpp"

namespace test {
namespace {

constexpr const char* near_address = "10.9.8.1";
constexpr const char* far_address = "10.9.8.2";
constexpr std::uint16_t port = 8000;

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
}

sockaddr_in internet_address(const char* text, std::uint16_t of_port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(of_port);
  ::inet_pton(AF_INET, text, &address.sin_addr);
  return address;
}

const sockaddr* generic(const sockaddr_in& address) {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

int open_device() {
  const int device = ::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  must(device >= 0, "/dev/net/tun");
  ifreq request{};
  std::strcpy(request.ifr_name, "tun0");
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  must(::ioctl(device, TUNSETIFF, &request) == 0, "a TUN device");
  return device;
}

void bring_up(int socket, const char* address) {
  ifreq request{};
  std::strcpy(request.ifr_name, "tun0");
  const auto set = [&](unsigned long what, const char* text) {
    const sockaddr_in value = internet_address(text, 0);
    std::memcpy(&request.ifr_addr, &value, sizeof value);
    must(::ioctl(socket, what, &request) == 0, "the device's address");
  };
  set(SIOCSIFADDR, address);
  set(SIOCSIFNETMASK, "255.255.255.0");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  must(::ioctl(socket, SIOCSIFFLAGS, &request) == 0, "the device");
}

/// A TCP segment over IPv4; size 0: something else, or one without data.
struct Segment {
  std::uint32_t sequence = 0;
  std::size_t size = 0;
};

Segment segment_in(std::string_view packet) {
  const auto byte = [packet](std::size_t i) { return static_cast<unsigned char>(packet[i]); };
  if (packet.size() < 40 || byte(0) >> 4 != 4 || byte(9) != IPPROTO_TCP) return {};
  const std::size_t ip = std::size_t{4} * (byte(0) & 15);
  if (packet.size() < ip + 20) return {};
  const std::size_t tcp = std::size_t{4} * (byte(ip + 12) >> 4);
  std::uint32_t sequence = 0;
  std::memcpy(&sequence, packet.data() + ip + 4, sizeof sequence);
  return {ntohl(sequence), packet.size() - ip - tcp};
}

}  // namespace

TunPair::Machine TunPair::make_machine(const char* address, bool listens) {
  Machine machine;
  std::string error;
  // A namespace belongs to the thread that made it; the sockets and the device stay in it.
  std::thread([&] {
    try {
      must(::unshare(CLONE_NEWNET) == 0, "a network namespace");
      machine.device = open_device();
      machine.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      bring_up(machine.socket, address);
      const sockaddr_in own = internet_address(address, port);
      if (!listens) return;
      must(::bind(machine.socket, generic(own), sizeof own) == 0, "bind");
      must(::listen(machine.socket, 1) == 0, "listen");
    } catch (const std::exception& e) {
      error = e.what();
    }
  }).join();
  if (!error.empty()) throw std::runtime_error(error);
  return machine;
}

TunPair::TunPair() {
  try {
    near_ = make_machine(near_address, false);
    far_ = make_machine(far_address, true);
  } catch (const std::exception& e) {
    why_not_ = e.what();
    return;
  }
  carrier_ = std::jthread([this](const std::stop_token& stop) { carry(stop); });
  const sockaddr_in far = internet_address(far_address, port);
  must(::connect(near_.socket, generic(far), sizeof far) == 0, "connect");
  const int listener = far_.socket;
  far_.socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  must(far_.socket >= 0, "accept");
  ::close(listener);
  const int on = 1;  // each send a segment of its own, at once
  ::setsockopt(far_.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

TunPair::~TunPair() {
  carrier_.request_stop();
  if (carrier_.joinable()) carrier_.join();
  ::close(near_.device);
  ::close(far_.device);
}

std::vector<llmload::net::Time> TunPair::forwarded() const {
  const std::scoped_lock lock(mutex_);
  return forwarded_;
}

void TunPair::wait_until_forwarded(std::size_t count) const {
  while (forwarded().size() < count) std::this_thread::yield();
}

void TunPair::carry(const std::stop_token& stop) {
  std::array<pollfd, 2> devices{pollfd{near_.device, POLLIN, 0}, pollfd{far_.device, POLLIN, 0}};
  while (!stop.stop_requested()) {
    ::poll(devices.data(), devices.size(), 10);
    forward(near_.device, far_.device, false);
    forward(far_.device, near_.device, true);
  }
}

void TunPair::lose(std::vector<bool> pattern) {
  const std::scoped_lock lock(mutex_);
  pattern_ = std::move(pattern);
}

void TunPair::lose_one_less() {
  const std::scoped_lock lock(mutex_);
  lost_.erase(lost_.begin());
}

void TunPair::lose_no_more() {
  const std::scoped_lock lock(mutex_);
  pattern_.clear();
  lost_.clear();
}

void TunPair::forward(int from, int to, bool may_lose) {
  std::array<char, 2048> packet;
  for (;;) {
    const auto size = ::read(from, packet.data(), packet.size());
    if (size <= 0) return;
    const Segment segment = segment_in({packet.data(), static_cast<std::size_t>(size)});
    if (may_lose && segment.size > 0) {
      const std::scoped_lock lock(mutex_);
      const bool is_new = std::ranges::find(seen_, segment.sequence) == seen_.end();
      if (is_new) seen_.push_back(segment.sequence);
      if (is_new && !pattern_.empty()) {
        if (pattern_.front()) lost_.push_back(segment.sequence);
        pattern_.erase(pattern_.begin());
      }
      if (std::ranges::find(lost_, segment.sequence) != lost_.end()) continue;
      forwarded_.push_back(llmload::net::monotonic_now());
    }
    must(::write(to, packet.data(), static_cast<std::size_t>(size)) == size, "the cable");
  }
}

}  // namespace test
