include(CMakeFindDependencyMacro)
find_dependency(llmload COMPONENTS static)
include(${CMAKE_CURRENT_LIST_DIR}/consumer-targets.cmake)
