#pragma once

// Catch2 in version 2 (Debian 12) or 3, under the names that both share.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
