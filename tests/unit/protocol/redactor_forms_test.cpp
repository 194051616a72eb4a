// Each form in which a server may repeat a key.
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "llmload/key_command.hpp"
#include "protocol/secrets/redactor.hpp"
#include "support/catch.hpp"
#include "text/base64.hpp"
#include "unit/text/checks.hpp"

namespace redactor_forms_test {

using llmload::has;
using llmload::KeyCommand;
using llmload::Plan;
using llmload::Secret;
using llmload::protocol::Redactor;
using llmload::text::encode_base64;

const std::string key = "sk-Abc/0123+456789=defGHIjkl";

Redactor redactor_for(const std::string& api_key) {
  Plan plan;
  plan.api_key = Secret(api_key);
  return Redactor(plan);
}

std::string redacted(const std::string& text) { return redactor_for(key).redact(text); }

/// `text` with each byte written as `form` says, a printf form of its number.
std::string each_byte(const std::string& text, const char* form) {
  std::string out;
  for (const char c : text) {
    char piece[32];
    std::snprintf(piece, sizeof piece, form, static_cast<unsigned>(c));
    out += piece;
  }
  return out;
}

/// `text` with `piece` behind each of its bytes but the last.
std::string with_between(const std::string& text, const std::string& piece) {
  std::string out;
  for (const char c : text) out += (out.empty() ? "" : piece) + c;
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

std::string url_alphabet(const std::string& base64) { return replaced(replaced(base64, "+", "-"), "/", "_"); }
std::string without_padding(std::string base64) {
  while (base64.ends_with('=')) base64.pop_back();
  return base64;
}
std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

TEST_CASE("a key in another form is taken out, and nothing around it") {
  const std::vector<std::string> forms = {
      key,
      upper(key),
      replaced(key, "/", "\\/"),
      replaced(key, "/", "\\\\\\/"),
      each_byte(key, "\\u%04x"),
      each_byte(key, "\\u%04X"),
      each_byte(key, "\\\\u%04x"),
      each_byte(key, "\\\\\\\\\\\\\\\\u%04x"),
      each_byte(key, "\\x%02x"),
      each_byte(key, "%%%02x"),
      each_byte(key, "%%25%02X"),
      each_byte(key, "%%2525%02X"),
      each_byte(key, "&#%u;"),
      each_byte(key, "&#x%x;"),
      each_byte(key, "&#00%u;"),
      each_byte(key, "&#%u"),
      each_byte(each_byte(key, "\\u%04x"), "\\u%04x"),
      each_byte(each_byte(key, "&#%u;"), "&#%u;"),
      each_byte(each_byte(key, "%%%02x"), "&#x%x;"),
      each_byte(key, "&amp;#%u;"),
      each_byte(key, "%%26%%23%u;"),
      replaced(replaced(replaced(key, "/", "&sol;"), "+", "&plus;"), "=", "&equals;"),
      with_between(key, "\xE2\x80\x8B"),
      with_between(key, "\xC2\xAD"),
      with_between(key, "\xEF\xBB\xBF"),
      with_between(key, "\x01"),
      with_between(key, "\\u200b"),
      with_between(key, "&zwnj;"),
      with_between(key, "%E2%80%8B"),
      with_between(key, "\n"),
      with_between(key, "\r\n  "),
      with_between(key, " "),
      with_between(key, "<wbr>"),
      with_between(key, "</b><b class=\"c\">"),
      with_between(key, "&lt;wbr/&gt;"),
      with_between(key, "\x1b[0;31m"),
      with_between(key, "\\u001b[m"),
      with_between(key, "\x1b"),
      key.substr(0, 9) + "\ndata: " + key.substr(9, 9) + "\ndata:" + key.substr(18),
  };
  for (const std::string& form : forms) {
    INFO(form);
    CHECK(redacted(form) == "[redacted]");
    CHECK(redacted("got (" + form + "), why?") == "got ([redacted]), why?");
  }
}

TEST_CASE("a key in base64 is taken out at each alignment, in both alphabets, with and without padding") {
  const auto is_gone = [](const std::string& base64) {
    // No 16 digits are left, of which 12 bytes could be read.
    const std::string out = redacted("got (" + base64 + "), why?");
    const std::size_t most_left = 6;
    INFO(base64 << " -> " << out);
    CHECK(has(out, "[redacted]"));
    CHECK(out.size() <= std::string("got (), why?[redacted]").size() + most_left + 13);
    CHECK(has(out, "got ("));
    CHECK(has(out, "), why?"));
  };
  for (const std::string before : {"", "1", "22", "Bearer ", "user:"}) {
    for (const std::string behind : {"", "1", "22", "333"}) {
      const std::string base64 = encode_base64(before + key + behind);
      is_gone(base64);
      is_gone(without_padding(base64));
      is_gone(url_alphabet(base64));
      is_gone(replaced(base64, "/", "\\/"));
      is_gone(replaced(replaced(base64, "+", "%2B"), "=", "%3D"));
    }
  }
  is_gone(encode_base64(upper(key)));
  is_gone(encode_base64(each_byte(key, "\\u%04x")));
  is_gone(encode_base64(each_byte(key, "%%%02x")));
  is_gone(encode_base64(each_byte(key, "&#%u;")));
  is_gone(encode_base64(with_between(key, std::string(1, '\0'))));  // UTF-16
  is_gone(encode_base64(with_between(key, "\xE2\x80\x8B")));
  is_gone(encode_base64(with_between(each_byte(key, "\\u%04x"), "\xE2\x80\x8B")));
  is_gone(encode_base64("\xff\xc3" + key + "\xff\xe2"));
  is_gone(with_between(encode_base64(key), "\xE2\x80\x8B"));
}

TEST_CASE("a key in base64 over several lines, and in base64 of base64, is taken out") {
  const std::string base64 = encode_base64(key);
  for (const std::string line_end : {"\n", "\r\n", "\n    ", "\\n", "\ndata: "}) {
    std::string lines;
    for (std::size_t at = 0; at < base64.size(); at += 10) lines += base64.substr(at, 10) + line_end;
    INFO(lines);
    CHECK_FALSE(has(redacted(lines), base64.substr(10, 10)));
  }
  CHECK(redacted(encode_base64(base64)).size() <= 16);
  CHECK(redacted(encode_base64(with_between(base64, "\xE2\x80\x8B"))).size() <= 26);
  CHECK(redacted("x" + base64).size() <= 16);
}

TEST_CASE("the whole header in base64, its user and password, are taken out") {
  Plan plan;
  plan.extra_headers = {{"Authorization", "Basic " + encode_base64("me:a-long-password")}};
  const Redactor r(plan);
  CHECK(r.redact("a-long-password") == "[redacted]");
  CHECK(r.redact("me:a-long-password") == "[redacted]");
  CHECK_FALSE(has(r.redact("got " + encode_base64("me:a-long-password")), "LWxvbmctcGFzc3dvcm"));
}

TEST_CASE("a key that is written with escapes itself is found raw and read") {
  const std::string escaped = "ab%2Fcd\\u0041-0123456789";
  const auto r = redactor_for(escaped);
  CHECK(r.redact("(" + escaped + ")") == "([redacted])");
  CHECK(r.redact("(ab/cdA-0123456789)") == "([redacted])");
}

TEST_CASE("a secret of other characters than ASCII's is found as it is, or by those of ASCII") {
  const std::string cyrillic = "\xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C", blanks = "a b c d e";
  CHECK(redactor_for(cyrillic).redact("no " + cyrillic + "!") == "no [redacted]!");
  CHECK(redactor_for(blanks).redact("no " + blanks + "!") == "no [redacted]!");
  const std::string mixed = "p\xC3\xA4ssw\xC3\xB6rtchen";
  CHECK(redactor_for(mixed).redact("no " + mixed + "!") == "no [redacted]!");
}

TEST_CASE("a key in escapes within a tag is found, too") {
  CHECK(redacted("<a href=" + each_byte(key.substr(0, 20), "%%%02x") + ">") == "<a href=[redacted]>");
  CHECK(redacted("<a href=" + key + ">") == "<a href=[redacted]>");
}

TEST_CASE("an escape that one reader leaves as it is may be the begin of what it reads") {
  const std::string eleven = each_byte("56789=defGH", "&#%u;");  // behind the 4 of %44 they are twelve
  CHECK(redacted("%55" + eleven) == "%55" + eleven);
  CHECK_FALSE(has(redacted("%44" + eleven), "&#53;"));
}

TEST_CASE("values of a URL's query are secrets, but api-version's") {
  Plan plan;
  plan.endpoints = {llmload::parse_endpoint(
      "https://h/v1/chat/completions?api-version=2024-05-01-preview&code=a%2Fsecret%3D9")};
  const Redactor r(plan);
  CHECK(r.redact("no 2024-05-01-preview") == "no 2024-05-01-preview");
  CHECK(r.redact("no a%2Fsecret%3D9") == "no [redacted]");
  CHECK(r.redact("no a/secret=9") == "no [redacted]");
}

TEST_CASE("each key of a command is a secret, also behind a renewal") {
  Plan plan;
  plan.credentials = std::make_shared<KeyCommand>(
      std::vector<std::string>{"/bin/sh", "-c", "echo key-number-$(date +%s%N)-end"});
  const Redactor r(plan);
  CHECK(r.redact("key-number-") == "key-number-");
  plan.credentials->renew(0);
  const std::string first = plan.credentials->current()->value;
  CHECK(r.redact(first) == "[redacted]");
  plan.credentials->renew(1);
  const std::string second = plan.credentials->current()->value;
  REQUIRE(first != second);
  CHECK(r.redact(first + " " + second) == "[redacted] [redacted]");
}

TEST_CASE("ordinary text stays as it is, whatever escapes and base64 it has") {
  const std::vector<std::string> texts = {
      "The quick brown fox, 100% of it & more; C:\\new\\table \\u0041 &amp; %41 \n    indented",
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
      "\xE4\xBD\xA0\xE5\xA5\xBD \xff\xfe" + std::string("\0\x01", 2),
      "&#;&#x;&#99999999999999999999;&nosuch;%%%4\\\\\\u12",
  };
  for (const std::string& text : texts) CHECK(redacted(text) == text);
}

TEST_CASE("ids, which look like base64, are not read as it") {
  const llmload::protocol::SecretGrams secrets({key});
  for (const std::string id : {"8b0c6d0e-4f2a-4c1b-9d3e-2a7f5b6c1d0e",
                               "chatcmpl-9xKQ2mZpLr8TtVwYb3NcD4eFgHjK", "req_011CQabcDEF234567890XYZ"}) {
    CHECK(secrets.doubtful_parts(id).empty());
    CHECK_FALSE(secrets.doubtful_parts(id + encode_base64(key)).empty());
  }
}

TEST_CASE("a key is found wherever it is in a long text, and where its bytes are far apart") {
  const auto r = redactor_for(key);
  const std::string escaped = each_byte(key, "\\u%04x");
  for (const std::size_t before : {28'000UL, 32'700UL, 32'760UL, 65'500UL}) {
    const std::string filling(before, '%');  // doubtful, so read in blocks
    CHECK(r.redact(filling + escaped + filling) == filling + "[redacted]" + filling);
    CHECK(r.redact(std::string(before, 'a') + key) == std::string(before, 'a') + "[redacted]");
  }
  CHECK(r.redact(with_between(key, std::string(5'000, ' '))) == "[redacted]");
}

TEST_CASE("a line of a long text shows no half of a key") {
  const auto r = redactor_for("0123456789");
  for (std::size_t from_cut = 1; from_cut <= 10; ++from_cut) {
    const std::string line =
        r.line(std::string(64 * 1024 - from_cut, ' ') + "0123456789" + std::string(50, ' '));
    INFO(line);
    CHECK_FALSE(has(line, "01"));
  }
  std::string keys;
  while (keys.size() < 70'000) keys += "0123456789 ";
  CHECK(r.line(keys).starts_with("[redacted] [redacted]"));
}

}  // namespace redactor_forms_test
