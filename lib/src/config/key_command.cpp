#include "llmload/key_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "text/base64.hpp"
#include "text/trim.hpp"

namespace llmload {
namespace {

namespace json = boost::json;
using Clock = std::chrono::system_clock;

constexpr std::chrono::seconds longest_run{60};
constexpr std::chrono::milliseconds between_looks{
    50};  // at an interruption, and at a child that closed its output
constexpr std::size_t longest_output = 64 * 1024;
constexpr std::size_t most_remembered = 16;  // keys

/// A program that runs with its standard output in a pipe of ours. What it says to standard error is the
/// user's to see.
class Child {
 public:
  Child(const std::vector<std::string>& command, const std::stop_token& stop) : stop_(stop) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error(std::strerror(errno));
    output_ = ends[0];
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);  // ours are blocked, for a thread that waits for them
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t usual;
    sigfillset(&usual);  // as a shell starts it: SIGPIPE is ignored here
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setpgroup(&attributes, 0);  // a group of its own, which ends with what the command starts
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    const int failed = ::posix_spawnp(&pid_, arguments[0], &files, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    ::close(ends[1]);
    if (failed != 0) {
      ::close(output_);
      throw std::runtime_error(std::strerror(failed));
    }
  }
  ~Child() {
    ::close(output_);
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::string read_all() {
    std::string text;
    std::array<char, 4096> block{};
    for (;;) {
      require_time();
      pollfd ready{output_, POLLIN, 0};
      if (::poll(&ready, 1, static_cast<int>(between_looks.count())) <= 0) continue;
      const auto size = ::read(output_, block.data(), block.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) throw std::runtime_error(std::strerror(errno));
      if (size == 0) return text;
      text.append(block.data(), static_cast<std::size_t>(size));
      if (text.size() > longest_output) throw std::runtime_error("it prints more than a key");
    }
  }

  void require_success() {
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
      require_time();
      std::this_thread::sleep_for(between_looks / 10);
    }
    pid_ = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
    throw std::runtime_error(WIFEXITED(status)
                                 ? "it exits with " + std::to_string(WEXITSTATUS(status))
                                 : "it was ended by signal " + std::to_string(WTERMSIG(status)));
  }

 private:
  void require_time() const {
    if (stop_.stop_requested()) throw std::runtime_error("the run was interrupted");
    if (std::chrono::steady_clock::now() > until_) throw std::runtime_error("it did not end in a minute");
  }

  const std::stop_token stop_;
  const std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now() + longest_run;
  int output_ = -1;
  pid_t pid_ = 0;
};

/// A time that the clock can show; others are taken as not said.
std::optional<std::int64_t> seconds_of(double value) {
  constexpr double most = 4e9;  // the year 2096
  return value >= 0 && value <= most ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
}

/// A part of a JWT, which is base64url without padding (RFC 7515); "" where it is not.
std::string decode_jwt(std::string_view part) {
  std::string standard(part);
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  standard.resize((part.size() + 3) / 4 * 4, '=');
  return text::decode_base64(standard).value_or("");
}

json::value parse(std::string_view text) {
  json::error_code ec;
  json::value value = json::parse(json::string_view(text.data(), text.size()), ec);
  return ec ? json::value(nullptr) : value;
}

std::optional<std::int64_t> seconds_at(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return seconds_of(value->to_number<double>());
  if (!value->is_string()) return std::nullopt;
  const auto& text = value->get_string();
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  return error == std::errc() && end == text.data() + text.size() ? seconds_of(seconds) : std::nullopt;
}

std::optional<Clock::time_point> unix_time(const std::optional<std::int64_t>& seconds) {
  return seconds ? std::optional(Clock::time_point(std::chrono::seconds(*seconds))) : std::nullopt;
}

std::optional<Clock::time_point> expiry_of_jwt(std::string_view key) {
  const auto begin = key.find('.');
  const auto end = begin == std::string_view::npos ? begin : key.find('.', begin + 1);
  if (end == std::string_view::npos) return std::nullopt;
  const json::value claims = parse(decode_jwt(key.substr(begin + 1, end - begin - 1)));
  const json::object* object = claims.if_object();
  return object != nullptr ? unix_time(seconds_at(*object, "exp")) : std::nullopt;
}

KeyCommand::Key read_key(std::string_view output) {
  output = text::trimmed(output);
  if (output.empty()) throw std::runtime_error("it prints nothing");
  KeyCommand::Key key{std::string(output)};
  const json::value value = parse(output);
  if (const json::object* object = value.if_object()) {
    key.value.clear();
    for (const char* name : {"accessToken", "access_token", "token"}) {
      const json::value* token = object->if_contains(name);
      if (token != nullptr && token->is_string()) key.value = std::string(token->get_string());
      if (!key.value.empty()) break;
    }
    key.expires = unix_time(seconds_at(*object, "expires_on"));
    const auto lasts = seconds_at(*object, "expires_in");
    if (!key.expires && lasts) key.expires = Clock::now() + std::chrono::seconds(*lasts);
  } else if (value.is_string()) {  // as `--query accessToken` prints it without `-o tsv`
    key.value = std::string(value.get_string());
  }
  key.value = std::string(text::trimmed(key.value));
  const auto is_control = [](unsigned char c) { return c <= 0x20 || c >= 0x7f; };
  bool plain = !key.value.empty();
  for (const char c : key.value) plain = plain && !is_control(static_cast<unsigned char>(c));
  if (!plain) throw std::runtime_error("what it prints is no key: one word, or JSON with accessToken");
  if (!key.expires) key.expires = expiry_of_jwt(key.value);
  return key;
}

}  // namespace

KeyCommand::KeyCommand(std::vector<std::string> command) : command_(std::move(command)) {}

bool KeyCommand::renew(std::uint64_t version, const std::stop_token& stop) {
  const std::scoped_lock one_at_a_time(running_);
  const auto known = current();
  if ((known ? known->version : 0) != version) return true;
  Key key;
  try {
    Child child(command_, stop);
    const std::string output = child.read_all();
    child.require_success();
    key = read_key(output);
  } catch (const std::runtime_error& e) {
    throw std::runtime_error("the command for the key, " + command_.front() + ": " + e.what());
  }
  const bool is_new = !known || known->value != key.value;
  key.version = is_new ? version + 1 : version;
  const std::scoped_lock lock(mutex_);
  if (is_new) {
    auto issued = std::make_shared<std::vector<std::string>>(*issued_);
    issued->push_back(key.value);
    if (issued->size() > most_remembered) issued->erase(issued->begin());
    issued_ = std::move(issued);
  }
  current_ = std::make_shared<const Key>(std::move(key));
  return is_new;
}

std::shared_ptr<const KeyCommand::Key> KeyCommand::current() const {
  const std::scoped_lock lock(mutex_);
  return current_;
}

std::shared_ptr<const std::vector<std::string>> KeyCommand::issued() const {
  const std::scoped_lock lock(mutex_);
  return issued_;
}

}  // namespace llmload
