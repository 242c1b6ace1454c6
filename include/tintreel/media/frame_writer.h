// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/image.h"
#include "tintreel/base/result.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/media/media_info.h"
#include "tintreel/media/output_cut.h"

namespace tintreel::media {

/// What the caller must hand to the writer: planes of these sizes and meanings.
struct OutputFormat {
    std::string preset;          ///< "review", "master", "picture" or "frames"
    std::string pixelFormat;     ///< FFmpeg's name of what is encoded
    int width = 0, height = 0;   ///< of the picture; the writer pads where the codec needs even sides
    int depth = 8;               ///< of luma and chroma codes
    int chromaShiftX = 0, chromaShiftY = 0;
    ColorTags tags;              ///< how chroma must be made, and what is written into the file
    bool lumaExact = true;       ///< luma codes are passed on as they are
    std::optional<OutputCut> cut;    ///< where only a part of the film is written
    std::vector<std::string> notes;  ///< what the preset changes, in words
};

/// Presets: "review" is H.264 8-bit 4:2:0 (.mp4, .mov, .mkv), "master" FFV1 level 3 with slice CRC in .mkv, pixel format and
/// depth of the source (grey becomes 4:4:4 of the same depth). A .png, .tif or .tiff name makes RGB pictures, whatever the preset:
/// a picture of one frame, or, where its last part is a printf pattern ("DIR/frame_%06d.png"), "frames": a folder of numbered
/// ones, PNG of 8 or 16 bits as the source, TIFF of 16. For a source of one picture a '%' is part of the name, except with preset "frames".
/// 4:2:0 codecs cannot hold odd sides: review then repeats the last row or column. Errors: Usage, Output.
[[nodiscard]] Result<OutputFormat> outputFormatFor(const std::string& preset, const std::filesystem::path& output, const MediaInfo& source);

/// Where `output` is made: the file, or for "frames" the folder around the pattern, which is then the writer's `file`. Refuses the
/// source itself, and as PartFile does. Errors: Output.
[[nodiscard]] Result<PartFile> reserveOutput(const std::filesystem::path& output, const OutputFormat& format, const MediaInfo& source, bool overwrite);

/// Encodes the coloured frames and copies every other track of the source. Writes to `file`; the container follows the
/// extension of `finalName`. For "frames" `file` is a folder, and pictures are numbered as the source's, else by frame.
/// With a cut the frames given are those of the cut, with their times in the film.
/// Not thread-safe.
class FrameWriter {
public:
    [[nodiscard]] static Result<FrameWriter> create(const std::filesystem::path& file, const std::filesystem::path& finalName,
                                                    const OutputFormat& format, const MediaInfo& source, int threads = 0);
    FrameWriter(FrameWriter&&) noexcept;
    FrameWriter& operator=(FrameWriter&&) noexcept;
    ~FrameWriter();

    /// Luma of `frame` with new chroma (planes of the format's chroma size). Frames come in order. Error: Output.
    [[nodiscard]] Result<> write(const VideoFrame& frame, const Plane<std::uint16_t>& cb, const Plane<std::uint16_t>& cr);
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
