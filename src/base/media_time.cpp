// SPDX-License-Identifier: Apache-2.0
#include "tintreel/base/media_time.h"

#include <cmath>
#include <cstdio>

namespace tintreel {

std::string timecodeMs(FrameIndex frame, Rational rate) {
    const double seconds =
        rate.num > 0 ? static_cast<double>(frame) * static_cast<double>(rate.den) / static_cast<double>(rate.num) : 0.0;
    const auto ms = static_cast<long long>(std::llround(seconds * 1000.0));
    char text[64];
    std::snprintf(text, sizeof text, "%02lld:%02lld:%02lld.%03lld", ms / 3600000, ms / 60000 % 60, ms / 1000 % 60,
                  ms % 1000);
    return text;
}

}  // namespace tintreel
