// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/frame_writer.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "media/convert.h"
#include "media/demux.h"
#include "media/track_copier.h"

namespace tintreel::media {
namespace {

constexpr const char* kMark = "Colorized with Tintreel; the colours are not original.";

/// Codes of one depth at another, rounded, clipped: white stays white at full range, else the power of two counts (H.273).
std::uint16_t atDepth(std::uint16_t code, int from, int to, bool fullRange) {
    if (from == to) return code;
    if (fullRange) {
        const std::uint32_t highest = (1U << from) - 1, wanted = (1U << to) - 1;
        return static_cast<std::uint16_t>((std::min<std::uint64_t>(code, highest) * wanted + highest / 2) / highest);
    }
    if (to > from) return static_cast<std::uint16_t>(code << (to - from));
    const int shift = from - to;
    return static_cast<std::uint16_t>(std::min((code + (1 << (shift - 1))) >> shift, (1 << to) - 1));
}

/// The prefix keeps names like "a:b.mp4" or "-x.mp4" from being read as protocols or options.
std::string urlOf(const std::filesystem::path& file) { return "file:" + file.string(); }

AVCodecID codecOfPicture(const std::filesystem::path& name) {
    const std::string extension = name.extension().string();
    return extension.size() == 4 && std::tolower(static_cast<unsigned char>(extension[1])) == 'p' ? AV_CODEC_ID_PNG : AV_CODEC_ID_TIFF;
}

/// Copies a plane into a frame, repeating the last column and row where the frame is larger.
void fillPlane(AVFrame* frame, int plane, const Plane<std::uint16_t>& source, int sourceDepth, int depth, bool fullRange, int width, int height) {
    for (int y = 0; y < height; ++y) {
        const std::uint16_t* from = source.row(std::min(y, source.height - 1));
        std::uint8_t* row = frame->data[plane] + static_cast<std::ptrdiff_t>(y) * frame->linesize[plane];
        for (int x = 0; x < width; ++x) {
            const std::uint16_t code = atDepth(from[std::min(x, source.width - 1)], sourceDepth, depth, fullRange);
            if (depth > 8)
                std::memcpy(row + 2 * x, &code, 2);
            else
                row[x] = static_cast<std::uint8_t>(code);
        }
    }
}

}  // namespace

struct FrameWriter::Private {
    OutputFormat format;
    MediaInfo source;
    std::filesystem::path file, name;
    OutputPtr output;            // null for pictures
    CodecPtr codec;
    AVStream* stream = nullptr;  // null for pictures
    std::optional<NumberPattern> pattern;  // of numbered pictures
    std::vector<std::int64_t> numbers;     // of the source's pictures
    TrackCopier copier;
    FramePtr frame{av_frame_alloc()}, picture;
    PacketPtr packet{av_packet_alloc()};
    SwsPtr toRgb;
    std::int64_t written = 0;
    std::int64_t lastPts = AV_NOPTS_VALUE;
    std::vector<std::string> warnings;
    std::int64_t picturesWritten = 0;

    [[nodiscard]] bool isPicture() const { return format.preset == "picture" || format.preset == "frames"; }

    Unexpected failed(int rc) const {
        return fail(ErrorCode::Output, fmt::format("'{}' cannot be written{}.", name.string(), rc == AVERROR(ENOSPC) ? ": the disk is full; make room and start again" : "; is there room on the disk?"), avText(rc));
    }

    Result<> setUpCodec(int threads) {
        const bool png = codecOfPicture(name) == AV_CODEC_ID_PNG;
        const AVCodec* encoder = format.preset == "review"   ? avcodec_find_encoder_by_name("libx264")
                                 : format.preset == "master" ? avcodec_find_encoder(AV_CODEC_ID_FFV1)
                                                             : avcodec_find_encoder(codecOfPicture(name));
        if (encoder == nullptr) return fail(ErrorCode::Output, "This FFmpeg lacks the encoder that the preset " + format.preset + " needs.");
        codec.reset(avcodec_alloc_context3(encoder));
        codec->width = format.preset == "review" ? (format.width + 1) / 2 * 2 : format.width;
        codec->height = format.preset == "review" ? (format.height + 1) / 2 * 2 : format.height;
        codec->pix_fmt = isPicture() ? (format.depth > 8 ? (png ? AV_PIX_FMT_RGB48BE : AV_PIX_FMT_RGB48LE) : AV_PIX_FMT_RGB24) : av_get_pix_fmt(format.pixelFormat.c_str());
        codec->time_base = {static_cast<int>(source.timebase.num), static_cast<int>(source.timebase.den)};
        codec->framerate = {static_cast<int>(source.frameRate.num), static_cast<int>(source.frameRate.den)};
        codec->sample_aspect_ratio = {static_cast<int>(source.sampleAspect.num), static_cast<int>(source.sampleAspect.den)};
        codec->thread_count = threads;
        if (!isPicture()) {
            codec->colorspace = static_cast<AVColorSpace>(format.tags.matrix);
            codec->color_primaries = static_cast<AVColorPrimaries>(format.tags.primaries);
            codec->color_trc = static_cast<AVColorTransferCharacteristic>(format.tags.transfer);
            codec->color_range = format.tags.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
            codec->chroma_sample_location = format.chromaShiftX == 0 ? AVCHROMA_LOC_UNSPECIFIED : format.tags.chromaLocation != 0 ? static_cast<AVChromaLocation>(format.tags.chromaLocation) : AVCHROMA_LOC_LEFT;
        }
        Dictionary options;
        if (format.preset == "review") {
            options.set("crf", "17");
            options.set("preset", "medium");
        } else if (format.preset == "master") {
            codec->level = 3;
            codec->gop_size = 1;
            codec->slices = format.width * format.height > 1024 * 576 ? 16 : 4;
            options.set("slicecrc", "1");
        }
        if (output && (output->oformat->flags & AVFMT_GLOBALHEADER)) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        if (const int rc = avcodec_open2(codec.get(), encoder, options.out()); rc < 0)
            return fail(ErrorCode::Output, fmt::format("The encoder {} refuses {}x{} {}.", encoder->name, codec->width, codec->height, format.pixelFormat), avText(rc));
        return {};
    }

    Result<> open(int threads) {
        if (isPicture()) {
            TT_TRY(setUpCodec(threads));
            if (format.preset == "frames") {
                pattern = numberPatternOf(name);
                numbers = listPictures(source.path).numbers;
            }
        } else {
            TT_TRY(openContainer(threads));
        }
        frame->width = codec->width;
        frame->height = codec->height;
        frame->format = isPicture() ? (format.depth > 8 ? AV_PIX_FMT_YUV444P16LE : AV_PIX_FMT_YUV444P) : codec->pix_fmt;
        frame->colorspace = static_cast<AVColorSpace>(format.tags.matrix);
        frame->color_range = format.tags.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
        return {};
    }

    Result<> openContainer(int threads) {
        AVFormatContext* raw = nullptr;
        int rc = avformat_alloc_output_context2(&raw, nullptr, nullptr, name.string().c_str());
        if (rc < 0 || raw == nullptr) return fail(ErrorCode::Output, "No container fits the ending of '" + name.string() + "'; use .mp4, .mov or .mkv.");
        output.reset(raw);
        TT_TRY(setUpCodec(threads));
        stream = avformat_new_stream(raw, nullptr);
        avcodec_parameters_from_context(stream->codecpar, codec.get());
        stream->time_base = codec->time_base;
        stream->avg_frame_rate = codec->framerate;
        stream->sample_aspect_ratio = codec->sample_aspect_ratio;
        TT_TRY(copier.open(source, raw, format.cut));
        warnings = copier.warnings();
        if (const AVStream* video = copier.sourceVideo()) {
            av_dict_copy(&stream->metadata, video->metadata, 0);
            stream->disposition = video->disposition;
            std::size_t size = 0;
            if (const auto* matrix = av_stream_get_side_data(video, AV_PKT_DATA_DISPLAYMATRIX, &size))
                if (auto* copy = av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, size)) std::memcpy(copy, matrix, size);
        }
        av_dict_set(&stream->metadata, "encoder", nullptr, 0);
        av_dict_set(&raw->metadata, "comment", kMark, 0);
        if (!source.timecode.empty()) av_dict_set(&stream->metadata, "timecode", source.timecode.c_str(), 0);
        Dictionary options;
        if (std::string(raw->oformat->name) == "mp4" || std::string(raw->oformat->name) == "mov") {
            options.set("movflags", "faststart+use_metadata_tags");
            // Keeps the source's own ticks, which is what keeps variable rates exact.
            options.set("video_track_timescale", std::to_string(source.timebase.num == 1 ? source.timebase.den : 90000));
        }
        const std::string url = urlOf(file);
        if (rc = avio_open(&raw->pb, url.c_str(), AVIO_FLAG_WRITE); rc < 0) return failed(rc);
        av_freep(&raw->url);
        raw->url = av_strdup(url.c_str());
        // A source that starts late keeps its offset; only times below zero would have to be moved.
        raw->avoid_negative_ts = AVFMT_AVOID_NEG_TS_MAKE_NON_NEGATIVE;
        if (rc = avformat_write_header(raw, options.out()); rc < 0) return failed(rc);
        return {};
    }

    /// A packet of a picture encoder is the whole file.
    int writePicture() {
        std::filesystem::path target = file;
        if (pattern) {
            const std::int64_t frameNumber = picturesWritten + (format.cut ? format.cut->first : 0);
            const auto n = static_cast<std::size_t>(frameNumber);
            const std::int64_t number = n < numbers.size() ? numbers[n] : numbers.empty() ? frameNumber : numbers.back() + frameNumber - static_cast<std::int64_t>(numbers.size()) + 1;
            target /= pattern->nameOf(number);
        }
        AVIOContext* io = nullptr;
        if (const int rc = avio_open(&io, urlOf(target).c_str(), AVIO_FLAG_WRITE); rc < 0) return rc;
        avio_write(io, packet->data, packet->size);
        avio_flush(io);
        const int error = io->error, closed = avio_closep(&io);
        ++picturesWritten;
        return error < 0 ? error : closed;
    }

    Result<> encode(const AVFrame* input) {
        int rc = avcodec_send_frame(codec.get(), input);
        while (rc >= 0) {
            rc = avcodec_receive_packet(codec.get(), packet.get());
            if (rc == AVERROR(EAGAIN) || rc == AVERROR_EOF) return {};
            if (rc < 0) break;
            if (isPicture()) {
                rc = writePicture();
                av_packet_unref(packet.get());
                continue;
            }
            packet->stream_index = stream->index;
            av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
            rc = av_interleaved_write_frame(output.get(), packet.get());
            // A full disk shows in the I/O layer before the muxer says so.
            if (rc >= 0 && output->pb->error < 0) rc = output->pb->error;
        }
        return failed(rc);
    }

    /// yuv444 of the frame → the picture encoder's RGB.
    const AVFrame* asRgb() {
        if (!picture) {
            picture.reset(av_frame_alloc());
            picture->width = frame->width;
            picture->height = frame->height;
            picture->format = codec->pix_fmt;
            av_frame_get_buffer(picture.get(), 0);
            toRgb.reset(sws_getContext(frame->width, frame->height, static_cast<AVPixelFormat>(frame->format), frame->width, frame->height, codec->pix_fmt,
                                       SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr));
            setScalerColors(toRgb.get(), format.tags.matrix, format.tags.fullRange, format.tags.matrix, true);
        }
        // The encoder's threads may still hold the picture before.
        av_frame_make_writable(picture.get());
        sws_scale(toRgb.get(), frame->data, frame->linesize, 0, frame->height, picture->data, picture->linesize);
        picture->pts = frame->pts;
        return picture.get();
    }
};

FrameWriter::FrameWriter(std::unique_ptr<Private> p) : p_(std::move(p)) {}
FrameWriter::FrameWriter(FrameWriter&&) noexcept = default;
FrameWriter& FrameWriter::operator=(FrameWriter&&) noexcept = default;
FrameWriter::~FrameWriter() = default;

std::int64_t FrameWriter::framesWritten() const noexcept { return p_->written; }
const std::vector<std::string>& FrameWriter::warnings() const noexcept { return p_->warnings; }

Result<FrameWriter> FrameWriter::create(const std::filesystem::path& file, const std::filesystem::path& finalName, const OutputFormat& format, const MediaInfo& source,
                                        int threads) {
    auto p = std::make_unique<Private>();
    p->format = format;
    p->source = source;
    p->file = file;
    p->name = finalName;
    TT_TRY(p->open(threads));
    return FrameWriter(std::move(p));
}

Result<> FrameWriter::write(const VideoFrame& source, const Plane<std::uint16_t>& cb, const Plane<std::uint16_t>& cr) {
    auto& p = *p_;
    if (p.format.preset == "picture" && p.written > 0)
        return fail(ErrorCode::Output, "'" + p.name.string() + "' holds one picture, the source has more frames; number them with a name like FOLDER/frame_%06d.png, or choose .mp4 or .mkv.");
    if (p.frame->buf[0] == nullptr && av_frame_get_buffer(p.frame.get(), 0) < 0) return p.failed(AVERROR(ENOMEM));
    // The encoder may still hold the buffers of the frame before.
    if (av_frame_make_writable(p.frame.get()) < 0) return p.failed(AVERROR(ENOMEM));
    AVFrame* frame = p.frame.get();
    fillPlane(frame, 0, source.y, source.depth, p.format.depth, p.format.tags.fullRange, frame->width, frame->height);
    const int chromaWidth = AV_CEIL_RSHIFT(frame->width, p.format.chromaShiftX), chromaHeight = AV_CEIL_RSHIFT(frame->height, p.format.chromaShiftY);
    fillPlane(frame, 1, cb, p.format.depth, p.format.depth, false, chromaWidth, chromaHeight);
    fillPlane(frame, 2, cr, p.format.depth, p.format.depth, false, chromaWidth, chromaHeight);
    // Two frames at one time would be refused by the encoder; a damaged source can have them.
    const std::int64_t time = source.pts - (p.format.cut ? p.format.cut->shift : 0);
    frame->pts = p.lastPts != AV_NOPTS_VALUE && time <= p.lastPts ? p.lastPts + 1 : time;
    p.lastPts = frame->pts;
    setDuration(*frame, source.duration);
    frame->pict_type = AV_PICTURE_TYPE_NONE;
    TT_TRY(p.encode(p.isPicture() ? p.asRgb() : frame));
    ++p.written;
    if (p.isPicture()) return {};
    return p.copier.copyUntil(p.output.get(), static_cast<double>(frame->pts) * p.source.timebase.value());
}

Result<> FrameWriter::finish() {
    auto& p = *p_;
    TT_TRY(p.encode(nullptr));
    if (p.isPicture()) {
        if (p.picturesWritten != p.written) return fail(ErrorCode::Failed, fmt::format("{} pictures were encoded but {} written.", p.written, p.picturesWritten));
        return {};
    }
    TT_TRY(p.copier.copyUntil(p.output.get(), -1));
    int rc = av_write_trailer(p.output.get());
    if (rc >= 0) {
        avio_flush(p.output->pb);
        rc = p.output->pb->error;
    }
    if (rc < 0) return p.failed(rc);
    if (rc = avio_closep(&p.output->pb); rc < 0) return p.failed(rc);
    return {};
}

}  // namespace tintreel::media
