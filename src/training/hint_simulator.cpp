// SPDX-License-Identifier: Apache-2.0
#include "tintreel/training/hint_simulator.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace tintreel::training {
namespace {

/// Calls f(x, y) for each pixel whose centre lies within `radius` of (cx, cy); at least the nearest pixel.
template <class F>
void forDisc(int width, int height, double cx, double cy, double radius, F f) {
    const int px = std::clamp(static_cast<int>(cx), 0, width - 1), py = std::clamp(static_cast<int>(cy), 0, height - 1);
    f(px, py);
    for (int y = std::max(0, static_cast<int>(cy - radius)); y <= std::min(height - 1, static_cast<int>(cy + radius));
         ++y)
        for (int x = std::max(0, static_cast<int>(cx - radius));
             x <= std::min(width - 1, static_cast<int>(cx + radius)); ++x) {
            const double dx = x + 0.5 - cx, dy = y + 0.5 - cy;
            if (dx * dx + dy * dy <= radius * radius && !(x == px && y == py)) f(x, y);
        }
}

struct Offset {
    double a = 0, b = 0;
};

/// The offset of a hint that is wrong, now and then; nothing is drawn where hints are never wrong.
std::optional<Offset> mistake(Rng& rng, const HintFaults& faults) {
    if (faults.wrong <= 0 || !chance(rng, faults.wrong)) return std::nullopt;
    const double angle = uniform(rng, 0, 2 * std::numbers::pi), distance = uniform(rng, 20, 60);
    return Offset{distance * std::cos(angle), distance * std::sin(angle)};
}

void markWrong(SimulatedHints& hints, int x, int y, bool wrong) {
    if (wrong && hints.wrong.size() == 0) hints.wrong = Plane<float>(hints.mask.width, hints.mask.height);
    if (hints.wrong.size() > 0) hints.wrong.at(x, y) = wrong ? 1.0F : 0.0F;
}

/// A dot at (cx, cy) with the mean colour found at `from`.
void paintDot(const AbImage& truth, SimulatedHints& hints, double cx, double cy, double radius, Offset noise,
              Offset from = {}, bool wrong = false) {
    double a = 0, b = 0;
    int n = 0;
    forDisc(truth.width(), truth.height(), cx + from.a, cy + from.b, radius, [&](int x, int y) {
        a += truth.a.at(x, y);
        b += truth.b.at(x, y);
        ++n;
    });
    const auto meanA = static_cast<float>(a / n + noise.a), meanB = static_cast<float>(b / n + noise.b);
    forDisc(truth.width(), truth.height(), cx, cy, radius, [&](int x, int y) {
        hints.ab.a.at(x, y) = meanA;
        hints.ab.b.at(x, y) = meanB;
        hints.mask.at(x, y) = 1.0F;
        markWrong(hints, x, y, wrong);
    });
}

SimulatedHints none(const AbImage& truth) {
    return {AbImage(truth.width(), truth.height()), Plane<float>(truth.width(), truth.height()), {}, 0};
}

/// A brush line that turns slowly and ends where the colour changes, as a person's would.
void paintStroke(const AbImage& truth, SimulatedHints& hints, Rng& rng, const HintFaults& faults) {
    constexpr double kSameColor = 10.0;  // distance in ab
    double x = uniform(rng, 0, truth.width()), y = uniform(rng, 0, truth.height());
    double angle = uniform(rng, 0, 2 * std::numbers::pi);
    const double radius = uniform(rng, 1.0, 4.0);
    const int length = uniformInt(rng, 5, 60);
    const int startX = std::min(static_cast<int>(x), truth.width() - 1),
              startY = std::min(static_cast<int>(y), truth.height() - 1);
    const float a = truth.a.at(startX, startY), b = truth.b.at(startX, startY);
    const auto wrong = mistake(rng, faults);
    const auto shownA = a + static_cast<float>(wrong.value_or(Offset{}).a),
               shownB = b + static_cast<float>(wrong.value_or(Offset{}).b);
    for (int i = 0; i < length; ++i) {
        const int px = static_cast<int>(std::floor(x)), py = static_cast<int>(std::floor(y));
        if (px < 0 || py < 0 || px >= truth.width() || py >= truth.height()) return;
        if (std::hypot(truth.a.at(px, py) - a, truth.b.at(px, py) - b) > kSameColor) return;
        forDisc(truth.width(), truth.height(), x, y, radius, [&](int dx, int dy) {
            if (std::hypot(truth.a.at(dx, dy) - a, truth.b.at(dx, dy) - b) > kSameColor) return;
            hints.ab.a.at(dx, dy) = shownA;
            hints.ab.b.at(dx, dy) = shownB;
            hints.mask.at(dx, dy) = 1.0F;
            markWrong(hints, dx, dy, wrong.has_value());
        });
        angle += uniform(rng, -0.4, 0.4);
        x += std::cos(angle);
        y += std::sin(angle);
    }
}

}  // namespace

Rng rngFor(std::uint64_t seed, std::uint64_t step, std::uint64_t lane) {
    std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                           static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32),
                           static_cast<std::uint32_t>(lane)};
    return Rng(sequence);
}

double uniform(Rng& rng, double low, double high) { return std::uniform_real_distribution<double>(low, high)(rng); }
int uniformInt(Rng& rng, int low, int high) { return std::uniform_int_distribution<int>(low, high)(rng); }
bool chance(Rng& rng, double probability) { return uniform(rng, 0, 1) < probability; }

SimulatedHints randomDots(const AbImage& truth, int count, double radius, Rng& rng) {
    auto hints = none(truth);
    hints.count = count;
    for (int i = 0; i < count; ++i)
        paintDot(truth, hints, uniform(rng, 0, truth.width()), uniform(rng, 0, truth.height()), radius, {});
    return hints;
}

SimulatedHints simulateHints(const AbImage& truth, Rng& rng, const HintFaults& faults) {
    auto hints = none(truth);
    const double kind = uniform(rng, 0, 1);
    if (kind < 0.12) return hints;
    if (kind < 0.22) {
        hints.count = uniformInt(rng, 1, 12);
        for (int i = 0; i < hints.count; ++i) paintStroke(truth, hints, rng, faults);
        return hints;
    }
    hints.count = kind < 0.60 ? 1 + std::geometric_distribution<int>(1.0 / 8.0)(rng)
                              : static_cast<int>(std::exp(uniform(rng, 0, std::log(300.0))));
    const double noise = chance(rng, 0.3) ? 2.0 : 0.0;
    std::normal_distribution<double> normal(0.0, 1.0);
    const bool oneSize = chance(rng, 0.5);
    const double commonRadius = uniform(rng, 0.5, 4.5);
    for (int i = 0; i < hints.count; ++i) {
        const double radius = oneSize ? commonRadius : uniform(rng, 0.5, 4.5);
        const double cx = uniform(rng, 0, truth.width()), cy = uniform(rng, 0, truth.height());
        const double b = noise * normal(rng), a = noise * normal(rng);
        const auto wrong = mistake(rng, faults);
        const Offset from =
            faults.jitter > 0 ? Offset{faults.jitter * normal(rng), faults.jitter * normal(rng)} : Offset{};
        const auto off = wrong.value_or(Offset{});
        paintDot(truth, hints, cx, cy, radius, {a + off.a, b + off.b}, from, wrong.has_value());
    }
    return hints;
}

void turnColors(AbImage& ab, double angle, double gain) {
    const auto c = static_cast<float>(gain * std::cos(angle)), s = static_cast<float>(gain * std::sin(angle));
    for (std::size_t i = 0; i < ab.a.size(); ++i) {
        const float a = ab.a.data[i], b = ab.b.data[i];
        ab.a.data[i] = c * a - s * b;
        ab.b.data[i] = s * a + c * b;
    }
}

bool varyColors(AbImage& truth, SimulatedHints& hints, Rng& rng) {
    constexpr int kTelling = 5;
    if (hints.count < kTelling) return true;
    const bool turned = chance(rng, 0.25);
    const double angle = turned ? uniform(rng, -std::numbers::pi, std::numbers::pi) : uniform(rng, -0.15, 0.15);
    const double gain = uniform(rng, 0.75, 1.2);
    for (auto* ab : {&truth, &hints.ab}) turnColors(*ab, angle, gain);
    return !turned;
}

}  // namespace tintreel::training
