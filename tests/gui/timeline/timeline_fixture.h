// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>

#include <QSignalSpy>

#include <gtest/gtest.h>

#include "support/events.h"
#include "timeline/scene_model.h"
#include "timeline/timeline_widget.h"

namespace tintreel::ui {

/// A timeline of 1000 frames in four scenes with cuts at 250, 500 and 750, a little wider than a pixel a frame.
struct TimelineFixture : ::testing::Test {
    SceneModel model;
    TimelineWidget timeline;
    QSignalSpy moved{&timeline, &TimelineWidget::playheadMoved};
    QSignalSpy cutMoved{&timeline, &TimelineWidget::cutMoved};
    QSignalSpy cutRemoved{&timeline, &TimelineWidget::cutRemoved};
    QSignalSpy activated{&timeline, &TimelineWidget::sceneActivated};
    QSignalSpy suggest{&timeline, &TimelineWidget::suggestKeyRequested};
    QSignalSpy keyMenu{&timeline, &TimelineWidget::keyMenuRequested};

    TimelineFixture() {
        model.setScenes({{{0, 250}}, {{250, 500}}, {{500, 750}}, {{750, 1000}}});
        timeline.resize(1200, 240);
        timeline.setFilm(1000, {24, 1});
        timeline.setModel(&model);
        timeline.show();
        timeline.setFocus();
        testing::settle();
    }
    /// A pixel of a frame, in its middle where it has several.
    [[nodiscard]] QPoint at(Lane lane, FrameIndex frame) const {
        const auto& m = timeline.mapping();
        const double x = std::ceil(m.xFromFrame(frame)) + std::max(m.pixelsPerFrame() - 1, 0.0) / 2;
        return {static_cast<int>(x), timeline.laneRect(lane).center().y()};
    }
    /// The first pixel of a frame.
    [[nodiscard]] QPoint edge(Lane lane, FrameIndex frame) const {
        return {qRound(timeline.mapping().xFromFrame(frame)), timeline.laneRect(lane).center().y()};
    }
    [[nodiscard]] static FrameIndex last(const QSignalSpy& spy, int argument = 0) {
        return spy.isEmpty() ? -1 : spy.last()[argument].value<FrameIndex>();
    }
    [[nodiscard]] QImage shot() { return timeline.grab().toImage().convertToFormat(QImage::Format_RGB32); }
};

}  // namespace tintreel::ui
