// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/metrics.h"

#include <cassert>
#include <cmath>

namespace tintreel::color {

double psnr(const RgbImage& a, const RgbImage& b) {
    assert(a.data.size() == b.data.size());
    double sum = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) {
        const double difference = static_cast<double>(a.data[i]) - static_cast<double>(b.data[i]);
        sum += difference * difference;
    }
    if (sum == 0) return 100.0;
    return 10.0 * std::log10(255.0 * 255.0 / (sum / static_cast<double>(a.data.size())));
}

}  // namespace tintreel::color
