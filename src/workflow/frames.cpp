// SPDX-License-Identifier: Apache-2.0
#include "workflow/frames.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tintreel/color/lab.h"

namespace tintreel::workflow {
namespace {

// Steps of L in the file: 1/600, finer than 16 bits of grey need.
constexpr float kScale = 600.0F;

/// `layout`: a frame, or the format of an output.
template <class Layout>
color::YuvFormat formatOf(const media::ColorTags& tags, const Layout& layout, bool fields) {
    return {color::matrixFromCode(tags.matrix),
            tags.fullRange,
            layout.depth,
            layout.chromaShiftX,
            layout.chromaShiftY,
            tags.chromaLocation != 2,
            tags.chromaLocation == 3,
            fields};
}

}  // namespace

color::YuvFormat yuvFormatOf(const media::MediaInfo& info, const media::VideoFrame& frame) {
    return formatOf(info.assumed, frame, false);
}

color::YuvFormat yuvFormatOf(const media::OutputFormat& format) {
    return formatOf(format.tags, format, format.interlaced);
}

LPlane lightnessOf(const media::MediaInfo& info, const media::VideoFrame& frame, color::Size working) {
    return color::lightnessFromGrey(
        color::resize(color::greyFromLuma(frame.y, yuvFormatOf(info, frame)), working.width, working.height));
}

Plane<float> rotated(const Plane<float>& plane, int degrees) {
    if (degrees % 360 == 0) return plane;
    const bool swap = degrees % 180 != 0;
    Plane<float> out(swap ? plane.height : plane.width, swap ? plane.width : plane.height);
    for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x) {
            if (degrees == 90) out.at(plane.height - 1 - y, x) = plane.at(x, y);
            else if (degrees == 180) out.at(plane.width - 1 - x, plane.height - 1 - y) = plane.at(x, y);
            else out.at(y, plane.width - 1 - x) = plane.at(x, y);
        }
    return out;
}

AbImage rotated(const AbImage& ab, int degrees) {
    AbImage out;
    out.a = rotated(ab.a, degrees);
    out.b = rotated(ab.b, degrees);
    return out;
}

Result<LightnessFile> LightnessFile::create(const std::filesystem::path& folder, color::Size size) {
    std::string name = (folder / ".tintreel-XXXXXX").string();
    LightnessFile file;
    file.fd_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file.fd_ < 0)
        return fail(ErrorCode::Output,
                    "No working file can be made in '" + folder.string() + "'; check its permissions.",
                    std::strerror(errno));
    ::unlink(name.c_str());
    file.size_ = size;
    return file;
}

LightnessFile::LightnessFile(LightnessFile&& other) noexcept : fd_(other.fd_), size_(other.size_) { other.fd_ = -1; }
LightnessFile& LightnessFile::operator=(LightnessFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(size_, other.size_);
    return *this;
}
LightnessFile::~LightnessFile() {
    if (fd_ >= 0) ::close(fd_);
}

Result<> LightnessFile::write(std::int64_t index, const LPlane& lightness) {
    std::vector<std::uint16_t> codes(lightness.size());
    for (std::size_t i = 0; i < codes.size(); ++i)
        codes[i] = static_cast<std::uint16_t>(std::clamp(lightness.data[i], 0.0F, 100.0F) * kScale + 0.5F);
    const std::size_t bytes = codes.size() * 2;
    const auto written =
        ::pwrite(fd_, codes.data(), bytes, static_cast<off_t>(static_cast<std::size_t>(index) * bytes));
    if (written != static_cast<ssize_t>(bytes))
        return fail(ErrorCode::Output,
                    "The working file beside the output cannot be written; is there room on the disk?",
                    written < 0 ? std::strerror(errno) : "only a part was written");
    return {};
}

Result<LPlane> LightnessFile::read(std::int64_t index) const {
    LPlane lightness(size_.width, size_.height);
    std::vector<std::uint16_t> codes(lightness.size());
    const std::size_t bytes = codes.size() * 2;
    if (::pread(fd_, codes.data(), bytes, static_cast<off_t>(static_cast<std::size_t>(index) * bytes)) !=
        static_cast<ssize_t>(bytes))
        return fail(ErrorCode::Failed, "The working file beside the output cannot be read back.", std::strerror(errno));
    for (std::size_t i = 0; i < codes.size(); ++i) lightness.data[i] = static_cast<float>(codes[i]) / kScale;
    return lightness;
}

}  // namespace tintreel::workflow
