// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::media {

/// A part of a film as an output of its own, in times of MediaInfo::timebase. The output begins when the film begins:
/// `shift` is taken from all times, so that every track keeps its place beside the picture.
struct OutputCut {
    FrameIndex first = 0;                                         ///< number of the first frame that is written
    std::int64_t start = 0;                                       ///< time of that frame in the film
    std::int64_t end = std::numeric_limits<std::int64_t>::max();  ///< time of the frame behind the last one; the
                                                                  ///< largest number where there is none
    std::int64_t shift = 0;                                       ///< start − time of the film's frame 0
};

/// The times of `range`, which lies in the film; `reader` then gives the range's first frame next. Error: Input.
[[nodiscard]] Result<OutputCut> cutOf(FrameReader& reader, FrameRange range);

}  // namespace tintreel::media
