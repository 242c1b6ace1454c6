// SPDX-License-Identifier: Apache-2.0
#include "media/luma_filter.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
}

#include <algorithm>

#include <fmt/format.h>

namespace tintreel::media {

Result<LumaFilter> LumaFilter::create(const std::string& chain, const VideoFrame& first) {
    LumaFilter filter;
    filter.graph_.reset(avfilter_graph_alloc());
    const auto failed = [&](int rc) {
        return fail(ErrorCode::Failed, "This FFmpeg cannot filter by \"" + chain + "\"; install one with all filters.",
                    avText(rc));
    };
    const std::string arguments =
        fmt::format("video_size={}x{}:pix_fmt={}:time_base=1/1:pixel_aspect=1/1", first.y.width, first.y.height,
                    static_cast<int>(first.depth > 8 ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8));
    int rc = avfilter_graph_create_filter(&filter.source_, avfilter_get_by_name("buffer"), "in", arguments.c_str(),
                                          nullptr, filter.graph_.get());
    if (rc >= 0)
        rc = avfilter_graph_create_filter(&filter.sink_, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr,
                                          filter.graph_.get());
    if (rc < 0) return failed(rc);
    AVFilterInOut *outputs = avfilter_inout_alloc(), *inputs = avfilter_inout_alloc();
    *outputs = {av_strdup("in"), filter.source_, 0, nullptr};
    *inputs = {av_strdup("out"), filter.sink_, 0, nullptr};
    rc = avfilter_graph_parse_ptr(filter.graph_.get(), chain.c_str(), &inputs, &outputs, nullptr);
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    if (rc >= 0) rc = avfilter_graph_config(filter.graph_.get(), nullptr);
    if (rc < 0) return failed(rc);
    return filter;
}

Result<> LumaFilter::push(const VideoFrame* frame) {
    FramePtr out;
    if (frame != nullptr) {
        out.reset(av_frame_alloc());
        out->width = frame->y.width;
        out->height = frame->y.height;
        out->format = frame->depth > 8 ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8;
        out->pts = pushed_++;
        out->interlaced_frame = frame->interlaced ? 1 : 0;
        out->top_field_first = frame->topFieldFirst ? 1 : 0;
        if (av_frame_get_buffer(out.get(), 0) < 0)
            return fail(ErrorCode::Failed, "There is not enough memory to filter a frame.");
        for (int y = 0; y < frame->y.height; ++y) {
            const std::uint16_t* from = frame->y.row(y);
            std::uint8_t* row = out->data[0] + static_cast<std::ptrdiff_t>(y) * out->linesize[0];
            if (frame->depth > 8) {
                auto* wide = reinterpret_cast<std::uint16_t*>(row);
                std::transform(from, from + frame->y.width, wide, [&](std::uint16_t code) {
                    return static_cast<std::uint16_t>(code << (16 - frame->depth));
                });
            } else {
                std::transform(from, from + frame->y.width, row,
                               [](std::uint16_t code) { return static_cast<std::uint8_t>(code); });
            }
        }
    }
    const int rc = av_buffersrc_add_frame(source_, out.get());
    return rc < 0 ? Result<>(fail(ErrorCode::Failed, "A frame cannot be filtered.", avText(rc))) : Result<>();
}

FramePtr LumaFilter::pull() {
    FramePtr frame(av_frame_alloc());
    return av_buffersink_get_frame(sink_, frame.get()) >= 0 ? std::move(frame) : nullptr;
}

}  // namespace tintreel::media
