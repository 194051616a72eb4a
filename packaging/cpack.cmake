# Three Debian packages and a tarball of the program: scripts/package.
set(CPACK_PACKAGE_NAME llmload)
set(CPACK_PACKAGE_VENDOR llmload)
set(CPACK_PACKAGE_CONTACT "The llmload developers <developers@llmload.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_COMPONENTS_ALL llmload libllmload libllmload-dev)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_FILE_NAME llmload-${PROJECT_VERSION})
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_GENERATOR DEB)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
get_target_property(soname llmload_shared SOVERSION)
set(CPACK_DEBIAN_LLMLOAD_PACKAGE_NAME llmload)
set(CPACK_DEBIAN_LLMLOAD_PACKAGE_SECTION net)
set(CPACK_DEBIAN_LLMLOAD_DESCRIPTION "${PROJECT_DESCRIPTION}: the program")
set(CPACK_DEBIAN_LIBLLMLOAD_PACKAGE_NAME libllmload${soname})
set(CPACK_DEBIAN_LIBLLMLOAD_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBLLMLOAD_DESCRIPTION "${PROJECT_DESCRIPTION}: the shared library")
set(CPACK_DEBIAN_LIBLLMLOAD-DEV_PACKAGE_NAME libllmload-dev)
set(CPACK_DEBIAN_LIBLLMLOAD-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBLLMLOAD-DEV_DESCRIPTION "${PROJECT_DESCRIPTION}: headers and the static library")
set(CPACK_DEBIAN_LIBLLMLOAD-DEV_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_LIBLLMLOAD-DEV_PACKAGE_DEPENDS "libllmload${soname} (= ${PROJECT_VERSION}), libssl-dev, pkg-config, \
libboost-json1.81-dev | libboost-json-dev (>= 1.81), libsentencepiece-dev")

# The tarball is of the program alone, and says which libraries of the system that needs.
set(CPACK_ARCHIVE_COMPONENT_INSTALL ON)
set(CPACK_ARCHIVE_LLMLOAD_FILE_NAME llmload-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR})
set(needs ${CMAKE_BINARY_DIR}/needs)
add_custom_command(OUTPUT ${needs}
  COMMAND ${CMAKE_READELF} -d $<TARGET_FILE:llmload-cli> | sed -n "s/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p" > ${needs}
  DEPENDS llmload-cli VERBATIM)
add_custom_target(llmload_needs ALL DEPENDS ${needs})
install(FILES ${needs} ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md ${PROJECT_SOURCE_DIR}/parameters.example.json
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT llmload)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT llmload
  FILES_MATCHING PATTERN "*.md" PATTERN adr EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/docs/grafana/llmload.json DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs/grafana COMPONENT llmload)
foreach(component ${CPACK_COMPONENTS_ALL})
  string(TOUPPER ${component} name)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${name}_PACKAGE_NAME} COMPONENT ${component})
endforeach()
# Chart.js is in the program and in the libraries, and so in each page that they write.
foreach(component llmload libllmload libllmload-dev)
  string(TOUPPER ${component} name)
  install(FILES ${PROJECT_SOURCE_DIR}/packaging/chart-js-copyright
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${name}_PACKAGE_NAME} COMPONENT ${component})
endforeach()
include(CPack)
