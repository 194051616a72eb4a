# As a toolchain file, which, unlike these options, can be named in the environment: sources are compiled in batches and are
# not optimised, in a fifth of the time.
set(CMAKE_UNITY_BUILD ON)
set(CMAKE_UNITY_BUILD_BATCH_SIZE 12)
set(CMAKE_CXX_FLAGS_RELEASE "-O0" CACHE STRING "")
