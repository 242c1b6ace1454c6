// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <QColor>
#include <QImage>

#include "tintreel/base/image.h"
#include "tintreel/color/scopes.h"

namespace tintreel::ui {

/// Counts as a picture: opacity grows with log(1 + count), from clear at 0 to full at the highest count. Pure.
[[nodiscard]] QImage imageOfCounts(const color::Counts& counts, const QColor& color);
/// The same with a colour for each column and row.
[[nodiscard]] QImage imageOfCounts(const color::Counts& counts,
                                   const std::function<QColor(int column, int row)>& color);

/// Every n-th pixel both ways so that neither side is above `most`. Averaging would make up colours that the frame
/// lacks and hide its extremes.
[[nodiscard]] RgbImage sampled(const RgbImage& frame, int most);

}  // namespace tintreel::ui
