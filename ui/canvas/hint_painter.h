// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>

#include "canvas/hint_shape.h"

namespace tintreel::ui {

/// Onion: of a neighbouring keyframe. Doomed: under the eraser.
enum class HintLook { Normal, Selected, Doomed, Onion };

/// Outlines in dark and light, so that they show on any ground, and the mark in the hint's colour. What lies under the
/// hint stays to be seen: it is the result that is judged. Canvas coordinates.
void paintHint(QPainter& painter, const HintShape& shape, const QTransform& canvasFromShape, HintLook look);

/// The hint in the making, in its colour. Open: a region whose last side is missing; closes: a click would close it.
void paintDraft(QPainter& painter, const hints::Hint& hint, const QColor& color, const CanvasView& view, bool open,
                bool closes);

}  // namespace tintreel::ui
