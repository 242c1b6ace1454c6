// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QList>
#include <QSizeF>

#include "canvas/canvas_types.h"

namespace tintreel::ui {

// Which hints lie where. Points in frame coordinates, lengths in shares of the picture's shorter side; `picture` is the
// shown size, of which only the aspect matters.

/// How far a point lies from what the hint paints; 0 inside (a region by the even-odd rule).
[[nodiscard]] double distanceToHint(const hints::Hint& hint, hints::Point at, QSizeF picture);

/// The hint at a point, give or take `slack`; 0 when there is none. Of several, the one painted last, but dots and
/// strokes before regions: under a region that covers half the picture they could not be reached.
[[nodiscard]] qint64 hintAt(const std::vector<CanvasHint>& hints, hints::Point at, double slack, QSizeF picture);

/// The hints touched by a circle that goes straight from one point to another.
[[nodiscard]] QList<qint64> hintsTouched(const std::vector<CanvasHint>& hints, hints::Point from, hints::Point to,
                                         double radius, QSizeF picture);

}  // namespace tintreel::ui
