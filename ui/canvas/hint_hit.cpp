// SPDX-License-Identifier: Apache-2.0
#include "canvas/hint_hit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tintreel::ui {
namespace {

/// Points in shares of the shorter side.
struct Shares {
    explicit Shares(QSizeF picture) {
        const double side = std::max(1e-9, std::min(picture.width(), picture.height()));
        x = picture.width() / side, y = picture.height() / side;
    }
    [[nodiscard]] hints::Point of(hints::Point p) const { return {p.x * x, p.y * y}; }
    double x, y;
};

double distanceToSegment(hints::Point p, hints::Point a, hints::Point b) {
    const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    const double t = length2 > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0) : 0.0;
    return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

bool insideEvenOdd(const std::vector<hints::Point>& corners, hints::Point p) {
    bool inside = false;
    for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
        const auto &a = corners[i], &b = corners[j];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
    }
    return inside;
}

}  // namespace

double distanceToHint(const hints::Hint& hint, hints::Point at, QSizeF picture) {
    if (hint.points.empty()) return std::numeric_limits<double>::infinity();
    const bool region = hint.kind == hints::HintKind::Region;
    if (region && insideEvenOdd(hint.points, at)) return 0;
    const Shares shares(picture);
    const auto p = shares.of(at);
    auto before = shares.of(region ? hint.points.back() : hint.points.front());
    double least = std::numeric_limits<double>::infinity();
    for (const auto& point : hint.points) {
        const auto next = shares.of(point);
        least = std::min(least, distanceToSegment(p, before, next));
        before = next;
    }
    return std::max(0.0, least - (region ? 0.0 : hint.radius));
}

qint64 hintAt(const std::vector<CanvasHint>& hints, hints::Point at, double slack, QSizeF picture) {
    qint64 region = 0;
    for (auto hint = hints.rbegin(); hint != hints.rend(); ++hint) {
        if (distanceToHint(hint->hint, at, picture) > slack) continue;
        if (hint->hint.kind != hints::HintKind::Region) return hint->id;
        if (region == 0) region = hint->id;
    }
    return region;
}

QList<qint64> hintsTouched(const std::vector<CanvasHint>& hints, hints::Point from, hints::Point to, double radius,
                           QSizeF picture) {
    const Shares shares(picture);
    const auto a = shares.of(from), b = shares.of(to);
    // A fast hand leaves a whole stroke between two events: look in steps that no hint slips through.
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    const int steps = std::clamp(static_cast<int>(std::ceil(length / std::max(radius / 2, 1e-4))), 1, 2000);
    const hints::Point middle{(from.x + to.x) / 2, (from.y + to.y) / 2};
    QList<qint64> touched;
    for (const auto& hint : hints) {
        if (distanceToHint(hint.hint, middle, picture) > radius + length / 2) continue;
        for (int i = 0; i <= steps; ++i) {
            const double t = static_cast<double>(i) / steps;
            const hints::Point at{from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t};
            if (distanceToHint(hint.hint, at, picture) > radius) continue;
            touched.append(hint.id);
            break;
        }
    }
    return touched;
}

}  // namespace tintreel::ui
