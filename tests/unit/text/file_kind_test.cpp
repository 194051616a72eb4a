#include "text/file_kind.hpp"

#include <string_view>

#include "support/catch.hpp"
#include "unit/text/checks.hpp"

namespace file_kind_test {

using namespace llmload;
using namespace std::string_view_literals;

TEST_CASE("a file of another kind is named for what it is, with what to do") {
  struct Case {
    std::string_view bytes, named;
  };
  for (const Case& c : {
           Case{"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "a Git LFS pointer"},
           Case{"\xef\xbb\xbfversion https://git-lfs.github.com/spec/v1\r\n", "run git lfs pull"},
           Case{"version https://hawser.github.com/spec/v1\n", "a Git LFS pointer"},
           Case{"# xet version 0\nfilesize = 1\n", "a Xet pointer"},
           Case{"/annex/objects/SHA256E-s1--00\n", "a git-annex pointer"},
           Case{"<!DOCTYPE html>\n<html>", "an HTML page"},
           Case{"\r\n  <!doctype HTML>", "an HTML page"},
           Case{"<HTML lang=\"en\">", "an HTML page"},
           Case{"<?xml version=\"1.0\"?><Error>", "an XML document"},
           Case{"\xff\xfe{\0\"\0"sv, "is UTF-16"},
           Case{"\xfe\xff\0{"sv, "is UTF-16"},
           Case{"{\0\"\0a\0"sv, "is UTF-16"},
           Case{"\0{\0\"\0a"sv, "is UTF-16"},
           Case{"\xff\xfe\0\0{\0\0\0"sv, "is UTF-32"},
           Case{"\0\0\xfe\xff"sv, "is UTF-32"},
           Case{"{\0\0\0"sv, "is UTF-32"},
           Case{"\0\0\0{"sv, "is UTF-32"},
           Case{"\x1f\x8b\x08\0"sv, "gzip"},
           Case{"PK\x03\x04\x14", "a zip archive"},
           Case{"\x28\xb5\x2f\xfd\x04", "zstd"},
           Case{"\xfd"
                "7zXZ\0"sv,
                "xz"},
           Case{"BZh91AY&SY", "bzip2"},
           Case{"7z\xbc\xaf\x27\x1c", "7z"},
           Case{"%PDF-1.7", "PDF"},
           Case{"GGUF\x03\0\0\0"sv, "GGUF"},
           Case{"PAR1\x15\x04", "Parquet"},
       }) {
    INFO(c.named);
    CHECK(has(text::wrong_kind(c.bytes), c.named));
  }
}

TEST_CASE("what we read is of no other kind") {
  for (const std::string_view bytes :
       {""sv, "a"sv, "{\"model\": {}}"sv, "\xef\xbb\xbf[1]"sv, "-----BEGIN CERTIFICATE-----"sv, "IQ== 0\n"sv,
        "\n\x0e\n\x05<unk>"sv, "\n\0\n\x0e"sv, "0.5\n1\n"sv, "\"version https://git-lfs\""sv, "<key>"sv,
        "GGUF 7\n"sv, "BZh-key"sv, "a\r\n\0b"sv}) {
    INFO(bytes);
    CHECK(text::wrong_kind(bytes).empty());
  }
}

}  // namespace file_kind_test
