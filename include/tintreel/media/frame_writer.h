// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tintreel/base/image.h"
#include "tintreel/base/result.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/media/media_info.h"
#include "tintreel/media/output_format.h"

namespace tintreel::media {

/// Encodes the coloured frames and copies every other track of the source. Writes to `file`; the container follows the
/// extension of `finalName`. For numbered pictures `file` is a folder, and pictures are numbered as the source's, else
/// by frame. Where the format has checksums they go to checksumsBeside(finalName) + ".part". With a cut the frames
/// given are those of the cut, with their times in the film. Not thread-safe.
class FrameWriter {
public:
    [[nodiscard]] static Result<FrameWriter> create(const std::filesystem::path& file,
                                                    const std::filesystem::path& finalName, const OutputFormat& format,
                                                    const MediaInfo& source, int threads = 0);
    FrameWriter(FrameWriter&&) noexcept;
    FrameWriter& operator=(FrameWriter&&) noexcept;
    ~FrameWriter();

    /// Luma of `frame` with new chroma (planes of the format's chroma size). Frames come in order. Error: Output.
    [[nodiscard]] Result<> write(const VideoFrame& frame, const Plane<std::uint16_t>& cb,
                                 const Plane<std::uint16_t>& cr);
    /// Drains the encoder, copies what is left of the other tracks, writes the trailer.
    [[nodiscard]] Result<> finish();

    [[nodiscard]] std::int64_t framesWritten() const noexcept;
    /// Tracks that the container cannot hold, in words. Known after create().
    [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

private:
    struct Private;
    explicit FrameWriter(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

}  // namespace tintreel::media
