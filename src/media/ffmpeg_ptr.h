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
#include <string>

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

/// Routes FFmpeg's own log into ours, once; its warnings are debug talk for our users.
void routeFfmpegLog();

}  // namespace tintreel::media
