#pragma once

#include <string>
#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// By its name: "Authorization", "api-key", "Ocp-Apim-Subscription-Key", "Cookie" and their like.
bool may_hold_a_key(std::string_view header);

/// Whether a key would go to `endpoint` in the open, by http: then only a loopback address may be dialled,
/// whatever name leads to it. False where no key is sent, or the plan allows it.
bool needs_loopback(const Plan& plan, const Endpoint& endpoint);

/// Why it is not sent to `place`, which is a host, or a host and its address; and what to do about it.
std::string plaintext_key_danger(const std::string& place);
std::string plaintext_key_refusal(const std::string& place);

}  // namespace llmload::protocol
