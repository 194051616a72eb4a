#include "text/json_text.hpp"

#include <algorithm>
#include <boost/json/stream_parser.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "llmload/error.hpp"

namespace llmload::text {

namespace json = boost::json;

std::string read_file(const std::string& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec)) throw InputError(path + ": is a directory, not a file");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(path + ": can't be read: " + std::strerror(errno));
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

json::value parse_json(std::string_view text, const std::string& file) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  json::stream_parser parser;
  json::error_code ec;
  std::size_t good = parser.write_some(text.data(), text.size(), ec);
  if (!ec && text.find_first_not_of(" \t\r\n", good) != std::string_view::npos) {
    ec = json::error::extra_data;
    good = text.find_first_not_of(" \t\r\n", good);
  }
  if (!ec) parser.finish(ec);
  if (!ec) return parser.release();
  const std::string_view before = text.substr(0, good);
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
  throw InputError(file + ": invalid JSON at line " + std::to_string(line) + ", column " +
                   std::to_string(column) + ": " + ec.message());
}

}  // namespace llmload::text
