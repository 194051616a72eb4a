#pragma once

/// LLMLOAD_EXPORT marks what libllmload.so offers; all else of the library stays inside of it. A program that
/// links the shared library has LLMLOAD_SHARED set by its CMake target; in the static one the mark is
/// nothing, so that a plug-in that has it inside does not offer it to others.
#ifdef LLMLOAD_SHARED
#define LLMLOAD_EXPORT __attribute__((visibility("default")))
#else
#define LLMLOAD_EXPORT
#endif
