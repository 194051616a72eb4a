#pragma once

#include <llmload/credentials.hpp>
#include <llmload/export.hpp>
#include <stop_token>
#include <string>
#include <vector>

namespace llmload {

/// A command that prints the key: `az account get-access-token --resource ...`. What it prints is the key
/// itself, or JSON with it under accessToken, access_token or token. When it expires the JSON says
/// (expires_on, in Unix seconds, or expires_in), or the key, where it is a JWT.
class LLMLOAD_EXPORT KeyCommand : public Credentials {
 public:
  /// A program and its arguments; no shell reads them. Throws InputError where there is none.
  explicit KeyCommand(std::vector<std::string> command);

 protected:
  /// Runs the command, for at most a minute. Throws std::runtime_error: it can't be run, fails, prints no
  /// key, takes too long, or `stop` was requested. What it printed is not in the message.
  Key fetch(const std::stop_token& stop) override;

 private:
  const std::vector<std::string> command_;
};

}  // namespace llmload
