// An API of one's own: what is sent in it, and what its answers say. All else of a run stays as it is.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <llmload/llmload.hpp>
#include <stdexcept>
#include <thread>

/// The value of `name` in an object of this API, whose texts have no escapes; use a JSON parser for others.
std::string_view member(std::string_view json, const std::string& name) {
  const auto at = json.find('"' + name + "\":");
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + name.size() + 3);
  if (!json.starts_with('"')) return json.substr(0, json.find_first_of(",}"));
  return json.substr(1, json.find('"', 1) - 1);
}

/// Asks {"telegram": "...", "words": 8}, and is answered by a stream of events: `word` has one of the text,
/// `stop` says why it ended and what was counted, and then it is over.
class Telegraph : public llmload::Dialect {
 public:
  [[nodiscard]] std::string_view name() const override { return "telegraph"; }
  [[nodiscard]] std::string_view path_suffix() const override { return "/telegraph"; }
  [[nodiscard]] bool has_roles() const override { return false; }

  [[nodiscard]] std::string body(const llmload::RequestSpec& spec,
                                 const llmload::BodySettings& settings) const override {
    std::string body = R"({"telegram":")";
    for (const llmload::Message& message : spec.messages) body += message.text;
    return body + R"(","words":)" + std::to_string(settings.max_tokens) + '}';
  }

  [[nodiscard]] bool read(std::string_view text, std::string_view event,
                          llmload::AnswerFacts& facts) const override {
    if (event == "word")
      facts.choices.push_back({.content = std::string(member(text, "word")) + ' '});
    else if (event == "stop") {
      const bool full = member(text, "why") == "full";
      facts.choices.push_back({.finish_reason = full ? "length" : "stop"});
      facts.completion_tokens = std::stoull(std::string(member(text, "words")));
      facts.is_done = true;
    } else {
      facts.malformed = "is of no known type";
    }
    return true;
  }
};

/// Answers each request on one connection with three words.
class Telegraphist {
 public:
  Telegraphist() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = static_cast<sockaddr*>(static_cast<void*>(&address));
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 1) != 0)
      throw std::runtime_error("no port to listen at");
    ::getsockname(listener_, any, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Telegraphist() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Telegraphist(const Telegraphist&) = delete;
  Telegraphist& operator=(const Telegraphist&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/telegraph"; }

 private:
  void serve() const {
    const std::string events =
        "event: word\ndata: {\"word\":\"ARRIVING\"}\n\nevent: word\ndata: {\"word\":\"TUESDAY\"}\n\n"
        "event: word\ndata: {\"word\":\"STOP\"}\n\nevent: stop\ndata: {\"why\":\"full\",\"words\":3}\n\n";
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: " +
                               std::to_string(events.size()) + "\r\n\r\n" + events;
    const int connection = ::accept(listener_, nullptr, nullptr);
    std::string request;
    char bytes[4096];
    for (ssize_t got = 0; (got = ::recv(connection, bytes, sizeof bytes, 0)) > 0;) {
      request.append(bytes, static_cast<std::size_t>(got));
      if (!request.ends_with('}')) continue;  // where a body ends
      request.clear();
      ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
    ::close(connection);
  }

  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::thread thread_;
};

int main() {
  const Telegraphist telegraphist;
  llmload::Plan plan;
  plan.endpoints = {llmload::parse_endpoint(telegraphist.url(), std::make_shared<Telegraph>())};
  plan.auth = llmload::Auth::none;
  plan.stream = true;
  plan.max_tokens = 3;
  plan.source = std::make_shared<llmload::PromptList>(std::vector<std::string>{"WHEN DO YOU ARRIVE"});
  plan.stages = {{.concurrency = 1, .requests = 20}};

  const llmload::RunResult result = llmload::run(plan);
  const llmload::Summary& summary = result.stages.front();
  std::cout << llmload::dialect_of(plan).name() << ": " << summary.ok << " answers";
  if (summary.ttft_ms) std::cout << ", the first word after " << summary.ttft_ms->p50 << " ms";
  std::cout << '\n';
  for (const auto& reason : result.invalid_reasons) std::cout << "not valid: " << reason.text << '\n';
  return summary.ok == 20 ? 0 : 1;
}
