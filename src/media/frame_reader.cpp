// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/frame_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "media/convert.h"
#include "media/demux.h"

namespace tintreel::media {
namespace {

constexpr int kMaxListedDefects = 1000;

}  // namespace

struct FrameReader::Private {
    MediaInfo info;
    PictureList pictures;
    std::size_t nextPicture = 0;
    int threads = 0;
    InputPtr input;
    CodecPtr codec;
    int stream = -1;
    FramePtr frame{av_frame_alloc()};
    PacketPtr packet{av_packet_alloc()};
    PlaneConverter converter;
    bool draining = false, ended = false;
    FrameIndex index = 0;
    std::int64_t discardPackets = 0;  // frames an edit list hides
    std::vector<std::int64_t> times;  // pts of every frame met so far, by index
    FrameIndex skipTo = -1;           // after a seek: the frame wanted
    std::int64_t skipToTime = 0;
    int firstWidth = 0, firstHeight = 0;
    std::vector<Defect> defects;
    DecodeStats stats;
    bool sizeReported = false;
    std::int64_t lastPts = AV_NOPTS_VALUE;

    void defect(std::string code, std::string message) {
        if (defects.size() < kMaxListedDefects) defects.push_back({index, std::move(code), std::move(message)});
    }

    Result<> openCodec(const std::filesystem::path& path, bool picture) {
        TT_ASSIGN(input, openInput(path, picture));
        stream = chooseVideo(input.get());
        if (stream < 0) return fail(ErrorCode::Input, "'" + path.string() + "' has no video track; give a film.");
        for (unsigned i = 0; i < input->nb_streams; ++i)
            if (static_cast<int>(i) != stream) input->streams[i]->discard = AVDISCARD_ALL;
        const auto* parameters = input->streams[stream]->codecpar;
        const AVCodec* decoder = avcodec_find_decoder(parameters->codec_id);
        if (decoder == nullptr)
            return fail(ErrorCode::Input, fmt::format("'{}' is coded as {}, which this FFmpeg cannot decode; convert it first.", path.string(), avcodec_get_name(parameters->codec_id)));
        codec.reset(avcodec_alloc_context3(decoder));
        avcodec_parameters_to_context(codec.get(), parameters);
        codec->thread_count = threads;
        codec->pkt_timebase = input->streams[stream]->time_base;
        if (const int rc = avcodec_open2(codec.get(), decoder, nullptr); rc < 0)
            return fail(ErrorCode::Input, "The decoder for '" + path.string() + "' cannot be started.", avText(rc));
        draining = false;
        return {};
    }

    /// Feeds packets until the decoder gives a frame. false: at the end.
    Result<bool> decode() {
        while (true) {
            const int rc = avcodec_receive_frame(codec.get(), frame.get());
            if (rc == 0) return true;
            if (rc == AVERROR_EOF) return false;
            if (rc != AVERROR(EAGAIN)) {
                defect("CORRUPT_FRAME", fmt::format("Frame {} cannot be decoded: {}.", index, avText(rc)));
                if (draining) return false;
            }
            if (draining) continue;
            const int got = av_read_frame(input.get(), packet.get());
            if (got < 0) {
                if (got != AVERROR_EOF) defect("TRUNCATED", fmt::format("Reading stopped after frame {}: {}.", index, avText(got)));
                draining = true;
                avcodec_send_packet(codec.get(), nullptr);
                continue;
            }
            if (packet->stream_index == stream) {
                ++stats.packetsRead;
                if (packet->flags & AV_PKT_FLAG_DISCARD) ++discardPackets;
                if (packet->flags & AV_PKT_FLAG_CORRUPT) defect("CORRUPT_PACKET", fmt::format("A packet near frame {} is marked as damaged.", index));
                const int sent = avcodec_send_packet(codec.get(), packet.get());
                if (sent < 0 && sent != AVERROR(EAGAIN) && sent != AVERROR_EOF)
                    defect("CORRUPT_PACKET", fmt::format("A packet near frame {} cannot be decoded: {}.", index, avText(sent)));
            }
            av_packet_unref(packet.get());
        }
    }

    VideoFrame take() {
        VideoFrame out;
        out.index = index;
        out.pts = frame->best_effort_timestamp != AV_NOPTS_VALUE ? frame->best_effort_timestamp : lastPts == AV_NOPTS_VALUE ? 0 : lastPts + std::max<std::int64_t>(1, frame->pkt_duration);
        out.duration = frame->pkt_duration;
        out.interlaced = frame->interlaced_frame != 0;
        out.topFieldFirst = frame->top_field_first != 0;
        out.corrupt = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
        if (out.corrupt) defect("CORRUPT_FRAME", fmt::format("Frame {} is damaged; the decoder patched it.", index));
        if (frame->width != firstWidth || frame->height != firstHeight) {
            if (firstWidth == 0) {
                firstWidth = frame->width;
                firstHeight = frame->height;
            } else if (!sizeReported) {
                sizeReported = true;
                defect("SIZE_CHANGE", fmt::format("From frame {} on the picture is {}x{} instead of {}x{}; it is scaled to the first size.", index, frame->width, frame->height, firstWidth, firstHeight));
            }
        }
        converter.convert(*frame, firstWidth, firstHeight, info.assumed, out);
        lastPts = out.pts;
        return out;
    }

    void checkCount() {
        if (info.container == "pictures") {
            if (pictures.gaps > 0) defect("SEQUENCE_GAP", fmt::format("{} pictures are missing in the sequence.", pictures.gaps));
            return;
        }
        const std::int64_t expected = info.expectedFrames - discardPackets;
        const std::int64_t slack = info.expectedIsExact ? 0 : std::max<std::int64_t>(2, info.expectedFrames / 20);
        if (!info.variableRate && index < expected - slack)
            defect("TRUNCATED", fmt::format("The film ends after {} frames, its header says {}; the file is cut short or damaged.", index, expected));
    }
};

FrameReader::FrameReader(std::unique_ptr<Private> p) : p_(std::move(p)) {}
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

Result<FrameReader> FrameReader::open(const std::filesystem::path& path, int threads) {
    auto p = std::make_unique<Private>();
    TT_ASSIGN(p->info, probe(path));
    p->threads = threads;
    p->pictures = listPictures(path);
    if (p->info.container == "pictures")
        TT_TRY(p->openCodec(p->pictures.files.front(), true));
    else
        TT_TRY(p->openCodec(path, false));
    return FrameReader(std::move(p));
}

const MediaInfo& FrameReader::info() const noexcept { return p_->info; }
const std::vector<Defect>& FrameReader::defects() const noexcept { return p_->defects; }
const DecodeStats& FrameReader::stats() const noexcept { return p_->stats; }

Result<std::optional<VideoFrame>> FrameReader::next() {
    auto& p = *p_;
    while (!p.ended) {
        TT_ASSIGN(const bool got, p.decode());
        if (!got) {
            if (p.info.container == "pictures" && ++p.nextPicture < p.pictures.files.size()) {
                auto opened = p.openCodec(p.pictures.files[p.nextPicture], true);
                if (!opened) return tl::unexpected(opened.error());
                continue;
            }
            p.ended = true;
            if (p.skipTo < 0 || p.index >= p.skipTo) p.checkCount();
            break;
        }
        if (p.info.container == "pictures") p.frame->best_effort_timestamp = p.index, p.frame->pkt_duration = 1;
        if (p.skipTo >= 0) {
            // After a jump: frames before the wanted one are decoded because later ones lean on them.
            const bool wanted = p.info.container == "pictures" || p.frame->best_effort_timestamp >= p.skipToTime;
            if (!wanted) {
                ++p.stats.framesDiscarded;
                av_frame_unref(p.frame.get());
                continue;
            }
            p.index = p.skipTo;
            p.skipTo = -1;
            if (p.info.container == "pictures") p.frame->best_effort_timestamp = p.index;
        }
        VideoFrame out = p.take();
        av_frame_unref(p.frame.get());
        if (p.index == static_cast<FrameIndex>(p.times.size())) p.times.push_back(out.pts);
        ++p.index;
        ++p.stats.framesDecoded;
        return std::optional<VideoFrame>(std::move(out));
    }
    return std::optional<VideoFrame>();
}

Result<> FrameReader::seek(FrameIndex target) {
    auto& p = *p_;
    if (target < 0) return fail(ErrorCode::Usage, "There is no frame before frame 0.");
    ++p.stats.seeks;
    if (p.info.container == "pictures") {
        if (target >= static_cast<FrameIndex>(p.pictures.files.size())) {
            p.ended = true;
            return {};
        }
        p.nextPicture = static_cast<std::size_t>(target);
        TT_TRY(p.openCodec(p.pictures.files[p.nextPicture], true));
        p.ended = false;
        p.index = target;
        return {};
    }
    // Only frames met before have a known time; anything beyond is reached by decoding on from the last of them.
    if (target >= static_cast<FrameIndex>(p.times.size())) {
        if (!p.times.empty() && p.index != static_cast<FrameIndex>(p.times.size())) TT_TRY(seek(static_cast<FrameIndex>(p.times.size()) - 1));
        while (p.index < target) {
            TT_ASSIGN(const auto frame, next());
            if (!frame) return {};
            ++p.stats.framesDiscarded;
        }
        return {};
    }
    const std::int64_t time = p.times[static_cast<std::size_t>(target)];
    int rc = av_seek_frame(p.input.get(), p.stream, time, AVSEEK_FLAG_BACKWARD);
    if (rc < 0) rc = av_seek_frame(p.input.get(), p.stream, p.times.front(), AVSEEK_FLAG_BACKWARD | AVSEEK_FLAG_ANY);
    if (rc < 0) return fail(ErrorCode::Input, "'" + p.info.path.string() + "' cannot be rewound.", avText(rc));
    avcodec_flush_buffers(p.codec.get());
    p.draining = p.ended = false;
    p.skipTo = target;
    p.skipToTime = time;
    return {};
}

}  // namespace tintreel::media
