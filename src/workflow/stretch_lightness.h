// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "tintreel/base/image.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/pipeline.h"
#include "tintreel/base/result.h"
#include "workflow/frames.h"

namespace tintreel::workflow {

/// Lightness of a stretch's frames, read ahead on a thread of its own while the networks colour. Without `copies`
/// frames are asked for in order and forgotten soon after; with it all that was read is kept there and may be asked for
/// again.
class StretchLightness {
public:
    using Read = std::function<Result<LPlane>(FrameIndex)>;
    /// `read` is called for each frame of `range` in order, on the other thread, while the object lives.
    StretchLightness(FrameRange range, Read read, std::optional<LightnessFile> copies);
    ~StretchLightness();
    StretchLightness(const StretchLightness&) = delete;
    StretchLightness& operator=(const StretchLightness&) = delete;

    [[nodiscard]] Result<LPlane> at(FrameIndex frame);

private:
    static constexpr std::size_t kAhead = 8, kKept = 4;
    FrameRange range_;
    std::optional<LightnessFile> copies_;
    FrameIndex next_;          // that the thread's queue gives
    std::deque<LPlane> kept_;  // the frames before next_, the last at the end
    BoundedQueue<Result<LPlane>> queue_{kAhead};
    std::jthread thread_;  // last: it uses the queue
};

}  // namespace tintreel::workflow
