#include "token_output.hpp"

#include "support/catch.hpp"

namespace token_output_test {

using namespace llmload;

TEST_CASE("a piece in quotes has no character that a terminal obeys") {
  CHECK(cli::in_quotes("a\x1b\x7f\n\t\"") == R"("a\u001b\u007f\n\t\"")");
  CHECK(cli::in_quotes("\xc2\x9b\xe2\x80\xae\xd8\x9c") == R"("\u009b\u202e\u061c")");
  CHECK(cli::in_quotes("\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80\xf0\x9f") ==
        "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80<0xF0><0x9F>\"");
}

}  // namespace token_output_test
