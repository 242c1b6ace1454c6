// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

extern "C" {
#include <libavfilter/avfilter.h>
}

#include "media/ffmpeg_ptr.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::media {

/// A chain of libavfilter that luma goes through, frame by frame.
class LumaFilter {
public:
    /// `chain` as on ffmpeg's command line: "bwdif=mode=send_frame". Error: Failed where this FFmpeg lacks a filter.
    [[nodiscard]] static Result<LumaFilter> create(const std::string& chain, const VideoFrame& first);
    /// The next frame; null ends the film. 8 bits go in as they are, deeper ones as 16.
    [[nodiscard]] Result<> push(const VideoFrame* frame);
    /// What comes out; null: more must be pushed, or all came.
    [[nodiscard]] FramePtr pull();

private:
    struct GraphFree {
        void operator()(AVFilterGraph* p) const noexcept { avfilter_graph_free(&p); }
    };
    std::unique_ptr<AVFilterGraph, GraphFree> graph_;
    AVFilterContext *source_ = nullptr, *sink_ = nullptr;
    std::int64_t pushed_ = 0;
};

}  // namespace tintreel::media
