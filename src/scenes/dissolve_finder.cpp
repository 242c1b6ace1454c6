// SPDX-License-Identifier: Apache-2.0
#include "tintreel/scenes/dissolve_finder.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <opencv2/imgproc.hpp>

namespace tintreel::scenes {
namespace {

constexpr int kShiftX = 5, kShiftY = 3;
constexpr int kReaches[] = {5, 8, DissolveFinder::kLongestReach};
// Chosen so that none of 79 single shots with much motion gives a hit (docs/scenes.md).
constexpr double kScore = 0.38;  // the sum leaves less than this share of what one picture alone leaves open
constexpr double kOpen = 0.22;   // and less than this of the picture
constexpr double kUnlike = 0.6;  // likeness of the pictures at both ends
constexpr double kLeastWeight = 0.15, kMostWeight = 0.85;
constexpr double kContrast = 10;  // of 255, below which a picture at an end says nothing

cv::Mat matOf(const Plane<float>& plane) {
    return {plane.height, plane.width, CV_32F, const_cast<float*>(plane.data.data())};
}

/// A picture less its mean, and its sum of squares.
struct Centred {
    cv::Mat picture;
    double energy = 0;
    explicit Centred(const Plane<float>& plane) {
        matOf(plane).convertTo(picture, CV_32F, 1, -cv::mean(matOf(plane))[0]);
        energy = picture.dot(picture);
    }
    [[nodiscard]] double contrast() const { return std::sqrt(energy / static_cast<double>(picture.total())); }
};

/// Least squares of a picture as `first` · A + `second` · B + constant.
struct Blend {
    double first = 0, second = 0;
    double open = 1;       // share of the picture's variance that the sum does not explain
    double openByOne = 1;  // that the better of A and B alone does not explain
};

std::optional<Blend> blendOf(const Plane<float>& plane, const Centred& A, const Centred& B) {
    const Centred M(plane);
    const double ab = A.picture.dot(B.picture), am = A.picture.dot(M.picture), bm = B.picture.dot(M.picture);
    const double determinant = A.energy * B.energy - ab * ab;
    if (M.contrast() < 1.0 || determinant <= 1e-6 * A.energy * B.energy) return std::nullopt;
    Blend blend;
    blend.first = (am * B.energy - bm * ab) / determinant;
    blend.second = (bm * A.energy - am * ab) / determinant;
    blend.open = 1 - (blend.first * am + blend.second * bm) / M.energy;
    blend.openByOne = 1 - std::max(am * am / A.energy, bm * bm / B.energy) / M.energy;
    return blend;
}

bool between(double weight) { return weight > kLeastWeight && weight < kMostWeight; }

}  // namespace

double likeness(const Plane<float>& a, const Plane<float>& b) {
    const cv::Mat middle = matOf(b)(cv::Rect(kShiftX, kShiftY, b.width - 2 * kShiftX, b.height - 2 * kShiftY));
    cv::Mat scores;
    cv::matchTemplate(matOf(a), middle, scores, cv::TM_CCOEFF_NORMED);
    double best = 0;
    cv::minMaxLoc(scores, nullptr, &best);
    return std::isfinite(best) ? best : 1.0;
}

void DissolveFinder::push(const Plane<float>& tiny) {
    recent_.push_back(tiny);
    if (recent_.size() > 2 * kLongestReach + 1) recent_.pop_front();
    ++frames_;
    std::optional<Dissolve> best;
    for (const int reach : kReaches) {
        // The middle is the latest frame that has `reach` frames after it.
        const int middle = static_cast<int>(recent_.size()) - 1 - reach;
        if (middle < reach) continue;
        const auto at = [&](int i) -> const Plane<float>& { return recent_[static_cast<std::size_t>(i)]; };
        const Centred A(at(middle - reach)), B(at(middle + reach));
        if (A.contrast() < kContrast || B.contrast() < kContrast) continue;
        const auto half = blendOf(at(middle), A, B);
        if (!half || !between(half->first) || !between(half->second) || half->open > kOpen ||
            half->open > kScore * half->openByOne)
            continue;
        const auto early = blendOf(at(middle - reach / 2), A, B), late = blendOf(at(middle + reach / 2), A, B);
        if (!early || !late || early->open > kOpen || late->open > kOpen) continue;
        if (early->first <= half->first || half->first <= late->first || early->second >= half->second ||
            half->second >= late->second)
            continue;
        if (likeness(at(middle - reach), at(middle + reach)) > kUnlike) continue;
        const double score = half->open / half->openByOne;
        if (!best || score < best->score) best = Dissolve{frames_ - 1 - reach, reach, score};
    }
    if (!best) return;
    if (found_.empty() || best->middle - found_.back().middle >= kApart) found_.push_back(*best);
    else if (best->score < found_.back().score &&
             (found_.size() < 2 || best->middle - found_[found_.size() - 2].middle >= kApart))
        found_.back() = *best;
}

}  // namespace tintreel::scenes
