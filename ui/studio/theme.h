// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPalette>

namespace tintreel::ui {

/// Neutral greys, so that the window tints no judgement of colour. For the Fusion style.
[[nodiscard]] QPalette darkPalette();
[[nodiscard]] QPalette lightPalette();

}  // namespace tintreel::ui
