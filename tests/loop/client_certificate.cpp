// A server that asks who its client is (mutual TLS).
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <string>

#include "support/catch.hpp"
#include "support/client_identity.hpp"
#include "support/plans.hpp"
#include "support/scripted_server.hpp"
#include "support/tls_peer.hpp"
#include "unit/text/checks.hpp"

namespace loop_client_certificate {

using namespace llmload;
using test::ClientIdentity;
using test::Peer;
using test::TlsPeer;

void trust(SSL_CTX* context, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get());
}

/// A server that takes the client of `trusted` alone, with this version of TLS.
class Careful {
 public:
  Careful(const ClientIdentity& trusted, int version)
      : tls_(simulator::make_server_tls()), server_([this](Peer& peer, int) { serve(peer); }) {
    SSL_CTX* const context = tls_.context.get();
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    SSL_CTX_set_max_proto_version(context, version);
    trust(context, trusted.certificate);
  }

  /// Of a run of two requests by this client.
  [[nodiscard]] RequestRecord last_of_run_by(const ClientIdentity& client) const {
    Plan plan = test::plan_for("https" + server_.url().substr(4), {{ClosedLoop{1}, 2}});
    plan.ca_pem = tls_.pem;
    plan.client_certificate_pem = client.certificate;
    plan.client_key_pem = Secret(client.key);
    test::RecordKeeper keeper;
    (void)run(plan, {.sink = &keeper});
    REQUIRE(keeper.records.size() == 2);
    return keeper.records.back();
  }
  [[nodiscard]] SSL_CTX* context() const { return tls_.context.get(); }

 private:
  void serve(Peer& peer) const {
    TlsPeer tls(peer, tls_.context.get());
    while (!tls.read().empty()) tls.send(test::good_answer());
  }

  const simulator::ServerTls tls_;
  const test::ScriptedServer server_;
};

constexpr int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};

TEST_CASE("a server that demands a client's certificate is shown it") {
  const ClientIdentity client = test::make_client_identity();
  for (const int version : versions) {
    INFO("version " << version);
    const Careful server(client, version);
    const RequestRecord record = server.last_of_run_by(client);
    INFO(record.error);
    CHECK(record.outcome == Outcome::ok);
  }
}

TEST_CASE("without a certificate, and with another one than is trusted, such a server refuses") {
  const ClientIdentity client = test::make_client_identity(), stranger = test::make_client_identity();
  for (const int version : versions) {
    INFO("version " << version);
    const Careful server(client, version);
    const RequestRecord without = server.last_of_run_by({});
    INFO(without.error);
    CHECK(without.outcome != Outcome::ok);
    CHECK(has(without.error, version == TLS1_3_VERSION ? "certificate required" : "handshake failure"));
    const RequestRecord other = server.last_of_run_by(stranger);
    INFO(other.error);
    CHECK(other.outcome != Outcome::ok);
    CHECK(has(other.error, "unknown ca"));
  }
}

TEST_CASE("the certificates behind the client's own are shown, too") {
  const ClientIdentity own = test::make_client_identity(), link = test::make_client_identity();
  const Careful server(own, TLS1_3_VERSION);
  int shown = 0;
  const auto count = [](X509_STORE_CTX* chain, void* to) {
    *static_cast<int*>(to) = sk_X509_num(X509_STORE_CTX_get0_untrusted(chain));
    return 1;
  };
  SSL_CTX_set_cert_verify_callback(server.context(), count, &shown);
  CHECK(server.last_of_run_by({own.certificate + link.certificate, own.key}).outcome == Outcome::ok);
  CHECK(shown == 2);
}

TEST_CASE("a server that asks for no certificate is not shown one") {
  const ClientIdentity client = test::make_client_identity();
  const Simulator simulator(test::instant());
  Plan plan = test::plan_for(simulator, {{ClosedLoop{1}, 2}});
  plan.client_certificate_pem = client.certificate;
  plan.client_key_pem = Secret(client.key);
  CHECK(run(plan).stages.at(0).ok == 2);
}

}  // namespace loop_client_certificate
