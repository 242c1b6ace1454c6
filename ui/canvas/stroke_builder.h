// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <QSizeF>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

inline constexpr std::size_t kMostStrokePoints = 300;

/// Share of the brush radius that a pen pressed with 0..1 paints with; 1 for a mouse (pressure 1).
[[nodiscard]] double radiusScale(double pressure);

/// Turns the pointer's way over the picture into a hint's polyline: the hand's tremble is taken out, points that say
/// nothing are left out, everything lies in 0..1.
class StrokeBuilder {
public:
    /// Picture: its shown size, for true distances. Tolerance: how far, in shares of the shorter side, the line may
    /// leave the pointer's way; about one screen pixel.
    StrokeBuilder(QSizeF picture, double tolerance);

    /// Pressure 0..1.
    void add(hints::Point at, double pressure = 1.0);
    [[nodiscard]] bool empty() const { return raw_.empty(); }
    /// One to kMostStrokePoints points, the first and the last where the pointer was; none before the first add().
    [[nodiscard]] std::vector<hints::Point> points() const;
    /// radiusScale() of the pressure, averaged over the stroke's length.
    [[nodiscard]] double meanRadiusScale() const;

private:
    [[nodiscard]] double distance(hints::Point a, hints::Point b) const;
    [[nodiscard]] hints::Point calmed(hints::Point before, hints::Point at, hints::Point after) const;

    double perX_, perY_;  ///< shares of the shorter side a unit of x, of y
    double tolerance_;
    std::vector<hints::Point> raw_;   ///< the last two points as the pointer gave them
    std::vector<hints::Point> calm_;  ///< all but the last point, without tremble
    double scaleSum_ = 0, length_ = 0, lastScale_ = 1;
};

/// The fewest of the points whose line stays within `tolerance` of all (Douglas, Peucker 1973), distances measured
/// after x and y are multiplied by perX, perY.
[[nodiscard]] std::vector<hints::Point> thinned(const std::vector<hints::Point>& points, double tolerance, double perX,
                                                double perY);

}  // namespace tintreel::ui
