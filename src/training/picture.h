// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/training/hint_simulator.h"

namespace tintreel::training {

/// A training picture as the networks meet it: the lightness of its grey version and its true ab.
struct GreyAndTruth {
    LPlane lightness;  ///< 0..100, of the luma (BT.601) shown as grey, which is what a black-and-white film gives
    AbImage ab;
};
[[nodiscard]] GreyAndTruth greyAndTruth(const RgbImage& rgb);

/// Where a crop lies in a picture and how it is scaled and mirrored.
struct CropPlan {
    double x = 0, y = 0;  ///< upper left corner in source pixels
    double scale = 1;     ///< source pixels per crop pixel
    bool mirror = false;
};
/// A random place for a crop of width × height, scale within `low`..`high` as far as the picture allows.
[[nodiscard]] CropPlan randomCrop(int sourceWidth, int sourceHeight, int width, int height, double low, double high,
                                  Rng& rng);
[[nodiscard]] RgbImage takeCrop(const RgbImage& source, const CropPlan& plan, int width, int height);

/// Pictures of one height next to each other, for people to look at.
[[nodiscard]] RgbImage sideBySide(const std::vector<RgbImage>& pictures);

}  // namespace tintreel::training
