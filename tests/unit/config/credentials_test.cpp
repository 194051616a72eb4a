#include "config/credentials.hpp"

#include <algorithm>
#include <cstdlib>

#include "llmload/error.hpp"
#include "simulator/server/certificate.hpp"
#include "support/catch.hpp"
#include "support/client_identity.hpp"
#include "unit/config/parameter_file.hpp"
#include "unit/text/checks.hpp"

namespace credentials_test {

using namespace llmload;
using config::ParameterFile;

TEST_CASE("a key from env: and file: is read, and the file's last line break is not of it") {
  ParameterFile file;
  file.folder.write("key.txt", "from-a-file\r\n");
  CHECK(file.set("API_KEY", R"("file:key.txt")").load().api_key.reveal() == "from-a-file");
  setenv("LLMLOAD_TEST_KEY", "from-env", 1);
  CHECK(file.set("API_KEY", R"("env:LLMLOAD_TEST_KEY")").load().api_key.reveal() == "from-env");
  unsetenv("LLMLOAD_TEST_KEY");
}

/// Of a plan: how many of its warnings say that something around a value was taken off.
std::size_t trimmings(const Plan& plan) {
  return static_cast<std::size_t>(
      std::ranges::count_if(plan.warnings, [](const auto& w) { return has(w, "was taken off"); }));
}

TEST_CASE("what copying leaves around a key is taken off, with one warning that does not show it") {
  ParameterFile file;
  const std::string key(ParameterFile::key);
  for (const char* around : {" ", "\t", "\r\n ", "\xef\xbb\xbf", "\u00a0"}) {
    const std::string given = around + key + around;
    INFO(given);
    file.folder.write("key.txt", given);
    setenv("LLMLOAD_TEST_KEY", given.c_str(), 1);
    const std::string written = boost::json::serialize(boost::json::string(given));
    for (const std::string& form :
         {written, std::string(R"("env:LLMLOAD_TEST_KEY")"), std::string(R"("file:key.txt")")}) {
      const Plan plan = file.set("API_KEY", form).load();
      CHECK(plan.api_key.reveal() == key);
      REQUIRE(trimmings(plan) == 1);
      CHECK(has(plan.warnings[0], "parameters.json: /API_KEY: "));
      CHECK_FALSE(has(plan.warnings[0], key));
    }
  }
  unsetenv("LLMLOAD_TEST_KEY");
  CHECK(trimmings(file.set("API_KEY", '"' + key + '"').load()) == 0);
}

TEST_CASE("the key files that were met in the field give their key") {
  for (const char* name : {"key_with_blank.txt", "key_with_mark.txt"}) {
    const Plan plan =
        ParameterFile()
            .set("API_KEY", R"("file:)" + std::string(LLMLOAD_TEST_DATA) + "/field_inputs/" + name + '"')
            .load();
    CHECK(plan.api_key.reveal() == "sk-test-0123456789abcdef");
    CHECK(trimmings(plan) == 1);
  }
}

TEST_CASE("the line end of a key's file is no matter, and blanks alone are no key") {
  ParameterFile file;
  for (const char* content : {"k", "k\n", "k\r\n", "k\n\n"}) {
    file.folder.write("key.txt", content);
    const Plan plan = file.set("API_KEY", R"("file:key.txt")").load();
    CHECK(plan.api_key.reveal() == "k");
    CHECK(trimmings(plan) == 0);
  }
  CHECK(
      has(error_of<InputError>([&] { (void)file.set("API_KEY", R"(" \t")").load(); }), "/API_KEY: is empty"));
}

TEST_CASE("blanks behind Bearer, and around a header's value, are taken off, too") {
  const Plan plan = ParameterFile()
                        .set("API_KEY", R"("Bearer  sk-abc")")
                        .set("EXTRA_HEADERS", R"({"x-key": "another-secret \n", "x-a": "b c"})")
                        .load();
  CHECK(plan.api_key.reveal() == "Bearer sk-abc");
  CHECK(plan.extra_headers ==
        std::vector<std::pair<std::string, std::string>>{{"x-key", "another-secret"}, {"x-a", "b c"}});
  CHECK(trimmings(plan) == 2);
}

TEST_CASE("a key's or a certificate's file of another kind is named for what it is") {
  ParameterFile file;
  file.folder.write("wide", std::string_view("\xff\xfes\0k\0", 6));
  file.folder.write("pointer", "version https://git-lfs.github.com/spec/v1\n");
  file.folder.write("der", "\x30\x82\x03");
  file.folder.write("private", "-----BEGIN PRIVATE KEY-----\nabc\n");
  const auto refusal = [&](const char* name, const char* value) {
    const std::string before = boost::json::serialize(file.keys["API_KEY"]);
    const auto error = error_of<InputError>([&] { (void)file.set(name, value).load(); });
    file.set("API_KEY", before).set("CA_FILE", "");
    return error;
  };
  CHECK(has(refusal("API_KEY", R"("file:wide")"), "wide: is UTF-16 text"));
  CHECK(has(refusal("CA_FILE", R"("pointer")"), "/CA_FILE: "));
  CHECK(has(refusal("CA_FILE", R"("pointer")"), "pointer: is a Git LFS pointer"));
  CHECK(has(refusal("CA_FILE", R"("der")"), "der: is a certificate in DER form"));
  CHECK(
      has(refusal("CA_FILE", R"("private")"), "private: holds no certificate in PEM form, but PRIVATE KEY"));
  CHECK_FALSE(has(refusal("CA_FILE", R"("private")"), "abc"));
}

TEST_CASE("a byte order mark before certificates is none of them") {
  ParameterFile file;
  const std::string pem = simulator::make_server_tls().pem;
  file.folder.write("ca.pem", "\xef\xbb\xbf" + pem);
  CHECK(file.set("CA_FILE", R"("ca.pem")").load().ca_pem == pem);
}

TEST_CASE("a client's certificate and key are read, and what is wrong names key and file") {
  ParameterFile file;
  const auto [certificate, key] = test::make_client_identity();
  file.folder.write("cert.pem", certificate);
  file.folder.write("key.pem", key);
  file.folder.write("other.pem", test::make_client_identity().key);
  const Plan plan = file.set("CLIENT_CERT", R"("cert.pem")").set("CLIENT_KEY", R"("key.pem")").load();
  CHECK(plan.client_certificate_pem == certificate);
  CHECK(plan.client_key_pem.reveal() == key);
  CHECK(has(plan.parameters_json, R"("CLIENT_KEY":"key.pem")"));

  const auto refusal = [&file](const char* certificate_file, const char* key_file) {
    file.set("CLIENT_CERT", certificate_file).set("CLIENT_KEY", key_file);
    return error_of<InputError>([&file] { (void)file.load(); });
  };
  CHECK(has(refusal("", R"("key.pem")"), "/CLIENT_CERT: is missing"));
  CHECK(has(refusal(R"("cert.pem")", ""), "/CLIENT_KEY: is missing"));
  CHECK(has(refusal(R"("cert.pem")", R"("other.pem")"), "/CLIENT_KEY: is not the key of"));
  CHECK(has(refusal(R"("key.pem")", R"("key.pem")"), "key.pem: holds no certificate in PEM form"));
  CHECK(has(refusal(R"("cert.pem")", R"("none.pem")"), "none.pem: can't be read"));
}

}  // namespace credentials_test
