// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_content.h"

#include <algorithm>

namespace tintreel::ui {
namespace {

FrameIndex frameOf(const TimelineScene& scene) { return scene.range.first; }
FrameIndex frameOf(const TimelineKey& key) { return key.frame; }
FrameIndex frameOf(const TimelineMarker& marker) { return marker.frame; }

template <typename T>
auto firstNotBefore(const std::vector<T>& sorted, FrameIndex frame) {
    return std::lower_bound(sorted.begin(), sorted.end(), frame,
                            [](const T& item, FrameIndex f) { return frameOf(item) < f; });
}

template <typename T>
FrameIndex previous(const std::vector<T>& sorted, FrameIndex from) {
    const auto at = firstNotBefore(sorted, from);
    return at == sorted.begin() ? from : frameOf(*std::prev(at));
}

template <typename T>
FrameIndex next(const std::vector<T>& sorted, FrameIndex from) {
    const auto at = firstNotBefore(sorted, from + 1);
    return at == sorted.end() ? from : frameOf(*at);
}

template <typename T>
void sortByFrame(std::vector<T>& items) {
    std::stable_sort(items.begin(), items.end(), [](const T& a, const T& b) { return a.frame < b.frame; });
}

}  // namespace

void TimelineContent::setKeys(std::vector<TimelineKey> keys) {
    keys_ = std::move(keys);
    sortByFrame(keys_);
}

void TimelineContent::setMarkers(std::vector<TimelineMarker> markers) {
    markers_ = std::move(markers);
    sortByFrame(markers_);
}

FrameIndex TimelineContent::clamped(FrameIndex frame) const noexcept {
    return std::clamp<FrameIndex>(frame, 0, std::max<FrameIndex>(frames - 1, 0));
}

std::optional<FrameRange> TimelineContent::workRange() const {
    if (frames == 0 || (!in && !out)) return std::nullopt;
    const FrameRange range{clamped(in.value_or(0)), clamped(out.value_or(frames - 1)) + 1};
    return range.length() > 0 ? std::optional(range) : std::nullopt;
}

const std::vector<TimelineScene>& TimelineContent::scenes() const {
    static const std::vector<TimelineScene> none;
    return model != nullptr ? model->scenes() : none;
}

bool TimelineContent::isCut(FrameIndex frame) const {
    const auto& all = scenes();
    const auto at = firstNotBefore(all, frame);
    return at != all.end() && at != all.begin() && at->range.first == frame;
}

FrameIndex TimelineContent::nearestCut(FrameIndex frame) const {
    const auto& all = scenes();
    if (all.size() < 2) return -1;
    const auto after = firstNotBefore(all, frame);
    if (after == all.end()) return all.back().range.first;
    if (after - all.begin() < 2)
        return all[static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - all.begin(), 1))].range.first;
    const FrameIndex before = std::prev(after)->range.first;
    return frame - before < after->range.first - frame ? before : after->range.first;
}

FrameRange TimelineContent::roomOfCut(FrameIndex cut) const {
    if (!isCut(cut)) return {cut, cut + 1};
    const auto at = firstNotBefore(scenes(), cut);
    return {std::prev(at)->range.first + 1, at->range.end};
}

FrameIndex TimelineContent::previousCut(FrameIndex from) const {
    return scenes().empty() ? 0 : previous(scenes(), from);
}
FrameIndex TimelineContent::nextCut(FrameIndex from) const { return next(scenes(), from); }
FrameIndex TimelineContent::previousKey(FrameIndex from) const { return previous(keys_, from); }
FrameIndex TimelineContent::nextKey(FrameIndex from) const { return next(keys_, from); }
FrameIndex TimelineContent::previousMarker(FrameIndex from) const { return previous(markers_, from); }
FrameIndex TimelineContent::nextMarker(FrameIndex from) const { return next(markers_, from); }

}  // namespace tintreel::ui
