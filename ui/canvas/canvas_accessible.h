// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace tintreel::ui {

/// Tells assistive technology that a Canvas is a canvas and that its value is the line of status. Once is enough; more
/// do no harm.
void installCanvasAccessible();

}  // namespace tintreel::ui
