#pragma once

#include <CLI/Formatter.hpp>
#include <string>

namespace llmload::cli {

/// The help of `run`, by what people want to do, in a screen; `--help-all` has each option.
class RunHelp : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace llmload::cli
