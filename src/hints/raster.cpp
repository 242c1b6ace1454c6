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
    const auto lab = color::labFromRgb(static_cast<float>(rgb.r) / 255.0F, static_cast<float>(rgb.g) / 255.0F,
                                       static_cast<float>(rgb.b) / 255.0F);
    return {lab.a, lab.b};
}

/// Pixels [left, right) x [top, bottom).
struct Box {
    int left, top, right, bottom;
};

/// The part of the picture that `points` with a brush of `radius` (in pixels) may touch; at least one pixel.
Box boxAround(const std::vector<Point>& points, double radius, int width, int height) {
    double left = width, top = height, right = 0, bottom = 0;
    for (const Point& p : points) {
        left = std::min(left, p.x), right = std::max(right, p.x);
        top = std::min(top, p.y), bottom = std::max(bottom, p.y);
    }
    const auto begin = [&](double v, int size) {
        return std::clamp(static_cast<int>(std::floor(v - radius - 1)), 0, size - 1);
    };
    const auto end = [&](double v, int size) {
        return std::clamp(static_cast<int>(std::ceil(v + radius + 1)), 1, size);
    };
    return {begin(left, width), begin(top, height), end(right, width), end(bottom, height)};
}

/// Coverage of one hint, later laid over the picture in one go, so that a stroke's own overlaps do not add up. It spans
/// the hint's box alone, so that a picture with thousands of dots costs no thousands of pictures.
class Coverage {
public:
    explicit Coverage(Box box) : box_(box), plane_(box.right - box.left, box.bottom - box.top) {}

    /// A line from p to q with round ends; covered by distance of the pixel centre, over one pixel at the edge.
    void capsule(Point p, Point q, double radius) {
        const double dx = q.x - p.x, dy = q.y - p.y, length2 = dx * dx + dy * dy, reach = radius + 0.5;
        const auto first = [&](double v, int low) {
            return std::max(low, static_cast<int>(std::floor(v - radius - 1)));
        };
        const auto end = [&](double v, int high) {
            return std::min(high, static_cast<int>(std::ceil(v + radius + 1)));
        };
        const int x0 = first(std::min(p.x, q.x), box_.left), x1 = end(std::max(p.x, q.x), box_.right);
        const int y0 = first(std::min(p.y, q.y), box_.top), y1 = end(std::max(p.y, q.y), box_.bottom);
        for (int y = y0; y < y1; ++y) {
            for (int x = x0; x < x1; ++x) {
                const double px = x + 0.5 - p.x, py = y + 0.5 - p.y;
                const double t = length2 > 0 ? std::clamp((px * dx + py * dy) / length2, 0.0, 1.0) : 0.0;
                const double ex = px - t * dx, ey = py - t * dy, distance2 = ex * ex + ey * ey;
                if (distance2 < reach * reach) cover(x, y, reach - std::sqrt(distance2));
            }
        }
    }

    /// The whole pixel that p lies in.
    void whole(Point p) {
        cover(std::clamp(static_cast<int>(p.x), box_.left, box_.right - 1),
              std::clamp(static_cast<int>(p.y), box_.top, box_.bottom - 1), 1.0);
    }

    /// Even-odd fill: kLines lines a pixel down, exact shares across.
    void polygon(const std::vector<Point>& points) {
        constexpr int kLines = 8;
        std::vector<double> crossings;
        std::vector<float> sum(static_cast<std::size_t>(plane_.width));
        for (int row = box_.top; row < box_.bottom; ++row) {
            std::fill(sum.begin(), sum.end(), 0.0F);
            for (int line = 0; line < kLines; ++line) {
                const double y = row + (line + 0.5) / kLines;
                crossings.clear();
                for (std::size_t i = 0; i < points.size(); ++i) {
                    const Point &p = points[i], &q = points[i + 1 < points.size() ? i + 1 : 0];
                    if ((p.y <= y) != (q.y <= y)) crossings.push_back(p.x + (y - p.y) / (q.y - p.y) * (q.x - p.x));
                }
                std::sort(crossings.begin(), crossings.end());
                for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
                    const double x0 = std::max<double>(crossings[i], box_.left),
                                 x1 = std::min<double>(crossings[i + 1], box_.right);
                    for (int x = static_cast<int>(x0); x < x1; ++x)
                        sum[static_cast<std::size_t>(x - box_.left)] +=
                            static_cast<float>((std::min(x1, x + 1.0) - std::max<double>(x0, x)) / kLines);
                }
            }
            for (int x = box_.left; x < box_.right; ++x) cover(x, row, sum[static_cast<std::size_t>(x - box_.left)]);
        }
    }

    /// Lays `color` over the raster where covered.
    void layOver(HintRaster& raster, AbColor color) const {
        for (int y = box_.top; y < box_.bottom; ++y) {
            for (int x = box_.left; x < box_.right; ++x) {
                const float share = plane_.at(x - box_.left, y - box_.top);
                if (share <= 0) continue;
                float& mask = raster.mask.at(x, y);
                const float below = mask * (1.0F - share), total = below + share;
                raster.ab.a.at(x, y) = (raster.ab.a.at(x, y) * below + color.a * share) / total;
                raster.ab.b.at(x, y) = (raster.ab.b.at(x, y) * below + color.b * share) / total;
                mask = total;
            }
        }
    }

private:
    void cover(int x, int y, double share) {
        float& at = plane_.at(x - box_.left, y - box_.top);
        at = std::max(at, static_cast<float>(std::min(share, 1.0)));
    }

    Box box_;
    Plane<float> plane_;
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
    std::vector<Point> points;
    for (const Hint* hint : hints) {
        points.clear();
        for (const auto& point : hint->points) points.push_back({point.x * width, point.y * height});
        if (points.empty()) continue;  // a document made by hand, not by the parser
        const double radius = hint->kind == HintKind::Region ? 0.0 : hint->radius * std::min(width, height);
        Coverage coverage(boxAround(points, radius, width, height));
        if (hint->kind == HintKind::Region) {
            coverage.polygon(points);
        } else {
            coverage.whole(points.front());
            for (std::size_t i = 0; i < points.size(); ++i)
                coverage.capsule(points[i > 0 ? i - 1 : 0], points[i], radius);
        }
        coverage.layOver(raster, document.colorOf(*hint));
    }
    return raster;
}

}  // namespace tintreel::hints
