// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/frame_writer.h"

#include <optional>

#include <fmt/format.h>

#include "media/encoder.h"
#include "media/frame_checksums.h"
#include "media/frame_planes.h"
#include "media/packet_sink.h"

namespace tintreel::media {

struct FrameWriter::Private {
    OutputFormat format;
    MediaInfo source;
    std::filesystem::path name;
    std::unique_ptr<PacketSink> sink;
    EncoderPtr codec;
    FrameAssembler assembler;
    std::optional<FrameChecksums> checksums;
    PacketPtr packet{av_packet_alloc()};
    std::int64_t written = 0, packets = 0;
    std::int64_t lastPts = AV_NOPTS_VALUE;

    Result<> open(const std::filesystem::path& file, int threads) {
        if (format.kind == OutputFormat::Kind::Film) {
            TT_ASSIGN(sink, makeFilmSink(file, name, format, source));
        } else {
            sink = makePictureSink(file, name, format, source);
        }
        TT_ASSIGN(codec, openEncoder(format, source, threads, sink->wantsGlobalHeader()));
        TT_TRY(sink->open(*codec));
        if (format.frameChecksums) {
            TT_ASSIGN(checksums, FrameChecksums::create(checksumsBeside(name).string() + ".part", *codec, source));
        }
        return {};
    }

    Result<> encode(const AVFrame* input) {
        int rc = avcodec_send_frame(codec.get(), input);
        while (rc >= 0) {
            rc = avcodec_receive_packet(codec.get(), packet.get());
            if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) return {};
            if (rc < 0) break;
            const auto sent = sink->write(packet.get());
            av_packet_unref(packet.get());
            TT_TRY(sent);
            ++packets;
        }
        return writeFailed(name, rc);
    }
};

FrameWriter::FrameWriter(std::unique_ptr<Private> p) : p_(std::move(p)) {}
FrameWriter::FrameWriter(FrameWriter&&) noexcept = default;
FrameWriter& FrameWriter::operator=(FrameWriter&&) noexcept = default;
FrameWriter::~FrameWriter() = default;

std::int64_t FrameWriter::framesWritten() const noexcept { return p_->written; }
const std::vector<std::string>& FrameWriter::warnings() const noexcept { return p_->sink->warnings(); }

Result<FrameWriter> FrameWriter::create(const std::filesystem::path& file, const std::filesystem::path& finalName,
                                        const OutputFormat& format, const MediaInfo& source, int threads) {
    auto p = std::make_unique<Private>();
    p->format = format;
    p->source = source;
    p->name = finalName;
    TT_TRY(p->open(file, threads));
    return FrameWriter(std::move(p));
}

Result<> FrameWriter::write(const VideoFrame& source, const Plane<std::uint16_t>& cb, const Plane<std::uint16_t>& cr) {
    auto& p = *p_;
    if (p.format.kind == OutputFormat::Kind::OnePicture && p.written > 0)
        return fail(
            ErrorCode::Output,
            "'" + p.name.string() +
                "' holds one picture, the source has more frames; number them with a name like FOLDER/frame_%06d.png, or choose .mp4 or .mkv.");
    std::optional<VideoFrame> fitted;
    if (source.depth != p.format.depth || source.fullRange != p.format.tags.fullRange)
        fitToOutput(fitted.emplace(source), p.format);
    AVFrame* frame = p.assembler.assemble(fitted ? *fitted : source, cb, cr, p.format);
    if (frame == nullptr) return writeFailed(p.name, AVERROR(ENOMEM));
    // Two frames at one time would be refused by the encoder; a damaged source can have them.
    const std::int64_t time = source.pts - (p.format.cut ? p.format.cut->shift : 0);
    frame->pts = p.lastPts != AV_NOPTS_VALUE && time <= p.lastPts ? p.lastPts + 1 : time;
    p.lastPts = frame->pts;
    setDuration(*frame, source.duration);
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    if (p.checksums) TT_TRY(p.checksums->add(*frame));
    TT_TRY(p.encode(frame));
    ++p.written;
    return p.sink->advance(static_cast<double>(frame->pts) * p.source.timebase.value());
}

Result<> FrameWriter::finish() {
    auto& p = *p_;
    TT_TRY(p.encode(nullptr));
    if (p.format.kind != OutputFormat::Kind::Film && p.packets != p.written)
        return fail(ErrorCode::Failed, fmt::format("{} pictures were encoded but {} written.", p.written, p.packets));
    if (p.checksums) TT_TRY(p.checksums->finish());
    return p.sink->finish();
}

}  // namespace tintreel::media
