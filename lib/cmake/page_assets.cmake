# Puts the HTML report's parts into a source of the library: page_assets, the file's name. It is written when CMake configures, so
# that whoever compiles the sources (both libraries, the fuzz targets) has it.
find_file(LLMLOAD_CHART_JS NAMES chart.min.js chart.umd.js PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist NO_DEFAULT_PATH
  DOC "Chart.js 3.9 or later in one minified file, which HTML reports have in them")
if(NOT LLMLOAD_CHART_JS)
  message(FATAL_ERROR "Chart.js is missing, which HTML reports have in them: install Debian's libjs-chart.js (scripts/setup does), "
    "or say where its chart.min.js is: -D LLMLOAD_CHART_JS=/where/it/is/chart.min.js")
endif()

set(html ${CMAKE_CURRENT_SOURCE_DIR}/src/report/html/assets)
set(scripts elements run_data charts load distributions time_view time_line over_time failures tables page)
list(TRANSFORM scripts REPLACE "(.+)" "${html}/\\1.js")
set(page_html ${html}/page.html)
set(page_css ${html}/page.css)
set(page_js ${scripts})
set(chart_js ${LLMLOAD_CHART_JS})

set(page_assets ${CMAKE_CURRENT_BINARY_DIR}/page_assets.cpp)
set(text "// Made by lib/cmake/page_assets.cmake.\n#include \"report/html/assets.hpp\"\n\nnamespace llmload::report::assets {\n")
foreach(part page_html page_css page_js chart_js)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${${part}})
  set(bytes "")
  foreach(file ${${part}})
    file(READ ${file} more HEX)
    string(APPEND bytes ${more})
  endforeach()
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND text "static constexpr char ${part}_bytes[] = {${bytes}};\n"
    "const std::string_view ${part}{${part}_bytes, sizeof ${part}_bytes};\n")
endforeach()
string(APPEND text "}  // namespace llmload::report::assets\n")
file(CONFIGURE OUTPUT ${page_assets} CONTENT "${text}" @ONLY)
