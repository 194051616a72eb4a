#pragma once

#include <cstdint>
#include <string>

namespace llmload::validation {

/// From `least` to `most`, both included. No nan is in it.
template <class Number>
struct Range {
  Number least, most;

  [[nodiscard]] constexpr bool has(Number value) const { return value >= least && value <= most; }
};
using WholeNumbers = Range<std::uint64_t>;
using Numbers = Range<double>;

/// For errors: "a whole number from 1 to 1000".
std::string to_words(const WholeNumbers& range);
/// "a number from 0 to 0.5".
std::string to_words(const Numbers& range);

/// What a number of a Plan may be, whether a file gives it or a program. Times are in seconds, but where the
/// name says so.
namespace limits {

inline constexpr double week = 7 * 24 * 3600;

inline constexpr WholeNumbers sessions{1, 100'000};  ///< and connections
inline constexpr WholeNumbers requests{1, 1'000'000'000};
inline constexpr WholeNumbers warmup_requests{0, 1'000'000'000};
inline constexpr Numbers duration{0.001, week};
inline constexpr Numbers around_window{0, week};  ///< warm-up and cool-down
inline constexpr Numbers rate{1e-4, 1e6};         ///< requests a second

inline constexpr WholeNumbers max_tokens{1, 10'000'000};
inline constexpr Numbers temperature{0, 100};
inline constexpr Numbers top_p{0, 1};

inline constexpr Numbers timeout{0.001, week};
inline constexpr WholeNumbers response_bytes{1'024, std::uint64_t{1} << 40U};
inline constexpr WholeNumbers waiting_bytes{std::uint64_t{1} << 20U, std::uint64_t{1} << 50U};
inline constexpr WholeNumbers retries{1, 1'000};
inline constexpr Numbers retry_budget{0.001, week};
inline constexpr WholeNumbers quota{1, 1'000'000'000'000};  ///< tokens or requests a minute

inline constexpr Numbers share{1e-6, 1e6};  ///< beside others
inline constexpr Numbers price{0, 1e6};     ///< of a million tokens
inline constexpr WholeNumbers budget_tokens{1, std::uint64_t{1} << 53U};
inline constexpr Numbers cost{1e-9, 1e12};  ///< of a run
inline constexpr Numbers error_rate{0, 1};
inline constexpr WholeNumbers cores{0, 1'024};
inline constexpr Numbers threshold_tps{0, 1e9};
inline constexpr Numbers goodput_ms{0, week * 1e3};

}  // namespace limits
}  // namespace llmload::validation
