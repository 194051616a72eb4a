#include "report/html/page.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <map>
#include <string_view>

#include "report/html/assets.hpp"
#include "text/base64.hpp"
#include "text/sha256.hpp"

namespace llmload::report {
namespace {

/// As a Content-Security-Policy names a script or a style that it allows.
std::string source_of(std::string_view text) {
  text::Sha256 sha;
  sha.add(text);
  const std::string hex = sha.finish();
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(&hex[i], &hex[i] + 2, byte, 16);
    bytes += static_cast<char>(byte);
  }
  return "'sha256-" + text::encode_base64(bytes) + '\'';
}

std::string policy() {
  return "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src " +
         source_of(assets::page_css) + "; script-src " + source_of(assets::chart_js) + ' ' +
         source_of(assets::page_js);
}

/// No "<" of a text can end the block that the data stand in.
std::string block_of(const boost::json::object& data) {
  std::string block;
  for (const char c : boost::json::serialize(data)) {
    if (c == '<')
      block += "\\u003c";
    else
      block += c;
  }
  return block;
}

/// `text` with each {{name}} replaced by its part.
std::string fill(std::string_view text, const std::map<std::string_view, std::string>& parts) {
  std::string filled;
  for (;;) {
    const std::size_t open = text.find("{{"), close = text.find("}}");
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;
    filled += parts.at(text.substr(open + 2, close - open - 2));
    text.remove_prefix(close + 2);
  }
}

}  // namespace

std::string page(const boost::json::object& data) {
  return fill(assets::page_html, {{"policy", policy()},
                                  {"page.css", std::string(assets::page_css)},
                                  {"data", block_of(data)},
                                  {"chart.js", std::string(assets::chart_js)},
                                  {"page.js", std::string(assets::page_js)}});
}

}  // namespace llmload::report
