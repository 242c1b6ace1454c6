// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace tintreel::inference {

/// $TINTREEL_MODELS, else `share/tintreel/models` beside the installed program, else the source tree's.
[[nodiscard]] std::filesystem::path defaultModelsFolder();

}  // namespace tintreel::inference
