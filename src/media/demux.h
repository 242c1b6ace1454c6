// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/media_info.h"

namespace tintreel::media {

/// Opens a file and reads its stream headers. `picture` keeps '%' in a picture's name from being read as a pattern.
/// Without `parse` packets are told about by their container alone, which is faster and enough where it times and marks
/// all of them.
[[nodiscard]] Result<InputPtr> openInput(const std::filesystem::path& path, bool picture, bool parse = true);

/// The stream to colour: the best video stream that is no cover picture; < 0 where there is none.
[[nodiscard]] int chooseVideo(AVFormatContext* input);

[[nodiscard]] bool isPictureName(const std::filesystem::path& path);

/// "frame_%06d.png" in its parts.
struct NumberPattern {
    std::string before, after;
    int digits = 0;  ///< numbers of fewer digits get zeros in front
    [[nodiscard]] std::string nameOf(std::int64_t number) const;
    /// The number in a name of this pattern; nothing for other names.
    [[nodiscard]] std::optional<std::int64_t> numberIn(const std::string& name) const;
};
[[nodiscard]] std::optional<NumberPattern> numberPatternOf(const std::filesystem::path& path);

/// Fills the fields that belong to the video stream; pixel format as the decoder gave it.
void describeVideo(MediaInfo& info, AVFormatContext* input, int stream, AVPixelFormat format);

[[nodiscard]] PixelLayout layoutOf(AVPixelFormat format);

/// Gaps in the tags filled by the stated rule: SD BT.601, HD BT.709, grey and RGB pictures full range.
[[nodiscard]] ColorTags assumedTags(const ColorTags& stated, const PixelLayout& layout, int width, int height);

}  // namespace tintreel::media
