# Libraries, headers, and what find_package(llmload) and pkg-config read.
include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/llmload)
set(unless_asked "")
if(NOT LLMLOAD_INSTALL)
  # A parent's library that links llmload can be exported only if llmload is in an export set: these rules are outside of `all`.
  set(unless_asked EXCLUDE_FROM_ALL)
endif()
foreach(library llmload llmload_shared)
  if(TARGET ${library})
    install(TARGETS ${library} EXPORT ${library}-targets
      LIBRARY COMPONENT libllmload NAMELINK_COMPONENT libllmload-dev ${unless_asked}
      ARCHIVE COMPONENT libllmload-dev ${unless_asked})
    install(EXPORT ${library}-targets NAMESPACE llmload:: DESTINATION ${package} COMPONENT libllmload-dev ${unless_asked})
  endif()
endforeach()
if(NOT LLMLOAD_INSTALL)
  return()
endif()

install(DIRECTORY include/llmload DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT libllmload-dev)

set(compatible SameMajorVersion)
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatible SameMinorVersion)
endif()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/llmload-config.cmake.in llmload-config.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(llmload-config-version.cmake COMPATIBILITY ${compatible})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/llmload-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/llmload-config-version.cmake
  DESTINATION ${package} COMPONENT libllmload-dev)

# Its paths begin where it is itself, so that the whole can be moved.
file(RELATIVE_PATH to_include ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_FULL_INCLUDEDIR})
set(requires openssl)
if(LLMLOAD_WITH_SENTENCEPIECE)
  string(APPEND requires " sentencepiece")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/llmload.pc.in llmload.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/llmload.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libllmload-dev)
