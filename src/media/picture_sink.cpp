// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include <fmt/format.h>

#include "media/demux.h"
#include "media/file_marks.h"
#include "media/packet_sink.h"

namespace tintreel::media {
namespace {

/// A packet of a picture encoder is the whole file.
class PictureSink final : public PacketSink {
public:
    PictureSink(std::filesystem::path file, std::filesystem::path name, const OutputFormat& format,
                const MediaInfo& source)
        : file_(std::move(file)), name_(std::move(name)), xmp_(format.marks.xmp) {
        if (format.kind != OutputFormat::Kind::NumberedPictures) return;
        if (format.cut) next_ = format.cut->first;
        pattern_ = numberPatternOf(name_);
        numbers_ = listPictures(source.path).numbers;
    }

    Result<> open(const AVCodecContext&) override { return {}; }

    Result<> write(AVPacket* packet) override {
        AVIOContext* io = nullptr;
        if (const int rc = avio_open(&io, urlOf(target()).c_str(), AVIO_FLAG_WRITE); rc < 0)
            return writeFailed(name_, rc);
        const auto marked =
            markedPicture({reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)}, xmp_);
        avio_write(io, reinterpret_cast<const unsigned char*>(marked.data()), static_cast<int>(marked.size()));
        avio_flush(io);
        const int error = io->error, closed = avio_closep(&io);
        if (error < 0 || closed < 0) return writeFailed(name_, error < 0 ? error : closed);
        ++next_;
        return {};
    }

    Result<> advance(double) override { return {}; }
    Result<> finish() override { return {}; }
    const std::vector<std::string>& warnings() const override { return warnings_; }

private:
    [[nodiscard]] std::filesystem::path target() const {
        if (!pattern_) return file_;
        const auto n = static_cast<std::size_t>(next_);
        const std::int64_t number = n < numbers_.size() ? numbers_[n]
                                    : numbers_.empty()
                                        ? next_
                                        : numbers_.back() + next_ - static_cast<std::int64_t>(numbers_.size()) + 1;
        return file_ / pattern_->nameOf(number);
    }

    std::filesystem::path file_, name_;
    std::string xmp_;
    std::optional<NumberPattern> pattern_;  // of numbered pictures
    std::vector<std::int64_t> numbers_;     // of the source's pictures
    FrameIndex next_ = 0;                   // frame of the film that is written next
    std::vector<std::string> warnings_;
};

}  // namespace

std::unique_ptr<PacketSink> makePictureSink(const std::filesystem::path& file, const std::filesystem::path& name,
                                            const OutputFormat& format, const MediaInfo& source) {
    return std::make_unique<PictureSink>(file, name, format, source);
}

Unexpected writeFailed(const std::filesystem::path& name, int rc) {
    return fail(ErrorCode::Output,
                fmt::format("'{}' cannot be written{}.", name.string(),
                            rc == AVERROR(ENOSPC) ? ": the disk is full; make room and start again"
                                                  : "; is there room on the disk?"),
                avText(rc));
}

}  // namespace tintreel::media
