// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSignalSpy>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "canvas/canvas.h"
#include "support/events.h"

namespace tintreel::ui {

/// A canvas of 660x380 with a film of 1600x900: grey source, orange result. What the canvas says is kept.
class CanvasTest : public ::testing::Test {
protected:
    CanvasTest();

    /// Frame coordinates to the nearest widget pixel and the pixel's size in frame coordinates.
    [[nodiscard]] QPoint at(double x, double y) const;
    [[nodiscard]] double pixel() const { return 1.0 / canvas.pictureRect().width(); }
    /// The colour on the screen, by widget pixels.
    [[nodiscard]] QColor seen(QPoint where);
    [[nodiscard]] static CanvasHint dot(qint64 id, double x, double y, double radius = 0.03);
    [[nodiscard]] static CanvasHint stroke(qint64 id, std::vector<hints::Point> points, double radius = 0.02);
    [[nodiscard]] static CanvasHint region(qint64 id, std::vector<hints::Point> corners);
    [[nodiscard]] hints::Hint lastDrawn() const { return drawn.back().at(0).value<hints::Hint>(); }

    Canvas canvas;
    QSignalSpy drawing{&canvas, &Canvas::hintDrawing}, drawn{&canvas, &Canvas::hintDrawn},
        cancelled{&canvas, &Canvas::drawingCancelled};
    QSignalSpy moving{&canvas, &Canvas::hintMoving}, moved{&canvas, &Canvas::hintMoved},
        erased{&canvas, &Canvas::hintsErased};
    QSignalSpy selected{&canvas, &Canvas::hintSelected}, picked{&canvas, &Canvas::colorPicked},
        pointer{&canvas, &Canvas::pointerMoved};
    QSignalSpy radius{&canvas, &Canvas::brushRadiusChanged}, wiped{&canvas, &Canvas::wipeChanged},
        viewed{&canvas, &Canvas::viewChanged};
    QSignalSpy space{&canvas, &Canvas::spaceTapped};
};

inline const QColor kGrey(100, 100, 100), kOrange(230, 140, 40);

}  // namespace tintreel::ui
