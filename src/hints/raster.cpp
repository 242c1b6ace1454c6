// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "tintreel/color/lab.h"
#include "tintreel/hints/hint.h"

namespace tintreel::hints {
namespace {

AbColor abOf(const PlainColor& color) {
    if (const auto* ab = std::get_if<AbColor>(&color)) return *ab;
    const auto& rgb = std::get<RgbColor>(color);
    const auto lab = color::labFromRgb(static_cast<float>(rgb.r) / 255.0F, static_cast<float>(rgb.g) / 255.0F, static_cast<float>(rgb.b) / 255.0F);
    return {lab.a, lab.b};
}

/// Coverage of one hint, later laid over the picture in one go, so that a stroke's own overlaps do not add up.
class Coverage {
public:
    Coverage(int width, int height) : plane_(width, height), left_(width), top_(height) {}

    void cover(int x, int y, double share) {
        float& at = plane_.at(x, y);
        at = std::max(at, static_cast<float>(std::clamp(share, 0.0, 1.0)));
        left_ = std::min(left_, x);
        right_ = std::max(right_, x);
        top_ = std::min(top_, y);
        bottom_ = std::max(bottom_, y);
    }

    /// A line from p to q with round ends; covered by distance of the pixel centre, over one pixel at the edge.
    void capsule(Point p, Point q, double radius) {
        const double dx = q.x - p.x, dy = q.y - p.y, length2 = dx * dx + dy * dy;
        const auto first = [](double v) { return std::max(0, static_cast<int>(std::floor(v))); };
        const int x1 = std::min(plane_.width - 1, static_cast<int>(std::max(p.x, q.x) + radius + 1)), y1 = std::min(plane_.height - 1, static_cast<int>(std::max(p.y, q.y) + radius + 1));
        for (int y = first(std::min(p.y, q.y) - radius - 1); y <= y1; ++y)
            for (int x = first(std::min(p.x, q.x) - radius - 1); x <= x1; ++x) {
                const double px = x + 0.5 - p.x, py = y + 0.5 - p.y;
                const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
                const double share = radius + 0.5 - std::hypot(px - t * dx, py - t * dy);
                if (share > 0) cover(x, y, share);
            }
    }

    void whole(Point p) { cover(std::clamp(static_cast<int>(p.x), 0, plane_.width - 1), std::clamp(static_cast<int>(p.y), 0, plane_.height - 1), 1.0); }

    /// Even-odd fill, 4 lines a pixel down and exact shares across.
    void polygon(const std::vector<Point>& points) {
        constexpr int kLines = 4;
        Plane<float> sum(plane_.width, plane_.height);
        std::vector<double> crossings;
        for (int line = 0; line < plane_.height * kLines; ++line) {
            const double y = (line + 0.5) / kLines;
            crossings.clear();
            for (std::size_t i = 0; i < points.size(); ++i) {
                const Point &p = points[i], &q = points[(i + 1) % points.size()];
                if ((p.y <= y) != (q.y <= y)) crossings.push_back(p.x + (y - p.y) / (q.y - p.y) * (q.x - p.x));
            }
            std::sort(crossings.begin(), crossings.end());
            for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
                const double x0 = std::clamp(crossings[i], 0.0, double(plane_.width)), x1 = std::clamp(crossings[i + 1], 0.0, double(plane_.width));
                for (int x = static_cast<int>(x0); x < plane_.width && x < x1; ++x)
                    sum.at(x, line / kLines) += static_cast<float>(std::max(0.0, std::min(x1, x + 1.0) - std::max(x0, double(x))) / kLines);
            }
        }
        for (int y = 0; y < sum.height; ++y)
            for (int x = 0; x < sum.width; ++x)
                if (sum.at(x, y) > 0) cover(x, y, sum.at(x, y));
    }

    /// Lays `color` over the raster where covered.
    void layOver(HintRaster& raster, AbColor color) const {
        for (int y = std::max(0, top_); y <= bottom_; ++y)
            for (int x = std::max(0, left_); x <= right_; ++x) {
                const float share = plane_.at(x, y);
                if (share <= 0) continue;
                float& mask = raster.mask.at(x, y);
                const float below = mask * (1.0F - share), total = below + share;
                raster.ab.a.at(x, y) = (raster.ab.a.at(x, y) * below + color.a * share) / total;
                raster.ab.b.at(x, y) = (raster.ab.b.at(x, y) * below + color.b * share) / total;
                mask = total;
            }
    }

private:
    Plane<float> plane_;
    int left_, right_ = -1, top_, bottom_ = -1;
};

}  // namespace

AbColor HintDocument::colorOf(const Hint& hint) const {
    if (const auto* ab = std::get_if<AbColor>(&hint.color)) return *ab;
    if (const auto* rgb = std::get_if<RgbColor>(&hint.color)) return abOf(*rgb);
    if (const auto* slot = std::get_if<PaletteColor>(&hint.color))
        for (const auto& entry : palette)
            if (entry.name == slot->name) return abOf(entry.color);
    return {};
}

std::vector<FrameIndex> HintDocument::frames() const {
    std::vector<FrameIndex> frames;
    for (const auto& hint : hints) frames.push_back(hint.frame);
    std::sort(frames.begin(), frames.end());
    frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
    return frames;
}

HintRaster rasterize(const HintDocument& document, const std::vector<const Hint*>& hints, int width, int height) {
    HintRaster raster{AbImage(width, height), Plane<float>(width, height)};
    for (const Hint* hint : hints) {
        Coverage coverage(width, height);
        std::vector<Point> points;
        for (const auto& point : hint->points) points.push_back({point.x * width, point.y * height});
        if (hint->kind == HintKind::Region) {
            coverage.polygon(points);
        } else {
            const double radius = hint->radius * std::min(width, height);
            coverage.whole(points.front());
            for (std::size_t i = 0; i < points.size(); ++i) coverage.capsule(points[i > 0 ? i - 1 : 0], points[i], radius);
        }
        coverage.layOver(raster, document.colorOf(*hint));
    }
    return raster;
}

}  // namespace tintreel::hints
