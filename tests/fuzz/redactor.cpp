// Any text with a secret in many forms: whichever way the output is read, it has no 12 bytes of the secret.
#include "protocol/secrets/redactor.hpp"

#include <cctype>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fuzz/pieces.hpp"

namespace {

// Decoders of the oracle's own, as plain as can be: each reads one level of escapes, from left to right.

using Texts = std::set<std::string>;

// Without a digit or letter of an escape: to a reader of another escape that would be a part of the secret.
const std::string secret = "Wog-Vim/Kiy+MimosyGo=Zigolk?Smo!";
constexpr std::size_t most_bytes = 12;

int hex_value(const std::string& text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (std::isxdigit(static_cast<unsigned char>(text[i])) == 0) return -1;
    value = value * 16 + std::stoi(text.substr(i, 1), nullptr, 16);
  }
  return value;
}

char shown(int code) { return code > 0x20 && code < 0x7f ? static_cast<char>(code) : ' '; }

std::string from_json(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    const int code = text[at] == '\\' && next == 'u' ? hex_value(text, at + 2, 4) : -1;
    if (code >= 0) {
      out += shown(code);
      at += 5;
    } else if (text[at] == '\\' && (next == '\\' || next == '/' || next == '"')) {
      out += next;
      ++at;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string from_url(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int code = text[at] == '%' ? hex_value(text, at + 1, 2) : -1;
    out += code >= 0 ? shown(code) : text[at];
    if (code >= 0) at += 2;
  }
  return out;
}

std::string from_html(std::string text) {
  if (text.find('&') == std::string::npos) return text;
  const auto replace_all = [&text](const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
      text.replace(at, what.size(), by);
  };
  for (int code = 0x21; code < 0x7f; ++code) {
    char hex[8];
    std::snprintf(hex, sizeof hex, "%x", static_cast<unsigned>(code));
    for (const std::string& number : {std::to_string(code), "x" + std::string(hex)})
      replace_all("&#" + number + ";", std::string(1, shown(code)));
  }
  for (const auto& [name, meaning] :
       {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}})
    replace_all(name, meaning);
  return text;
}

int base64_value(char c) {
  static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  const auto at = digits.find(c);
  return at == std::string::npos ? -1 : static_cast<int>(at);
}

/// Of each row of digits what it is when its first `skipped` are left out.
std::string from_base64(const std::string& text, int skipped) {
  std::string out;
  int row = 0;
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    if (c < ' ' || c == 0x7f) continue;  // does not show; char is signed here
    const int value = base64_value(c);
    if (value < 0) {
      if (row > 0) out += '~';
      row = 0;
      bits = held = 0;
      continue;
    }
    if (row++ < skipped) continue;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xffffffU;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xffU);
  }
  return out;
}

/// Without what does not show, in small letters.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c > ' ' && c < 0x7f) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return out;
}

bool has_secret(const std::string& text) {
  const std::string bytes = plain(secret), seen = plain(text);
  for (std::size_t at = 0; at + most_bytes <= bytes.size(); ++at) {
    if (seen.find(bytes.substr(at, most_bytes)) != std::string::npos) return true;
  }
  return false;
}

/// What `text` is when it is decoded up to three times, in each order.
Texts decoded(const std::string& text) {
  Texts all = {text}, last = all;
  for (int times = 0; times < 3; ++times) {
    Texts next;
    for (const std::string& each : last) {
      for (int skipped = 0; skipped < 4; ++skipped) next.insert(from_base64(each, skipped));
      for (const auto& read : {from_json, from_url}) next.insert(read(each));
      next.insert(from_html(each));
    }
    last.clear();
    for (const std::string& each : next)
      if (all.insert(each).second) last.insert(each);
  }
  return all;
}

std::string each_byte(const std::string& text, const char* form) {
  std::string out;
  for (const char c : text) {
    char piece[16];
    std::snprintf(piece, sizeof piece, form, static_cast<unsigned>(static_cast<unsigned char>(c)));
    out += piece;
  }
  return out;
}

std::string to_base64(const std::string& text) {
  static const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0, held = 0;
  for (const char c : text) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += digits[bits >> (held - 6) & 63U];
    bits &= 63U;
  }
  if (held > 0) out += digits[bits << (6 - held) & 63U];
  return out;
}

std::string in_form(const std::string& text, unsigned form) {
  switch (form % 8) {
    case 0: return each_byte(text, "\\u%04x");
    case 1: return each_byte(text, "%%%02X");
    case 2: return each_byte(text, "&#%u;");
    case 3: return each_byte(text, "&#x%x;");
    case 4: return to_base64(text);
    case 5: return each_byte(text, "%c\x01");
    case 6: return each_byte(text, "%c\xE2\x80\x8B");
    default: return text;
  }
}

/// A text of `data`, in which a byte from 0xc0 on is a part of the secret in one or two forms.
std::string text_of(std::string_view data) {
  std::string text;
  for (std::size_t at = 0; at < data.size() && text.size() < 1'500; ++at) {
    const auto byte = static_cast<unsigned char>(data[at]);
    if (byte < 0xc0 || at + 2 >= data.size()) {
      text += data[at];
      continue;
    }
    const auto from = static_cast<unsigned char>(data[at + 1]) % secret.size();
    const auto size = static_cast<unsigned char>(data[at + 2]) % (secret.size() + 1);
    text += in_form(in_form(secret.substr(from, size > 0 ? size : secret.npos), byte & 7U), byte >> 3U & 7U);
    at += 2;
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const llmload::protocol::Redactor redactor([] {
    llmload::Plan plan;
    plan.api_key = llmload::Secret(secret);
    return plan;
  }());
  const std::string text = text_of({static_cast<const char*>(static_cast<const void*>(data)), size});
  for (const std::string& out : {redactor.redact(text), redactor.line(text)}) {
    for (const std::string& each : decoded(out))
      fuzz::require(!has_secret(each), "the secret is in no form of the output");
  }
  return 0;
}
