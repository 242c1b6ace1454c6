// SPDX-License-Identifier: Apache-2.0
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libavutil/display.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace tintreel::media {

/// Owners of FFmpeg objects; no other file spells av_*_free.
struct FfmpegFree {
    void operator()(AVFormatContext* p) const noexcept { avformat_close_input(&p); }
    void operator()(AVCodecContext* p) const noexcept { avcodec_free_context(&p); }
    void operator()(AVFrame* p) const noexcept { av_frame_free(&p); }
    void operator()(AVPacket* p) const noexcept { av_packet_free(&p); }
    void operator()(SwsContext* p) const noexcept { sws_freeContext(p); }
};
struct OutputFree {
    void operator()(AVFormatContext* p) const noexcept {
        if (p->pb != nullptr) avio_closep(&p->pb);
        avformat_free_context(p);
    }
};
using InputPtr = std::unique_ptr<AVFormatContext, FfmpegFree>;
using OutputPtr = std::unique_ptr<AVFormatContext, OutputFree>;
using CodecPtr = std::unique_ptr<AVCodecContext, FfmpegFree>;
using FramePtr = std::unique_ptr<AVFrame, FfmpegFree>;
using PacketPtr = std::unique_ptr<AVPacket, FfmpegFree>;
using SwsPtr = std::unique_ptr<SwsContext, FfmpegFree>;

/// A dictionary of options that is freed with its owner.
class Dictionary {
public:
    Dictionary() = default;
    Dictionary(const Dictionary&) = delete;
    Dictionary& operator=(const Dictionary&) = delete;
    ~Dictionary() { av_dict_free(&d_); }
    void set(const char* key, const std::string& value) { av_dict_set(&d_, key, value.c_str(), 0); }
    [[nodiscard]] AVDictionary** out() noexcept { return &d_; }
    [[nodiscard]] AVDictionary* get() const noexcept { return d_; }

private:
    AVDictionary* d_ = nullptr;
};

[[nodiscard]] inline std::string avText(int code) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(code, text, sizeof text);
    return text;
}

/// A frame's duration in the stream's timebase; FFmpeg 6 renamed the field and 7 took the old name away.
[[nodiscard]] inline std::int64_t durationOf(const AVFrame& frame) noexcept {
#if LIBAVUTIL_VERSION_MAJOR >= 58
    return frame.duration;
#else
    return frame.pkt_duration;
#endif
}
inline void setDuration(AVFrame& frame, std::int64_t duration) noexcept {
#if LIBAVUTIL_VERSION_MAJOR >= 58
    frame.duration = duration;
#else
    frame.pkt_duration = duration;
#endif
}

/// What a decoder complained of. Several decoders patch a damaged picture, say so in the log and nowhere else (FFV1's
/// slice checksums, for one). Set as `opaque` of a codec context; the decoder's threads share it.
class DecoderComplaints {
public:
    void add(const std::string& text) {
        const std::lock_guard lock(mutex_);
        if (first_.empty()) first_ = text;
    }
    /// The first complaint since the last call, "" for none.
    [[nodiscard]] std::string take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(first_, {});
    }

private:
    std::mutex mutex_;
    std::string first_;
};

/// Routes FFmpeg's own log into ours, once; its warnings are debug talk for our users, a decoder's errors go to its
/// DecoderComplaints too.
void routeFfmpegLog();

}  // namespace tintreel::media
