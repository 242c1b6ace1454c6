// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QPalette>

#include "timeline/timeline_data.h"

namespace tintreel::ui {

// Colours of meaning, of middle lightness so that they stand on dark and light ground. None is ever the only signal:
// badges have shapes and text, the result lane has hatching.

[[nodiscard]] QColor stateColor(FrameState state, const QPalette& palette);
[[nodiscard]] QColor statusColor(SceneStatus status, const QPalette& palette);
/// Colour that is `share` (0..1) of the way from `a` to `b`.
[[nodiscard]] QColor blended(const QColor& a, const QColor& b, double share);
/// Lines and lettering of the second rank.
[[nodiscard]] QColor mutedText(const QPalette& palette);
[[nodiscard]] bool isDark(const QPalette& palette);

inline constexpr QColor kPlayheadColor{235, 92, 72};
inline constexpr QColor kStaleColor{222, 70, 66};  ///< outline of keys that no longer hold
inline constexpr QColor kMarkerColor{86, 168, 224};
inline constexpr QColor kInOutColor{214, 178, 94};

}  // namespace tintreel::ui
