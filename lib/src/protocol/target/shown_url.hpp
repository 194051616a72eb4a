#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmload::protocol {

/// A URL, whole or from its path on, as it may be shown: without a user and a password, of its query the
/// names alone ("?api-version&key"), and without a fragment.
std::string shown_url(std::string_view url);

/// The values of a URL's query that may be secrets: all but those of api-version, which errors are about.
std::vector<std::string> query_values(std::string_view url);

}  // namespace llmload::protocol
