// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/image.h"

namespace tintreel::color {

/// Resizes by pixel area when shrinking, bilinearly when growing; pixel centres at half-integers.
[[nodiscard]] Plane<float> resize(const Plane<float>& plane, int width, int height);
[[nodiscard]] AbImage resize(const AbImage& ab, int width, int height);
[[nodiscard]] RgbImage resize(const RgbImage& rgb, int width, int height);

struct Size {
    int width = 0;
    int height = 0;
    bool operator==(const Size&) const = default;
};

/// The size the networks see: the short side at most `shortSide`, the aspect kept, both sides even, never larger than
/// the source (but at least 16).
[[nodiscard]] Size workingSize(int width, int height, int shortSide);

}  // namespace tintreel::color
