#pragma once

#include <string_view>

/// The page's parts, which CMake puts into the library (lib/cmake/page_assets.cmake).
namespace llmload::report::assets {

extern const std::string_view page_html, page_css;
extern const std::string_view page_js;   ///< our own files of assets/, one behind the other
extern const std::string_view chart_js;  ///< Chart.js, as it was found when the library was built

}  // namespace llmload::report::assets
