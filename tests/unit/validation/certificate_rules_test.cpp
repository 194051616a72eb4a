#include <string>

#include "simulator/server/certificate.hpp"
#include "support/client_identity.hpp"
#include "unit/validation/refusal.hpp"

namespace certificate_rules_test {

using namespace llmload;
using namespace llmload::validation_test;

Change trusting(std::string pem) {
  return [pem = std::move(pem)](Plan& p) { p.ca_pem = pem; };
}

TEST_CASE("certificates can be read, each of them") {
  const std::string good = simulator::make_server_tls().pem;
  std::string broken = good;
  broken[broken.size() / 2] = '!';
  check_taken(
      {trusting(""), trusting(good), trusting(good + good), trusting("# whose it is\n" + good + "\n\n")});
  check_refused({
      {"ca_pem has a certificate that can't be read, number 1", trusting(broken)},
      {"ca_pem has a certificate that can't be read, number 2", trusting(good + broken)},
      {"ca_pem has a certificate that can't be read, number 2", trusting(good + broken + good)},
      {"ca_pem has a certificate that can't be read, number 2", trusting(good + good.substr(0, 100))},
      {"ca_pem has a certificate that can't be read, number 1", trusting("-----BEGIN CERTIFICATE-----\n")},
  });
}

TEST_CASE("what is no certificate in PEM form is said to be what it is") {
  check_refused({
      {"ca_pem is a certificate in DER form", trusting("\x30\x82\x03")},
      {"ca_pem holds no certificate in PEM form", trusting("/etc/ssl/ca.pem")},
      {"ca_pem holds no certificate in PEM form, but PRIVATE KEY",
       trusting("-----BEGIN PRIVATE KEY-----\nabc\n")},
  });
  CHECK_FALSE(has(refusal(trusting("-----BEGIN PRIVATE KEY-----\nabc\n")), "abc"));
}

Change client(std::string certificate, std::string key) {
  return [certificate = std::move(certificate), key = std::move(key)](Plan& p) {
    p.client_certificate_pem = certificate;
    p.client_key_pem = Secret(key);
  };
}

TEST_CASE("a client's certificate and its key go together, in one text or two") {
  const auto [certificate, key] = test::make_client_identity();
  const auto other = test::make_client_identity();
  check_taken({client("", ""), client(certificate, key), client(certificate + key, key + certificate),
               client(key + certificate, certificate + key), client(certificate + other.certificate, key)});
  check_refused({
      {"client_certificate_pem is missing", client("", key)},
      {"client_key_pem is missing", client(certificate, "")},
      {"client_key_pem is not the key of the client's certificate", client(certificate, other.key)},
      {"client_key_pem is not the key of the client's certificate",
       client(certificate + other.certificate, other.key)},
  });
}

TEST_CASE("a client's certificate or key that can't be read is said to be what it is, and not shown") {
  const auto [certificate, key] = test::make_client_identity();
  const auto encrypted = test::make_client_identity("password");
  std::string broken = key;
  broken[broken.size() / 2] = '!';
  check_refused({
      {"client_certificate_pem holds no certificate in PEM form, but PRIVATE KEY", client(key, key)},
      {"client_certificate_pem has a certificate that can't be read, number 1",
       client("-----BEGIN CERTIFICATE-----\n", key)},
      {"client_key_pem holds no private key in PEM form, but CERTIFICATE", client(certificate, certificate)},
      {"client_key_pem holds no private key in PEM form", client(certificate, "/etc/ssl/key.pem")},
      {"client_key_pem has a private key that can't be read", client(certificate, broken)},
      {"client_key_pem is a key in DER form", client(certificate, "\x30\x81\x87")},
      {"client_key_pem is encrypted", client(encrypted.certificate, encrypted.key)},
      {"client_key_pem is encrypted",
       client(certificate, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nabc\n")},
  });
  CHECK_FALSE(has(refusal(client(certificate, broken)), broken.substr(40, 12)));
}

}  // namespace certificate_rules_test
