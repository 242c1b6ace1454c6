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
// A jump that lands behind its target is tried again from so many seconds earlier, then from the start.
constexpr double kJumpBack[] = {0, 2, 20};

}  // namespace

struct FrameReader::Private {
    MediaInfo info;
    PictureList pictures;
    std::size_t nextPicture = 0;
    int threads = 0;
    DecoderComplaints complaints;  // before the codec, whose threads may still write to it when it closes
    InputPtr input;
    CodecPtr codec;
    int stream = -1;
    FramePtr frame{av_frame_alloc()};
    PacketPtr packet{av_packet_alloc()};
    PlaneConverter converter;
    bool draining = false, ended = false;
    bool packetHeld = false;  // `packet` was read by jump() and not yet decoded
    FrameIndex index = 0;
    std::int64_t discardPackets = 0;  // frames an edit list hides
    std::vector<std::int64_t> times;  // pts of every frame met so far, by index
    FrameIndex skipTo = -1;           // after a seek: the frame wanted
    std::int64_t skipToTime = 0;
    FrameIndex skipCount = -1;        // frames to pass over first where times cannot tell; -1: times tell
    std::int64_t timeShift = 0;       // joined MPEG streams start their clocks again; their times are moved behind the part before
    int firstWidth = 0, firstHeight = 0;
    std::vector<Defect> defects;
    DecodeStats stats;
    bool sizeReported = false;
    bool timesTell = true;            // false where frames have no times of their own, or the same time twice

    /// Once a frame and code: a seek reads the same damage again.
    void defect(std::string code, std::string message) {
        if (skipTo >= 0 || defects.size() >= kMaxListedDefects) return;
        if (std::none_of(defects.begin(), defects.end(), [&](const Defect& d) { return d.frame == index && d.code == code; }))
            defects.push_back({index, std::move(code), std::move(message)});
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
        codec->opaque = &complaints;
        if (const int rc = avcodec_open2(codec.get(), decoder, nullptr); rc < 0)
            return fail(ErrorCode::Input, "The decoder for '" + path.string() + "' cannot be started.", avText(rc));
        draining = packetHeld = false;
        return {};
    }

    /// Moves the demuxer to a key packet shown at `time` or before. false: it cannot be told to land there; MPEG streams
    /// have no index and land where they will.
    bool jump(std::int64_t time, double secondsBack) {
        const auto* s = input->streams[stream];
        const auto from = time - static_cast<std::int64_t>(secondsBack / av_q2d(s->time_base));
        if (av_seek_frame(input.get(), stream, from, AVSEEK_FLAG_BACKWARD) < 0) return false;
        avcodec_flush_buffers(codec.get());
        draining = packetHeld = false;
        while (true) {
            av_packet_unref(packet.get());
            if (av_read_frame(input.get(), packet.get()) < 0) return false;
            if (packet->stream_index != stream || (packet->flags & AV_PKT_FLAG_KEY) == 0) continue;
            const std::int64_t at = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
            packetHeld = at == AV_NOPTS_VALUE || at <= time;
            return packetHeld;
        }
    }

    [[nodiscard]] bool seeksByTime() const { return skipTo >= 0 && skipCount < 0 && info.container != "pictures"; }

    /// Starts over; frames up to the wanted one are counted.
    Result<> rewind() {
        TT_TRY(openCodec(info.path, false));
        skipCount = skipTo;
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
                (void)complaints.take();
                if (draining) return false;
            }
            if (draining) continue;
            const int got = packetHeld ? 0 : av_read_frame(input.get(), packet.get());
            packetHeld = false;
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
                if (sent < 0 && sent != AVERROR(EAGAIN) && sent != AVERROR_EOF) {
                    defect("CORRUPT_PACKET", fmt::format("A packet near frame {} cannot be decoded: {}.", index, avText(sent)));
                    (void)complaints.take();
                }
            }
            av_packet_unref(packet.get());
        }
    }

    /// Presentation time of a frame not met before.
    std::int64_t newTime(std::int64_t duration) {
        const std::int64_t after = times.empty() ? 0 : times.back() + std::max<std::int64_t>(1, duration);
        if (frame->best_effort_timestamp == AV_NOPTS_VALUE) {
            timesTell = false;
            return after;
        }
        const std::int64_t time = frame->best_effort_timestamp + timeShift;
        // A single frame out of order is damage; a jump back over several is another film's clock.
        if (times.empty() || (input->iformat->flags & AVFMT_TS_DISCONT) == 0 || times.back() - time <= 3 * std::max<std::int64_t>(1, duration)) return time;
        timesTell = false;
        timeShift += after - time;
        return after;
    }

    VideoFrame take() {
        VideoFrame out;
        out.index = index;
        out.duration = info.container == "pictures" ? 1 : durationOf(*frame);
        out.pts = index < static_cast<FrameIndex>(times.size()) ? times[static_cast<std::size_t>(index)] : newTime(out.duration);
        out.interlaced = frame->interlaced_frame != 0;
        out.topFieldFirst = frame->top_field_first != 0;
        out.corrupt = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
        if (out.corrupt) defect("CORRUPT_FRAME", fmt::format("Frame {} is damaged; the decoder patched it.", index));
        // Decoders with threads complain a few frames ahead.
        if (const std::string complaint = complaints.take(); !complaint.empty() && !out.corrupt) {
            out.corrupt = true;
            defect("CORRUPT_FRAME", fmt::format("Frame {} or one close to it is damaged; the decoder patched it ({}).", index, complaint));
        }
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
            if (p.seeksByTime()) {
                p.timesTell = false;
                TT_TRY(p.rewind());
                continue;
            }
            p.ended = true;
            if (p.skipTo < 0 || p.index >= p.skipTo) p.checkCount();
            break;
        }
        if (p.info.container == "pictures") p.frame->best_effort_timestamp = p.index;
        if (p.skipTo >= 0) {
            // Some streams time their frames by those before, which a jump leaves out.
            if (p.seeksByTime() && p.frame->best_effort_timestamp > p.skipToTime) {
                p.timesTell = false;
                TT_TRY(p.rewind());
                continue;
            }
            // After a jump: frames before the wanted one are decoded because later ones lean on them.
            const bool wanted = p.info.container == "pictures" || (p.skipCount >= 0 ? p.skipCount-- == 0 : p.frame->best_effort_timestamp >= p.skipToTime);
            if (!wanted) {
                ++p.stats.framesDiscarded;
                av_frame_unref(p.frame.get());
                continue;
            }
            (void)p.complaints.take();
            p.index = p.skipTo;
            p.skipTo = p.skipCount = -1;
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
    p.skipTo = target;
    p.skipToTime = time;
    p.ended = false;
    p.skipCount = -1;
    if (p.timesTell)
        for (const double back : kJumpBack)
            if (p.jump(time, back)) return {};
    return p.rewind();
}

}  // namespace tintreel::media
