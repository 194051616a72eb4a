#include "support/raw_client.hpp"

#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace test {

using namespace llmload;

std::string request_for(unsigned tokens, bool stream, std::string_view fields) {
  const std::string body = R"({"messages":[{"role":"user","content":"hello"}],"max_tokens":)" +
                           std::to_string(tokens) + (stream ? R"(,"stream":true})" : "}");
  return "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: a-key\r\n" +
         std::string(fields) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

RawClient::RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, static_cast<sockaddr*>(static_cast<void*>(&address)), sizeof address) == 0) return;
  ::close(fd_);
  fd_ = -1;
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

std::string RawClient::handshake(SSL_CTX* context) {
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), fd_);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), "127.0.0.1");
  if (SSL_connect(ssl_.get()) == 1) return "";
  const long verdict = SSL_get_verify_result(ssl_.get());
  const std::string reason = net::take_openssl_error();
  return verdict != X509_V_OK ? X509_verify_cert_error_string(verdict) : reason;
}

void RawClient::send(std::string_view bytes) {
  if (ssl_) {
    SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    return;
  }
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void RawClient::end() const { ::shutdown(fd_, SHUT_WR); }

bool RawClient::has_something() const {
  char byte = 0;
  return !received_.empty() || ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
         (errno != EAGAIN && errno != EWOULDBLOCK);
}

std::string RawClient::read_available() {
  std::string all;
  while (!ended_ && has_something()) all += read_some();
  return all;
}

std::string RawClient::read_some() {
  if (!received_.empty()) return std::exchange(received_, "");
  std::array<char, 64 * 1024> bytes{};
  errno = 0;
  const auto n = ssl_ ? SSL_read(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                      : ::recv(fd_, bytes.data(), bytes.size(), 0);
  reset_ = n < 0 && errno == ECONNRESET;
  ended_ = n <= 0;
  ERR_clear_error();
  return {bytes.data(), static_cast<std::size_t>(n > 0 ? n : 0)};
}

std::string RawClient::read_until(std::string_view last) {
  std::string all;
  for (;;) {
    const std::string more = read_some();
    all += more;
    const auto found = all.find(last);
    if (found != std::string::npos) {
      received_ = all.substr(found + last.size());
      return all.substr(0, found + last.size());
    }
    if (more.empty()) return all;
  }
}

std::string RawClient::read_all() {
  std::string all;
  for (std::string more = read_some(); !more.empty(); more = read_some()) all += more;
  return all;
}

std::string RawClient::read_answer() {
  std::string answer = read_until("\r\n\r\n");
  if (header(answer, "Transfer-Encoding") == "chunked") return answer + read_until("\r\n0\r\n\r\n");
  const std::string length = header(answer, "Content-Length");
  const std::size_t whole = answer.size() + (length == "-" ? 0 : std::stoul(length));
  while (answer.size() < whole) {
    const std::string more = read_some();
    if (more.empty()) break;
    answer += more;
  }
  const std::string surplus = answer.substr(std::min(whole, answer.size()));
  received_.insert(0, surplus);
  answer.resize(answer.size() - surplus.size());
  return answer;
}

net::SslCtxPtr trusting(const std::string& ca_pem) {
  net::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set1_cert_store(context.get(), net::make_trust_store(ca_pem).get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

std::string header(std::string_view answer, std::string_view name) {
  const std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
  const auto at = head.find("\r\n" + std::string(name) + ": ");
  if (at == std::string_view::npos) return "-";
  const std::string_view value = head.substr(at + name.size() + 4);
  return std::string(value.substr(0, value.find("\r\n")));
}

std::string_view body(std::string_view answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string_view() : answer.substr(end + 4);
}

}  // namespace test
