// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::media {

/// FFmpeg frames → our planes. Planar YUV and grey are copied bit for bit; packed, semi-planar, big-endian and RGB
/// layouts and frames of another size go through libswscale first.
class PlaneConverter {
public:
    void convert(const AVFrame& frame, int width, int height, const ColorTags& tags, VideoFrame& out);

private:
    SwsPtr scaler_;
    int scalerKey_[5] = {};
    FramePtr scaled_;
};

/// Copies a plane of 8- or 16-bit little-endian samples; `shift` is taken off 16-bit samples kept in the upper bits.
void copyPlane(const AVFrame& frame, int plane, int width, int height, int bytes, Plane<std::uint16_t>& out);

/// Tells libswscale matrix and range of both sides, so that tagging and converting agree.
void setScalerColors(SwsContext* scaler, int sourceMatrix, bool sourceFull, int targetMatrix, bool targetFull);

}  // namespace tintreel::media
