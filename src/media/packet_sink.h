// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/output_format.h"

namespace tintreel::media {

/// Where encoded packets go: a film with the source's other tracks, or picture files.
class PacketSink {
public:
    virtual ~PacketSink() = default;
    /// Whether the encoder must keep its headers out of the packets. Asked before open().
    [[nodiscard]] virtual bool wantsGlobalHeader() const { return false; }
    [[nodiscard]] virtual Result<> open(const AVCodecContext& codec) = 0;
    /// A packet in the codec's timebase; taken over.
    [[nodiscard]] virtual Result<> write(AVPacket* packet) = 0;
    /// The picture has come to `seconds`: other tracks follow up to there.
    [[nodiscard]] virtual Result<> advance(double seconds) = 0;
    [[nodiscard]] virtual Result<> finish() = 0;
    [[nodiscard]] virtual const std::vector<std::string>& warnings() const = 0;
};

/// `name` is the final name: its ending chooses the container, and errors name it. Error: Output.
[[nodiscard]] Result<std::unique_ptr<PacketSink>> makeFilmSink(const std::filesystem::path& file,
                                                               const std::filesystem::path& name,
                                                               const OutputFormat& format, const MediaInfo& source);
[[nodiscard]] std::unique_ptr<PacketSink> makePictureSink(const std::filesystem::path& file,
                                                          const std::filesystem::path& name, const OutputFormat& format,
                                                          const MediaInfo& source);

/// The error of a write that failed with FFmpeg's code `rc`.
[[nodiscard]] Unexpected writeFailed(const std::filesystem::path& name, int rc);

/// The prefix keeps names like "a:b.mp4" or "-x.mp4" from being read as protocols or options.
[[nodiscard]] inline std::string urlOf(const std::filesystem::path& file) { return "file:" + file.string(); }

}  // namespace tintreel::media
