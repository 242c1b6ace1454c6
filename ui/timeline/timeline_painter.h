// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QPalette>

#include "timeline/timeline_content.h"
#include "timeline/timeline_layout.h"
#include "timeline/timeline_mapping.h"

namespace tintreel::ui {

/// How a timeline looks at its content.
struct TimelineView {
    TimelineLayout layout;
    TimelineMapping mapping;
    FrameIndex hoveredCut = -1;
    FrameIndex selectedCut = -1;
    FrameIndex draggedCut = -1;  ///< where the cut is still
    FrameIndex ghost = -1;       ///< where it would go
    bool focused = false;
};

/// All that painting a part of a timeline needs. Time grows with the pixels of `dirty` and with the scenes and keys in
/// it, not with the film.
struct TimelinePaint {
    QPainter& painter;
    const TimelineContent& content;
    const TimelineView& view;
    const QPalette& palette;
    QRect dirty;  ///< logical pixels of the widget

    /// Columns [left, right] of a lane that have to be painted; empty if left > right.
    [[nodiscard]] QRect columns(Lane lane, int margin = 0) const {
        return dirty.adjusted(-margin, 0, margin, 0).intersected(view.layout.laneRect(lane));
    }
    /// Frames which show in those columns.
    [[nodiscard]] FrameRange frames(const QRect& columns) const;
    /// Frames under one column of pixels, at least one.
    [[nodiscard]] FrameRange framesOfColumn(int x) const;
};

void paintTimeline(const TimelinePaint& paint);

/// One key: ◆ hinted, ◈ made without hints, ◇ suggested, ◉ reference picture; stale ones have a red outline and a bar
/// across.
void paintKey(QPainter& painter, QPointF centre, double radius, const TimelineKey& key, const QPalette& palette);
/// What a state looks like: height and hatching differ as well as colour. `area` is clipped to `dirty`.
void paintState(QPainter& painter, const QRect& area, const QRect& dirty, FrameState state, const QPalette& palette);

// The lanes; called by paintTimeline with a clip on the part that shows frames.
void paintSceneLane(const TimelinePaint& paint);
void paintKeyLane(const TimelinePaint& paint);
void paintResultLane(const TimelinePaint& paint);
void paintConfidenceLane(const TimelinePaint& paint);

}  // namespace tintreel::ui
