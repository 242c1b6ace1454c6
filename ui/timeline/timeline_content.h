// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "timeline/lane_index.h"
#include "timeline/scene_model.h"
#include "timeline/timecode.h"

namespace tintreel::ui {

/// What a timeline shows of a film, and the places one can go to in it. Holds no view state and no pixels; all lookups
/// are O(log n).
class TimelineContent {
public:
    FrameIndex frames = 0;
    TimecodeFormat format;
    const SceneModel* model = nullptr;  ///< may be null; not owned
    StateIndex states;
    ConfidenceIndex confidence;
    std::optional<FrameIndex> in;   ///< first frame of the work range
    std::optional<FrameIndex> out;  ///< last frame of it
    FrameIndex playhead = 0;

    void setKeys(std::vector<TimelineKey> keys);
    void setMarkers(std::vector<TimelineMarker> markers);
    /// Ascending by frame.
    [[nodiscard]] const std::vector<TimelineKey>& keys() const noexcept { return keys_; }
    [[nodiscard]] const std::vector<TimelineMarker>& markers() const noexcept { return markers_; }

    /// Into the film; 0 without one.
    [[nodiscard]] FrameIndex clamped(FrameIndex frame) const noexcept;
    /// From in to out where either is set.
    [[nodiscard]] std::optional<FrameRange> workRange() const;

    /// A cut is the first frame of any scene but the first.
    [[nodiscard]] bool isCut(FrameIndex frame) const;
    /// The cut closest to a frame; -1 without any.
    [[nodiscard]] FrameIndex nearestCut(FrameIndex frame) const;
    /// Where a cut may be moved to: both scenes keep a frame.
    [[nodiscard]] FrameRange roomOfCut(FrameIndex cut) const;

    // Where a key press goes to; the frame itself where there is nothing further.
    [[nodiscard]] FrameIndex previousCut(FrameIndex from) const;  ///< the start of the film counts
    [[nodiscard]] FrameIndex nextCut(FrameIndex from) const;
    [[nodiscard]] FrameIndex previousKey(FrameIndex from) const;
    [[nodiscard]] FrameIndex nextKey(FrameIndex from) const;
    [[nodiscard]] FrameIndex previousMarker(FrameIndex from) const;
    [[nodiscard]] FrameIndex nextMarker(FrameIndex from) const;

private:
    [[nodiscard]] const std::vector<TimelineScene>& scenes() const;
    std::vector<TimelineKey> keys_;
    std::vector<TimelineMarker> markers_;
};

}  // namespace tintreel::ui
