// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_colors.h"

namespace tintreel::ui {

QColor blended(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](int from, int to) { return static_cast<int>(from + (to - from) * share + 0.5); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Base).lightness() < palette.color(QPalette::Text).lightness();
}

QColor mutedText(const QPalette& palette) {
    return blended(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.6);
}

QColor stateColor(FrameState state, const QPalette& palette) {
    switch (state) {
        case FrameState::Preview: return {74, 134, 206};
        case FrameState::Full: return {78, 158, 92};
        case FrameState::Stale: return {212, 152, 44};
        case FrameState::Failed: return {206, 62, 62};
        case FrameState::None: break;
    }
    return blended(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.22);
}

QColor statusColor(SceneStatus status, const QPalette& palette) {
    switch (status) {
        case SceneStatus::Keyed: return {74, 134, 206};
        case SceneStatus::Done: return {78, 158, 92};
        case SceneStatus::Stale: return {212, 152, 44};
        case SceneStatus::Approved: return {38, 166, 154};
        case SceneStatus::Failed: return {206, 62, 62};
        case SceneStatus::Empty: break;
    }
    return mutedText(palette);
}

}  // namespace tintreel::ui
