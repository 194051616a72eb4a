#include "protocol/target/metrics_page.hpp"

#include <string>

#include "protocol/target/plaintext_key.hpp"
#include "support/catch.hpp"
#include "support/plans.hpp"

namespace metrics_page_test {

using namespace llmload;
using protocol::metrics_page;
using protocol::plan_of_page;

Plan plan_with(const std::string& url, const std::string& server_metrics) {
  Plan plan = test::plan_for(url, {});
  plan.server_metrics = server_metrics;
  return plan;
}

std::string target_beside(const std::string& url) {
  const auto page = metrics_page(plan_with(url, "auto"));
  return page ? page->target : "none";
}

TEST_CASE("the page is looked for beside a /v1 alone") {
  CHECK(target_beside("http://h:8000/v1/chat/completions") == "/metrics");
  CHECK(target_beside("http://h:8000/v1/completions?api-key=x") == "/metrics");
  CHECK(target_beside("http://h/llama/v1/messages") == "/llama/metrics");
  CHECK(target_beside("https://h/openai/deployments/d/chat/completions?api-version=1") == "none");
  CHECK_FALSE(metrics_page(plan_with("http://h/v1/completions", "")));
}

TEST_CASE("a page is the one that is named") {
  const auto page = metrics_page(plan_with("https://h/v1/completions", "http://m:9000/a/prometheus?x=1"));
  REQUIRE(page);
  CHECK(page->host == "m");
  CHECK(page->port == "9000");
  CHECK(page->target == "/a/prometheus?x=1");
  CHECK_FALSE(page->tls);
}

TEST_CASE("keys, headers and a client's certificate go to an endpoint's origin alone") {
  Plan plan = plan_with("https://h/v1/completions", "https://h:443/metrics");
  plan.extra_headers = {{"X-Key", "secret"}, {"accept", "application/json"}};
  plan.client_certificate_pem = "a certificate";
  plan.client_key_pem = Secret("its key");
  const Plan own = plan_of_page(plan, *metrics_page(plan));
  CHECK(own.api_key.reveal() == plan.api_key.reveal());
  CHECK(own.client_certificate_pem == "a certificate");
  CHECK(own.extra_headers == decltype(own.extra_headers){{"X-Key", "secret"}, {"Accept", "text/plain"}});
  for (const char* other : {"http://h/metrics", "https://h:8443/metrics", "https://other/metrics"}) {
    INFO(other);
    plan.server_metrics = other;
    const Plan elsewhere = plan_of_page(plan, *metrics_page(plan));
    CHECK(elsewhere.api_key.empty());
    CHECK(elsewhere.auth == Auth::none);
    CHECK(elsewhere.client_certificate_pem.empty());
    CHECK(elsewhere.client_key_pem.empty());
    CHECK(elsewhere.extra_headers.size() == 1);
    CHECK_FALSE(protocol::needs_loopback(elsewhere, elsewhere.endpoints.front()));
  }
}

TEST_CASE("a page of an endpoint's origin is behind its proxy") {
  Plan plan = plan_with("https://h/v1/completions", "https://h/metrics");
  plan.endpoints.front().proxy = Proxy{"proxy", "3128", {}};
  CHECK(metrics_page(plan)->proxy);
  plan.server_metrics = "https://other/metrics";
  CHECK_FALSE(metrics_page(plan)->proxy);
  plan.server_metrics = "auto";
  CHECK(metrics_page(plan)->proxy);
}

TEST_CASE("a page that is no URL is refused before the run, and its query is shown nowhere") {
  Plan plan = plan_with("http://127.0.0.1/v1/completions", "ftp://host/metrics?token=a-secret-of-the-page");
  plan.stages = {{ClosedLoop{1}, 1}};
  try {
    validate(plan);
    FAIL("it is taken");
  } catch (const PlanError& e) {
    CHECK(e.member() == "server_metrics");
    CHECK(std::string(e.what()).find("must begin with https://") != std::string::npos);
    CHECK(std::string(e.what()).find("a-secret") == std::string::npos);
  }
}

}  // namespace metrics_page_test
