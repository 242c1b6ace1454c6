// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"

namespace tintreel::scenes {

/// A scene as a list gives it, and where: "line 3", "clip 2".
struct ListedScene {
    FrameRange range;
    std::string place;
};

/// Checks order and film, fills the gaps. Errors: Input, naming source and place.
[[nodiscard]] Result<std::vector<FrameRange>> coveringScenes(const std::vector<ListedScene>& listed,
                                                             const std::string& source, FrameIndex frameCount);

[[nodiscard]] Unexpected listError(const std::string& source, const std::string& place, const std::string& what);

}  // namespace tintreel::scenes
