// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/color/resize.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::workflow {

/// The size of a film's picture as shown, in square pixels: turned, and wider where its pixels are not square.
[[nodiscard]] color::Size shownSize(const media::MediaInfo& info);

/// A frame for the screen, 8 bits, no larger than `longSide`, turned as shown: as the source has it, or with `ab` (any
/// size, coded orientation) under its own luma by the same composition that writes files. Pixels stay as coded; the
/// caller stretches them to shownSize().
[[nodiscard]] RgbImage sourcePicture(const media::MediaInfo& info, const media::VideoFrame& frame, int longSide);
[[nodiscard]] RgbImage coloredPicture(const media::MediaInfo& info, const media::VideoFrame& frame, const AbImage& ab,
                                      int longSide);

}  // namespace tintreel::workflow
