// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/media_info.h"
#include "tintreel/media/output_format.h"
#include "tintreel/media/presets.h"

namespace tintreel::media {

/// SVT-AV1 waits for ever when it is closed before it was given a frame and the end.
struct EncoderFree {
    void operator()(AVCodecContext* p) const noexcept;
};
using EncoderPtr = std::unique_ptr<AVCodecContext, EncoderFree>;

/// Opens the encoder of a format. `globalHeader`: the container keeps the codec's headers. Error (Output) names encoder
/// and size.
[[nodiscard]] Result<EncoderPtr> openEncoder(const OutputFormat& format, const MediaInfo& source, int threads,
                                             bool globalHeader);

/// The program's own presets by rank, without a look at what can be used here.
[[nodiscard]] Result<std::vector<ExportPreset>> builtInPresets();

/// Why a preset cannot be used here, "" where it can: no encoder, or one whose hardware is not there.
[[nodiscard]] std::string whyUnavailable(const ExportPreset& preset);

}  // namespace tintreel::media
