#pragma once

#include <optional>

#include "llmload/plan.hpp"

namespace llmload::protocol {

/// Where the page of Plan::server_metrics is. Empty: the plan wants none, or it wants that of an endpoint
/// which is not right below a "/v1", where servers have such a page. An endpoint's proxy is that of its whole
/// origin. Throws InputError for what is no URL.
std::optional<Endpoint> metrics_page(const Plan& plan);

/// A plan whose one endpoint is `page`, for the questions that read it. What tells a server who asks, keys,
/// extra headers and a client's certificate, is in it where an endpoint of `plan` has the page's origin.
Plan plan_of_page(const Plan& plan, Endpoint page);

/// Whether it is.
bool has_origin_of_an_endpoint(const Plan& plan, const Endpoint& page);

}  // namespace llmload::protocol
