// SPDX-License-Identifier: Apache-2.0
#include "media/deinterlacer.h"

#include "media/convert.h"

namespace tintreel::media {

Result<std::optional<VideoFrame>> Deinterlacer::next(const Source& source) {
    while (true) {
        if (filter_) {
            if (const FramePtr whole = filter_->pull(); whole && !waiting_.empty()) {
                VideoFrame frame = std::move(waiting_.front());
                waiting_.pop_front();
                copyPlane(*whole, 0, whole->width, whole->height, frame.depth > 8 ? 2 : 1, frame.y);
                if (frame.depth > 8)
                    for (auto& code : frame.y.data) code = static_cast<std::uint16_t>(code >> (16 - frame.depth));
                frame.interlaced = false;
                return std::optional(std::move(frame));
            }
        }
        if (ended_) return std::optional<VideoFrame>();
        TT_ASSIGN(auto frame, source());
        ended_ = !frame;
        if (frame && !filter_) {
            TT_ASSIGN(auto made, LumaFilter::create("bwdif=mode=send_frame:deint=interlaced", *frame));
            filter_.emplace(std::move(made));
        }
        if (filter_) TT_TRY(filter_->push(frame ? &*frame : nullptr));
        if (frame) waiting_.push_back(std::move(*frame));
    }
}

}  // namespace tintreel::media
