#include "metrics/stores/samples.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "metrics/stores/percentile.hpp"

namespace llmload::metrics {
namespace {

constexpr double most = 9e12;  // whose millionths a histogram holds

}  // namespace

void Samples::add_value(double value) {
  if (is_beyond()) return histogram_.add_ms(std::min(value, most));
  values_.push_back(value);
  if (values_.size() > most_raw) go_beyond();
}

void Samples::go_beyond() {
  for (const double raw : std::exchange(values_, {})) histogram_.add_ms(std::min(raw, most));
}

void Samples::merge(const Samples& other) {
  if (other.is_beyond()) {
    go_beyond();
    histogram_.merge(other.histogram_);
  }
  for (const double value : other.values_) add_value(value);
}

std::optional<Distribution> Samples::distribution() const {
  if (is_beyond()) return histogram_.distribution_ms();
  if (values_.empty()) return std::nullopt;
  return metrics::distribution({values_.begin(), values_.end()});
}

}  // namespace llmload::metrics
