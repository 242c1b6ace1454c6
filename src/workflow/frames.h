// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "tintreel/base/image.h"
#include "tintreel/base/result.h"
#include "tintreel/color/resize.h"
#include "tintreel/color/ycbcr.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/media/frame_writer.h"

namespace tintreel::workflow {

/// How the codes of a clip's frames are meant.
[[nodiscard]] color::YuvFormat yuvFormatOf(const media::MediaInfo& info, const media::VideoFrame& frame);
[[nodiscard]] color::YuvFormat yuvFormatOf(const media::OutputFormat& format);

/// Lightness of a frame at working size: what the networks see.
[[nodiscard]] LPlane lightnessOf(const media::MediaInfo& info, const media::VideoFrame& frame, color::Size working);

/// Turns a plane clockwise by 0, 90, 180 or 270 degrees.
[[nodiscard]] Plane<float> rotated(const Plane<float>& plane, int degrees);
[[nodiscard]] AbImage rotated(const AbImage& ab, int degrees);

/// Lightness of a scene's frames on disk, so that a pass can go backwards without memory for the whole scene. The file
/// is unlinked at once and vanishes with the object, however the program ends.
class LightnessFile {
public:
    [[nodiscard]] static Result<LightnessFile> create(const std::filesystem::path& folder, color::Size size);
    LightnessFile(LightnessFile&& other) noexcept;
    LightnessFile& operator=(LightnessFile&& other) noexcept;
    ~LightnessFile();
    [[nodiscard]] Result<> write(std::int64_t index, const LPlane& lightness);
    [[nodiscard]] Result<LPlane> read(std::int64_t index) const;

private:
    LightnessFile() = default;
    int fd_ = -1;
    color::Size size_;
};

}  // namespace tintreel::workflow
