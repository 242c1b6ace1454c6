// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/output_format.h"

namespace tintreel::media {

/// The little-endian planar YUV layout of that depth and subsampling; AV_PIX_FMT_NONE for none.
[[nodiscard]] AVPixelFormat planarFormat(int depth, int chromaShiftX, int chromaShiftY);

/// Our planes → frames as an encoder takes them: with repeated rows and columns where the codec needs more of them, and
/// as RGB or in another order of bytes where it takes no planar YUV.
class FrameAssembler {
public:
    /// The frame stays with the assembler until the next call; null where memory is short.
    [[nodiscard]] AVFrame* assemble(const VideoFrame& frame, const Plane<std::uint16_t>& cb,
                                    const Plane<std::uint16_t>& cr, const OutputFormat& format);

private:
    [[nodiscard]] AVFrame* converted(const OutputFormat& format, AVPixelFormat wanted);

    FramePtr planes_, converted_;
    SwsPtr scaler_;
};

}  // namespace tintreel::media
