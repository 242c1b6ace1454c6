// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPainter>
#include <QPalette>
#include <QString>

#include "timeline/timeline_data.h"

namespace tintreel::ui {

/// "empty", "keyed", "done", "stale", "approved", "failed"; translated.
[[nodiscard]] QString sceneStatusText(SceneStatus status);

/// A badge tells a status by shape and word, its colour only helps: empty ○, keyed ◆, done ●, stale △ with !, approved
/// ✓ in a square, failed ✕ in an octagon. It stands at the left of `area` (logical pixels), in its middle; the word is
/// cut short where the room ends and left out where not even three letters fit, the shape stays. Nothing is painted in
/// areas below 8 × 8.
void paintSceneBadge(QPainter& painter, const QRect& area, SceneStatus status, const QPalette& palette);
/// Of shape and word in the painter's font.
[[nodiscard]] QSize sceneBadgeSize(const QFontMetrics& metrics, SceneStatus status);

}  // namespace tintreel::ui
