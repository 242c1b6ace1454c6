// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QIcon>
#include <QPalette>

namespace tintreel::ui {

enum class TransportIcon { GoToIn, StepBack, Play, Stop, StepOn, GoToOut, Loop };

/// Drawn, not loaded: sharp at every scale and in the ink of the palette, dark or light.
[[nodiscard]] QIcon transportIcon(TransportIcon icon, const QPalette& palette);

}  // namespace tintreel::ui
