// SPDX-License-Identifier: Apache-2.0
#include "media/track_decoder.h"

#include <fmt/format.h>

namespace tintreel::media {
namespace {

// Packets read ahead of a key frame's pictures until all that are shown before it are known.
constexpr std::size_t kMostHeld = 256;

}  // namespace

Result<> TrackDecoder::open(const std::filesystem::path& path, bool picture, int threads) {
    TT_ASSIGN(input_, openInput(path, picture));
    stream_ = chooseVideo(input_.get());
    if (stream_ < 0) return fail(ErrorCode::Input, "'" + path.string() + "' has no video track; give a film.");
    for (unsigned i = 0; i < input_->nb_streams; ++i)
        if (static_cast<int>(i) != stream_) input_->streams[i]->discard = AVDISCARD_ALL;
    const auto* parameters = track()->codecpar;
    const AVCodec* decoder = avcodec_find_decoder(parameters->codec_id);
    if (decoder == nullptr)
        return fail(ErrorCode::Input,
                    fmt::format("'{}' is coded as {}, which this FFmpeg cannot decode; convert it first.",
                                path.string(), avcodec_get_name(parameters->codec_id)));
    codec_.reset(avcodec_alloc_context3(decoder));
    avcodec_parameters_to_context(codec_.get(), parameters);
    codec_->thread_count = threads;
    codec_->pkt_timebase = track()->time_base;
    codec_->opaque = &complaints_;
    if (const int rc = avcodec_open2(codec_.get(), decoder, nullptr); rc < 0)
        return fail(ErrorCode::Input, "The decoder for '" + path.string() + "' cannot be started.", avText(rc));
    restart();
    watch_.start();
    return {};
}

void TrackDecoder::restart() {
    draining_ = false;
    held_.clear();
}

bool TrackDecoder::readPacket(AVPacket* into) {
    while (true) {
        av_packet_unref(into);
        if (av_read_frame(input_.get(), into) < 0) return false;
        if (into->stream_index != stream_) continue;
        ++packetsRead_;
        return true;
    }
}

std::optional<std::int64_t> TrackDecoder::land(std::int64_t time) {
    if (av_seek_frame(input_.get(), stream_, time, AVSEEK_FLAG_BACKWARD) < 0) return std::nullopt;
    avcodec_flush_buffers(codec_.get());
    restart();
    watch_.stop();
    PacketPtr key(av_packet_alloc());
    do
        if (!readPacket(key.get())) return std::nullopt;
    while ((key->flags & AV_PKT_FLAG_KEY) == 0);
    const std::int64_t at = key->pts != AV_NOPTS_VALUE ? key->pts : key->dts;
    if (key->pts != AV_NOPTS_VALUE) watch_.start(key->pts);
    held_.push_back(std::move(key));
    return at;
}

bool TrackDecoder::jump(std::int64_t time, double secondsBack) {
    const auto back = static_cast<std::int64_t>(secondsBack / av_q2d(track()->time_base));
    const auto at = land(time - back);
    return at && (*at == AV_NOPTS_VALUE || *at <= time);
}

std::optional<FrameIndex> TrackDecoder::leadingPictures() {
    const std::int64_t shown = landedOn().pts;
    // Once a packet is decoded later than the key frame is shown, none can be shown before it.
    FrameIndex leading = 0;
    while (held_.back()->dts < shown) {
        PacketPtr ahead(av_packet_alloc());
        if (!readPacket(ahead.get())) break;
        if (ahead->pts == AV_NOPTS_VALUE || ahead->dts == AV_NOPTS_VALUE || held_.size() >= kMostHeld)
            return std::nullopt;
        if (ahead->pts < shown && (ahead->flags & AV_PKT_FLAG_DISCARD) == 0) ++leading;
        held_.push_back(std::move(ahead));
    }
    return leading;
}

Result<bool> TrackDecoder::next(FrameIndex number, FilmDefects* defects) {
    const auto defect = [&](const char* code, std::string message) {
        if (defects != nullptr) defects->add(number, code, std::move(message));
    };
    while (true) {
        const int rc = avcodec_receive_frame(codec_.get(), frame_.get());
        if (rc == 0) return true;
        if (rc == AVERROR_EOF) return false;
        if (rc != AVERROR(EAGAIN)) {
            defect("CORRUPT_FRAME", fmt::format("Frame {} cannot be decoded: {}.", number, avText(rc)));
            (void)complaints_.take();
            if (draining_) return false;
        }
        if (draining_) continue;
        int got = 0;
        if (!held_.empty()) {
            packet_ = std::move(held_.front());
            held_.pop_front();
        } else {
            got = av_read_frame(input_.get(), packet_.get());
            if (got >= 0 && packet_->stream_index == stream_) ++packetsRead_;
        }
        if (got < 0) {
            if (got != AVERROR_EOF)
                defect("TRUNCATED", fmt::format("Reading stopped after frame {}: {}.", number, avText(got)));
            draining_ = true;
            avcodec_send_packet(codec_.get(), nullptr);
            continue;
        }
        if (packet_->stream_index == stream_) {
            if ((packet_->flags & AV_PKT_FLAG_DISCARD) &&
                (!lastHidden_ || packet_->dts == AV_NOPTS_VALUE || packet_->dts > *lastHidden_)) {
                ++hiddenPackets_;
                lastHidden_ = packet_->dts;
            }
            if (packet_->flags & AV_PKT_FLAG_CORRUPT)
                defect("CORRUPT_PACKET", fmt::format("A packet near frame {} is marked as damaged.", number));
            watch_.went(*packet_);
            const int sent = avcodec_send_packet(codec_.get(), packet_.get());
            if (sent < 0 && sent != AVERROR(EAGAIN) && sent != AVERROR_EOF) {
                defect("CORRUPT_PACKET",
                       fmt::format("A packet near frame {} cannot be decoded: {}.", number, avText(sent)));
                (void)complaints_.take();
            }
        }
        av_packet_unref(packet_.get());
    }
}

}  // namespace tintreel::media
