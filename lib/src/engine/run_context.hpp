#pragma once

#include <algorithm>
#include <optional>
#include <stop_token>
#include <vector>

#include "engine/collector.hpp"
#include "engine/key_keeper.hpp"
#include "engine/prepare/prepare_ahead.hpp"
#include "llmload/plan.hpp"
#include "net/resolver.hpp"
#include "net/stamped_socket.hpp"
#include "net/tls_context.hpp"
#include "protocol/http/request_writer.hpp"
#include "protocol/secrets/redactor.hpp"
#include "workload/pacers/quota_pacer.hpp"

namespace llmload::engine {

/// What all shards of a run share: read-only, or thread-safe by itself.
struct RunContext {
  /// `stop`: ends what is waited for here.
  RunContext(const Plan& the_plan, Collector& the_collector, RunBudget& the_budget, unsigned resolver_threads,
             const std::stop_token& stop)
      : plan(the_plan),
        collector(the_collector),
        budget(the_budget),
        writer(the_plan),
        ahead(the_plan, writer),
        redactor(the_plan),
        keys(the_plan, stop),
        resolver(resolver_threads) {
    const bool tls = std::ranges::any_of(plan.endpoints, &Endpoint::tls);
    if (plan.quota) quota.emplace(*plan.quota);
    if (tls && plan.tls_verify) trusted = net::make_trust_store(plan.ca_pem);
  }

  const Plan& plan;
  Collector& collector;
  RunBudget& budget;
  protocol::RequestWriter writer;
  PrepareAhead ahead;
  const protocol::Redactor redactor;
  KeyKeeper keys;
  std::optional<workload::QuotaPacer> quota;
  net::Resolver resolver;
  std::vector<net::Addresses> addresses;  ///< per endpoint or its proxy, resolved once before the run
  net::StampingKeeper stamping;
  net::TrustStore trusted;  ///< null: peers are not verified
};

}  // namespace llmload::engine
