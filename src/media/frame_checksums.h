// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "media/ffmpeg_ptr.h"
#include "tintreel/base/result.h"
#include "tintreel/media/media_info.h"

namespace tintreel::media {

/// Writes the list that `ffmpeg -i FILM -map 0:v:0 -f framemd5 LIST` gives of a lossless film, out of the frames on
/// their way to the encoder: so it also tells whether the encoder kept them. Where the rate varies it is `ffmpeg -i
/// FILM -map 0:v:0 -fps_mode passthrough -enc_time_base 1:1000 …`.
class FrameChecksums {
public:
    [[nodiscard]] static Result<FrameChecksums> create(const std::filesystem::path& file, const AVCodecContext& codec,
                                                       const MediaInfo& source);
    /// `frame` with its pts in the codec's timebase.
    [[nodiscard]] Result<> add(const AVFrame& frame);
    [[nodiscard]] Result<> finish();

private:
    std::filesystem::path file_;
    OutputPtr output_;
    PacketPtr packet_{av_packet_alloc()};
    AVRational codecTimebase_{1, 1};
    std::int64_t startMicroseconds_ = 0;  // of the film's first track
};

}  // namespace tintreel::media
