#include "text/sha256.hpp"

#include <string>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "unit/text/checks.hpp"
#include "unit/tokenize/temporary_directory.hpp"

namespace sha256_test {

using namespace llmload;

TEST_CASE("a file's SHA-256 is the one that FIPS 180 gives for its bytes") {
  const tokenize::TemporaryDirectory folder;
  CHECK(text::sha256_of_file(folder.write("abc", "abc")) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(text::sha256_of_file(folder.write("empty")) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(text::sha256_of_file(folder.write("million", std::string(1'000'000, 'a'))) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a file that can't be read has no SHA-256") {
  const tokenize::TemporaryDirectory folder;
  const std::string missing = (folder.path() / "missing").string();
  CHECK(has(error_of<InputError>([&] { text::sha256_of_file(missing); }), missing));
  CHECK_THROWS_AS(text::sha256_of_file(folder.path().string()), InputError);
}

TEST_CASE("bytes that come in pieces have the SHA-256 of the whole") {
  text::Sha256 hash;
  hash.add("a");
  hash.add("");
  hash.add("bc");
  CHECK(hash.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace sha256_test
