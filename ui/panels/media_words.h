// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>
#include <vector>

#include <QString>

#include "tintreel/media/media_info.h"

namespace tintreel::ui {

// A clip's facts in words. Pure functions.

/// H.273 code points: "BT.709", "not stated", "code 99" where unknown.
[[nodiscard]] QString matrixName(int h273);
[[nodiscard]] QString primariesName(int h273);
[[nodiscard]] QString transferName(int h273);
/// "progressive", "interlaced, top field first" and so on.
[[nodiscard]] QString fieldOrderWords(const std::string& order);
/// "23.976 frames/s (24000/1001), constant".
[[nodiscard]] QString rateWords(const media::MediaInfo& info);
/// All facts as (label, value) in the order of reading; warnings are not among them.
[[nodiscard]] std::vector<std::pair<QString, QString>> factsOf(const media::MediaInfo& info);

}  // namespace tintreel::ui
