// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <optional>

#include "media/luma_filter.h"

namespace tintreel::media {

/// Whole frames out of interlaced ones, one for one, by libavfilter's bwdif; luma alone, for chroma is made anew. Looks
/// one frame ahead.
class Deinterlacer {
public:
    using Source = std::function<Result<std::optional<VideoFrame>>()>;
    /// The next frame; nothing at the end.
    [[nodiscard]] Result<std::optional<VideoFrame>> next(const Source& source);

private:
    std::optional<LumaFilter> filter_;
    std::deque<VideoFrame> waiting_;  // in the filter; what comes out takes its place in the film from them
    bool ended_ = false;
};

}  // namespace tintreel::media
