#include "terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <iostream>
#include <llmload/printable.hpp>
#include <string>

#include "text/width.hpp"

namespace llmload::cli {
namespace {

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

unsigned width_of(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) return size.ws_col;
  const std::string_view given = variable("COLUMNS");
  unsigned columns = 0;
  std::from_chars(given.data(), given.data() + given.size(), columns);
  return columns != 0 ? columns : TerminalStyle().width;
}

/// By the first of the variables that is set, as a locale is found.
bool is_utf8() {
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    locale = variable(name);
    if (!locale.empty()) break;
  }
  std::ranges::transform(locale, locale.begin(), [](unsigned char c) { return std::tolower(c); });
  return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
}

}  // namespace

void tell(std::string_view line) {
  if (isatty(STDERR_FILENO) != 1) {
    std::cerr << printable(line) << '\n';
    return;
  }
  for (const std::string& part : text::wrapped(printable(line), width_of(STDERR_FILENO), 2))
    std::cerr << part << '\n';
}

bool can_draw_over(int fd) { return isatty(fd) == 1 && variable("TERM") != "dumb"; }

TerminalStyle style_of(int fd) {
  const bool plain = !can_draw_over(fd) || !variable("NO_COLOR").empty();
  return {width_of(fd), !plain, is_utf8()};
}

}  // namespace llmload::cli
