#include "text/file_kind.hpp"

#include <algorithm>
#include <array>

#include "text/lower.hpp"
#include "text/trim.hpp"

namespace llmload::text {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::string_view begin;
  std::string_view what;
};

constexpr auto lfs = "is a Git LFS pointer, not the file itself: run git lfs pull"sv;
constexpr auto xet = "is a Xet pointer, not the file itself: download that"sv;
constexpr auto annex = "is a git-annex pointer, not the file itself: run git annex get"sv;
constexpr auto utf16 = "is UTF-16 text: save it as UTF-8"sv;
constexpr auto utf32 = "is UTF-32 text: save it as UTF-8"sv;
constexpr auto gguf = "is a GGUF model: give the model's tokenizer.json or tokenizer.model"sv;
constexpr auto html = "is an HTML page, as a download that needs a login gives it, not the file itself"sv;

// Of two that begin alike the longer one stands first.
constexpr std::array binary = {
    Kind{"\x1f\x8b"sv, "is compressed with gzip: unpack it first"},
    Kind{"PK\x03\x04"sv, "is a zip archive: unpack it first"},
    Kind{"\x28\xb5\x2f\xfd"sv, "is compressed with zstd: unpack it first"},
    Kind{"\xfd"
         "7zXZ\0"sv,
         "is compressed with xz: unpack it first"},
    Kind{"BZh91AY&SY"sv, "is compressed with bzip2: unpack it first"},
    Kind{"7z\xbc\xaf\x27\x1c"sv, "is a 7z archive: unpack it first"},
    Kind{"%PDF-"sv, "is a PDF document"},
    Kind{"GGUF\x02\0"sv, gguf},
    Kind{"GGUF\x03\0"sv, gguf},
    Kind{"PAR1\x15"sv, "is a Parquet file: write it as JSON lines"},
    Kind{"\xff\xfe\0\0"sv, utf32},
    Kind{"\0\0\xfe\xff"sv, utf32},
    Kind{"\xff\xfe"sv, utf16},
    Kind{"\xfe\xff"sv, utf16},
};

// In small letters; before them there may be a mark and blanks.
constexpr std::array text_kinds = {
    Kind{"version https://git-lfs."sv, lfs},
    Kind{"version https://hawser."sv, lfs},
    Kind{"# xet version"sv, xet},
    Kind{"/annex/objects/"sv, annex},
    Kind{"<!doctype"sv, html},
    Kind{"<html"sv, html},
    Kind{"<head"sv, html},
    Kind{"<?xml"sv, "is an XML document, as a storage's error is, not the file itself"},
};

template <std::size_t size>
std::string_view kind_of(std::string_view bytes, const std::array<Kind, size>& kinds) {
  const auto found =
      std::ranges::find_if(kinds, [&](const Kind& kind) { return bytes.starts_with(kind.begin); });
  return found == kinds.end() ? std::string_view() : found->what;
}

/// A text without a mark in which every second byte, or three of four, is zero: its first letters are ASCII.
std::string_view wide_text(std::string_view bytes) {
  if (bytes.size() < 4) return {};
  const auto zeros = [&](std::string_view pattern) {
    return std::ranges::equal(bytes.substr(0, 4), pattern,
                              [](char byte, char wanted) { return (byte == 0) == (wanted == '0'); });
  };
  if (zeros("x000") || zeros("000x")) return utf32;
  return zeros("x0x0") || zeros("0x0x") ? utf16 : std::string_view();
}

}  // namespace

std::string_view wrong_kind(std::string_view bytes) {
  if (const std::string_view kind = kind_of(bytes, binary); !kind.empty()) return kind;
  if (const std::string_view kind = wide_text(bytes); !kind.empty()) return kind;
  constexpr std::size_t enough = 1024;  // with blanks before it
  return kind_of(trimmed(lower(bytes.substr(0, enough))), text_kinds);
}

}  // namespace llmload::text
