#pragma once

#include <cstddef>
#include <string_view>

#include "llmload/plan.hpp"

namespace llmload::validation {

// What validate() asks of a plan, by theme. Each throws PlanError, which shows no secret.

/// Who is asked: hosts, ports, targets, proxies, one dialect for all, and no key in the open.
void check_endpoints(const Plan& plan);
/// A URL, where it is neither empty nor "auto".
void check_server_metrics(const Plan& plan);
/// The key and the extra headers: each stays in its line, and none is one of ours.
void check_headers(const Plan& plan);
/// There are stages, or a source of them, and each that is known is one that can be run.
void check_stages(const Plan& plan);
/// `stage`, which is number `number` of the run, has an end, says nothing that its loop would not do, and
/// goes to endpoints that there are.
void check_stage(const Plan& plan, const Stage& stage, std::size_t number);
/// The numbers that are the whole run's.
void check_numbers(const Plan& plan);
/// What is sent, and what the outputs show: UTF-8, and JSON where it must be.
void check_texts(const Plan& plan);
// PEM, of which each certificate can be read, at least one:
void check_trusted_certificates(std::string_view ca_pem);
void check_client_certificate(std::string_view client_certificate_pem);
/// PEM that has a private key, which is not encrypted.
void check_client_key(std::string_view client_key_pem);
/// The client's certificate and key are both there, or neither, and go together.
void check_client(const Plan& plan);

}  // namespace llmload::validation
