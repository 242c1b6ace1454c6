// SPDX-License-Identifier: Apache-2.0
#include "canvas/stroke_builder.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace tintreel::ui {
namespace {

constexpr double kLeastScale = 0.25;  // the lightest touch still paints something that can be seen
// A scribble of minutes must not make every further move slower: from so many points on, older ones are thinned for
// good.
constexpr std::size_t kCompactAt = 1500, kCompactTo = 750;

hints::Point inside(hints::Point p) { return {std::clamp(p.x, 0.0, 1.0), std::clamp(p.y, 0.0, 1.0)}; }

/// Thinned to at most `most` points, by `tolerance` or as much more as it takes.
std::vector<hints::Point> limited(const std::vector<hints::Point>& points, std::size_t most, double tolerance,
                                  double perX, double perY) {
    auto few = thinned(points, tolerance, perX, perY);
    while (few.size() > most) few = thinned(points, tolerance *= 1.5, perX, perY);
    return few;
}

double distanceToSegment(double px, double py, double dx, double dy) {
    const double length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
    return std::hypot(px - t * dx, py - t * dy);
}

}  // namespace

double radiusScale(double pressure) { return kLeastScale + (1 - kLeastScale) * std::clamp(pressure, 0.0, 1.0); }

StrokeBuilder::StrokeBuilder(QSizeF picture, double tolerance) : tolerance_(std::max(tolerance, 1e-6)) {
    const double side = std::max(1e-9, std::min(picture.width(), picture.height()));
    perX_ = picture.width() / side;
    perY_ = picture.height() / side;
}

double StrokeBuilder::distance(hints::Point a, hints::Point b) const {
    return std::hypot((a.x - b.x) * perX_, (a.y - b.y) * perY_);
}

// Averaging alone would cut the corners that the hand meant: a point may move by the tolerance and no further.
hints::Point StrokeBuilder::calmed(hints::Point before, hints::Point at, hints::Point after) const {
    const hints::Point mean{(before.x + 2 * at.x + after.x) / 4, (before.y + 2 * at.y + after.y) / 4};
    const double moved = distance(at, mean);
    const double share = moved > tolerance_ ? tolerance_ / moved : 1.0;
    return {at.x + (mean.x - at.x) * share, at.y + (mean.y - at.y) * share};
}

void StrokeBuilder::add(hints::Point at, double pressure) {
    at = inside(at);
    lastScale_ = radiusScale(pressure);
    if (raw_.empty()) {
        raw_.push_back(at);
        return;
    }
    const double step = distance(raw_.back(), at);
    if (step < tolerance_ / 4) return;
    scaleSum_ += lastScale_ * step;
    length_ += step;
    calm_.push_back(raw_.size() == 1 ? raw_.front() : calmed(raw_.front(), raw_.back(), at));
    if (raw_.size() == 2) raw_.erase(raw_.begin());
    raw_.push_back(at);
    if (calm_.size() > kCompactAt) calm_ = limited(calm_, kCompactTo, tolerance_ / 2, perX_, perY_);
}

std::vector<hints::Point> StrokeBuilder::points() const {
    if (raw_.empty()) return {};
    auto all = calm_;
    all.push_back(raw_.back());
    return limited(all, kMostStrokePoints, tolerance_, perX_, perY_);
}

double StrokeBuilder::meanRadiusScale() const { return length_ > 0 ? scaleSum_ / length_ : lastScale_; }

std::vector<hints::Point> thinned(const std::vector<hints::Point>& points, double tolerance, double perX, double perY) {
    if (points.size() < 3) return points;
    std::vector<bool> kept(points.size(), false);
    kept.front() = kept.back() = true;
    std::vector<std::pair<std::size_t, std::size_t>> open{{0, points.size() - 1}};
    while (!open.empty()) {
        const auto [first, last] = open.back();
        open.pop_back();
        const auto& a = points[first];
        const double dx = (points[last].x - a.x) * perX, dy = (points[last].y - a.y) * perY;
        double farthest = tolerance;
        std::size_t at = first;
        for (std::size_t i = first + 1; i < last; ++i) {
            const double d = distanceToSegment((points[i].x - a.x) * perX, (points[i].y - a.y) * perY, dx, dy);
            if (d > farthest) farthest = d, at = i;
        }
        if (at == first) continue;
        kept[at] = true;
        open.emplace_back(first, at);
        open.emplace_back(at, last);
    }
    std::vector<hints::Point> few;
    for (std::size_t i = 0; i < points.size(); ++i)
        if (kept[i]) few.push_back(points[i]);
    return few;
}

}  // namespace tintreel::ui
