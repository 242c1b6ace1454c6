// SPDX-License-Identifier: Apache-2.0
#include "workflow/stretch_lightness.h"

#include <fmt/format.h>

namespace tintreel::workflow {

StretchLightness::StretchLightness(FrameRange range, Read read, std::optional<LightnessFile> copies)
    : range_(range), copies_(std::move(copies)), next_(range.first) {
    thread_ = std::jthread([this, read = std::move(read)] {
        for (FrameIndex f = range_.first; f < range_.end; ++f) {
            auto lightness = read(f);
            const bool good = lightness.has_value();
            if (!queue_.push(std::move(lightness)) || !good) return;
        }
    });
}

StretchLightness::~StretchLightness() { queue_.abort(); }

Result<LPlane> StretchLightness::at(FrameIndex frame) {
    while (next_ <= frame && next_ < range_.end) {
        auto item = queue_.pop();
        if (!item) break;
        TT_ASSIGN(LPlane lightness, std::move(*item));
        if (copies_) TT_TRY(copies_->write(next_ - range_.first, lightness));
        kept_.push_back(std::move(lightness));
        if (kept_.size() > kKept) kept_.pop_front();
        ++next_;
    }
    if (!range_.contains(frame) || frame >= next_)
        return fail(ErrorCode::Failed, fmt::format("The lightness of frame {} cannot be had.", frame));
    // What the file holds is rounded; both passes must see the same.
    if (copies_) return copies_->read(frame - range_.first);
    const auto back = static_cast<std::size_t>(next_ - 1 - frame);
    if (back >= kept_.size())
        return fail(ErrorCode::Failed, fmt::format("The lightness of frame {} was asked for too late.", frame));
    return kept_[kept_.size() - 1 - back];
}

}  // namespace tintreel::workflow
