// SPDX-License-Identifier: Apache-2.0
#include "timeline/ruler_ticks.h"

#include <algorithm>
#include <array>

namespace tintreel::ui {
namespace {

constexpr double kMinorPixels = 6.0;
constexpr std::array<FrameIndex, 17> kSeconds{1,   2,   5,    10,   15,   30,    60,    120,  300,
                                              600, 900, 1800, 3600, 7200, 21600, 43200, 86400};

/// All steps in rising order. Within a second only what divides it, so that every full second keeps its tick.
std::vector<FrameIndex> niceSteps(FrameIndex base) {
    std::vector<FrameIndex> steps;
    for (FrameIndex step = 1; step < base; ++step) {
        if (base % step == 0) steps.push_back(step);
    }
    for (const auto seconds : kSeconds) steps.push_back(seconds * base);
    // Time lapses of one frame a second last for weeks.
    for (int i = 0; i < 24; ++i) steps.push_back(steps.back() * 2);
    return steps;
}

}  // namespace

TickSteps tickSteps(double pixelsPerFrame, int base, double labelPixels) {
    const auto steps = niceSteps(std::max(base, 1));
    const auto wideEnough = [&](double pixels) {
        return [=](FrameIndex step) { return static_cast<double>(step) * pixelsPerFrame >= pixels; };
    };
    const auto found = std::find_if(steps.begin(), steps.end(), wideEnough(labelPixels));
    const FrameIndex major = found == steps.end() ? steps.back() : *found;
    const auto fine = wideEnough(kMinorPixels);
    const auto minor =
        std::find_if(steps.begin(), steps.end(), [&](FrameIndex step) { return fine(step) && major % step == 0; });
    return {major, minor == steps.end() ? major : std::min(*minor, major)};
}

std::vector<RulerTick> rulerTicks(FrameRange shown, const TickSteps& steps, const TimecodeFormat& format) {
    std::vector<RulerTick> ticks;
    const FrameIndex from = labelFromFrame(std::max<FrameIndex>(shown.first, 0), format);
    for (FrameIndex label = from - from % steps.major;; label += steps.minor) {
        const FrameIndex frame = frameFromLabel(label, format);
        if (frame >= shown.end) return ticks;
        // Two dropped labels fall on the same frame.
        if (ticks.empty() || ticks.back().frame != frame) ticks.push_back({frame, label % steps.major == 0});
    }
}

}  // namespace tintreel::ui
