#pragma once

#include "config/keys.hpp"

namespace llmload::config {

// The keys of parameters.json that say who we are and whom we trust. Each throws InputError, which shows no
// secret.

/// The key itself, env:NAME or file:PATH; what copying left around it is taken off, with a warning.
void read_api_key(Draft& draft, const Parameter& p);

/// A word, {"command": "az ..."}, which a shell reads, or {"command": ["az", ..]}.
void read_auth(Draft& draft, const Parameter& p);

/// Header lines; their values are trimmed as the key is.
void read_extra_headers(Draft& draft, const Parameter& p);

// Files in PEM form.
void read_ca_file(Draft& draft, const Parameter& p);
void read_client_certificate(Draft& draft, const Parameter& p);
void read_client_key(Draft& draft, const Parameter& p);

}  // namespace llmload::config
