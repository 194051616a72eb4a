#include <string>

#include "simulator/server/certificate.hpp"
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

}  // namespace certificate_rules_test
