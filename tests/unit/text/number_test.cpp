#include "text/number.hpp"

#include <locale>

#include "support/catch.hpp"

namespace number_test {

using namespace llmload::text;

TEST_CASE("two decimals are two decimals") {
  CHECK(decimals(0, 2) == "0.00");
  CHECK(decimals(208.456, 2) == "208.46");
  CHECK(decimals(1e15, 2) == "1000000000000000.00");
  CHECK(decimals(-1.5, 2) == "-1.50");
  CHECK(decimals(0.125, 2) == "0.12");  // exactly between: to even, as Python's round
}

TEST_CASE("rounded numbers have no trailing zeros, as Python's round writes them") {
  CHECK(rounded(66.91) == "66.91");
  CHECK(rounded(7.5) == "7.5");
  CHECK(rounded(100) == "100");
  CHECK(rounded(0) == "0");
  CHECK(rounded(0.004) == "0");
  CHECK(rounded(0.996) == "1");
  CHECK(rounded(10.10) == "10.1");
}

TEST_CASE("a brief number has five characters at most") {
  for (const auto& [value, text] : {std::pair(0.0, "0.000"),
                                    {0.0123, "0.012"},
                                    {0.9994, "0.999"},
                                    {0.9996, "1.00"},
                                    {1.0, "1.00"},
                                    {9.994, "9.99"},
                                    {9.996, "10.0"},
                                    {99.94, "99.9"},
                                    {99.96, "100"},
                                    {12345.0, "12345"},
                                    {99'999.4, "99999"},
                                    {99'999.6, "100k"},
                                    {123'456.0, "123k"},
                                    {999'400.0, "999k"},
                                    {999'600.0, "1.00M"},
                                    {1.234e6, "1.23M"},
                                    {4.5e10, "45.0G"},
                                    {9.9e13, "99.0T"}}) {
    INFO(value);
    CHECK(brief(value) == text);
  }
}

TEST_CASE("what is not known is written as asked") {
  CHECK(rounded_or(std::nullopt, "-") == "-");
  CHECK(rounded_or(std::nullopt, "").empty());
  CHECK(rounded_or(1.25, "-") == "1.25");
}

TEST_CASE("the decimal point is a point in every locale") {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
    char do_thousands_sep() const override { return '.'; }
    std::string do_grouping() const override { return "\3"; }
  };
  const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
  CHECK(decimals(1234567.891, 2) == "1234567.89");
  CHECK(rounded(1234.5) == "1234.5");
  std::locale::global(before);
}

}  // namespace number_test
