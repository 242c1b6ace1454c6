// SPDX-License-Identifier: Apache-2.0
#include "tintreel/inference/color_track.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <sstream>

namespace tintreel::inference {
namespace {

constexpr char kMagic[] = "TINTTRACK2";
constexpr std::size_t kHeaderSize = 256;
constexpr float kAbScale = 64.0F;
constexpr unsigned char kWritten = 1;
constexpr std::size_t kRecordHead = 2;  // written or not, mean confidence

unsigned char codeOf(double confidence) {
    return static_cast<unsigned char>(std::clamp(confidence, 0.0, 1.0) * 255.0 + 0.5);
}

}  // namespace

struct ColorTrack::Private {
    std::filesystem::path path;
    int fd = -1;
    int width = 0, height = 0;
    FrameIndex first = 0;
    ~Private() {
        if (fd >= 0) ::close(fd);
    }
    [[nodiscard]] std::size_t pixels() const {
        return static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
    }
    [[nodiscard]] std::size_t recordSize() const { return kRecordHead + pixels() * 5; }
    [[nodiscard]] off_t place(FrameIndex frame) const {
        return static_cast<off_t>(kHeaderSize + static_cast<std::size_t>(frame - first) * recordSize());
    }
};

ColorTrack::ColorTrack(std::unique_ptr<Private> p) : p_(std::move(p)) {}
ColorTrack::ColorTrack(ColorTrack&&) noexcept = default;
ColorTrack& ColorTrack::operator=(ColorTrack&&) noexcept = default;
ColorTrack::~ColorTrack() = default;

Result<ColorTrack> ColorTrack::create(const std::filesystem::path& file, int width, int height, FrameIndex first) {
    auto p = std::make_unique<Private>();
    p->path = file;
    p->width = width;
    p->height = height;
    p->first = first;
    p->fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (p->fd < 0)
        return fail(ErrorCode::Output,
                    "The colour track '" + file.string() + "' cannot be made; check the folder's permissions.",
                    std::strerror(errno));
    std::string header = std::string(kMagic) + " " + std::to_string(width) + " " + std::to_string(height) + " " +
                         std::to_string(first) + "\n";
    header.resize(kHeaderSize, '\0');
    const auto written = ::pwrite(p->fd, header.data(), kHeaderSize, 0);
    if (written != static_cast<ssize_t>(kHeaderSize))
        return fail(ErrorCode::Output,
                    "The colour track '" + file.string() + "' cannot be written; is there room on the disk?",
                    written < 0 ? std::strerror(errno) : "only a part was written");
    return ColorTrack(std::move(p));
}

Result<ColorTrack> ColorTrack::open(const std::filesystem::path& file) {
    auto p = std::make_unique<Private>();
    p->path = file;
    p->fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    std::string header(kHeaderSize, '\0');
    std::string magic;
    if (p->fd >= 0 && ::pread(p->fd, header.data(), kHeaderSize, 0) == static_cast<ssize_t>(kHeaderSize))
        std::istringstream(header) >> magic >> p->width >> p->height >> p->first;
    if (magic != kMagic || p->width <= 0 || p->height <= 0)
        return fail(ErrorCode::Input, "'" + file.string() + "' is no colour track; delete it, it will be made anew.");
    return ColorTrack(std::move(p));
}

void ColorTrack::releaseBefore(const std::filesystem::path& file, FrameIndex frame) {
    const auto track = open(file);
    if (!track || frame <= track->p_->first) return;
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return;
    const auto from = static_cast<off_t>(kHeaderSize);
    // Where the file system cannot, the room comes back with the file.
    (void)!::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, track->p_->place(frame) - from);
    ::close(fd);
}

int ColorTrack::width() const noexcept { return p_->width; }
int ColorTrack::height() const noexcept { return p_->height; }

bool ColorTrack::has(FrameIndex frame) const {
    unsigned char flag = 0;
    return frame >= p_->first && ::pread(p_->fd, &flag, 1, p_->place(frame)) == 1 && flag == kWritten;
}

std::optional<float> ColorTrack::meanConfidence(FrameIndex frame) const {
    unsigned char head[kRecordHead] = {};
    if (frame < p_->first ||
        ::pread(p_->fd, head, kRecordHead, p_->place(frame)) != static_cast<ssize_t>(kRecordHead) ||
        head[0] != kWritten)
        return std::nullopt;
    return static_cast<float>(head[1]) / 255.0F;
}

Result<ColoredFrame> ColorTrack::read(FrameIndex frame) const {
    std::vector<unsigned char> record(p_->recordSize());
    if (frame < p_->first ||
        ::pread(p_->fd, record.data(), record.size(), p_->place(frame)) != static_cast<ssize_t>(record.size()) ||
        record[0] != kWritten)
        return fail(ErrorCode::Failed, "The colour track '" + p_->path.string() + "' holds nothing for frame " +
                                           std::to_string(frame) + ".");
    ColoredFrame colors{AbImage(p_->width, p_->height), Plane<float>(p_->width, p_->height)};
    const std::size_t n = p_->pixels();
    const auto ab = [&](std::size_t i) {
        std::int16_t value = 0;
        std::memcpy(&value, record.data() + kRecordHead + 2 * i, 2);
        return static_cast<float>(value) / kAbScale;
    };
    for (std::size_t i = 0; i < n; ++i) {
        colors.ab.a.data[i] = ab(i);
        colors.ab.b.data[i] = ab(n + i);
        colors.confidence.data[i] = static_cast<float>(record[kRecordHead + 4 * n + i]) / 255.0F;
    }
    return colors;
}

Result<> ColorTrack::write(FrameIndex frame, const ColoredFrame& colors) {
    if (frame < p_->first || colors.ab.width() != p_->width || colors.ab.height() != p_->height ||
        !colors.confidence.sameSize(p_->width, p_->height))
        return fail(ErrorCode::Failed, "Colours that do not fit the colour track were given.");
    std::vector<unsigned char> record(p_->recordSize());
    record[0] = kWritten;
    double sum = 0;
    const std::size_t n = p_->pixels();
    const auto put = [&](std::size_t i, float value) {
        const auto code = static_cast<std::int16_t>(std::lround(std::clamp(value, -500.0F, 500.0F) * kAbScale));
        std::memcpy(record.data() + kRecordHead + 2 * i, &code, 2);
    };
    for (std::size_t i = 0; i < n; ++i) {
        put(i, colors.ab.a.data[i]);
        put(n + i, colors.ab.b.data[i]);
        record[kRecordHead + 4 * n + i] = codeOf(colors.confidence.data[i]);
        sum += colors.confidence.data[i];
    }
    record[1] = codeOf(sum / static_cast<double>(n));
    const auto written = ::pwrite(p_->fd, record.data(), record.size(), p_->place(frame));
    if (written != static_cast<ssize_t>(record.size()))
        return fail(ErrorCode::Output,
                    "The colour track '" + p_->path.string() + "' cannot be written on; is there room on the disk?",
                    written < 0 ? std::strerror(errno) : "only a part was written");
    return {};
}

}  // namespace tintreel::inference
