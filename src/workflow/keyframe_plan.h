// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/color/resize.h"
#include "tintreel/hints/hint.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/media/media_info.h"
#include "tintreel/workflow/film_colorizer.h"

namespace tintreel::workflow {

/// Reads and checks both; frameCount is the film's true length.
[[nodiscard]] Result<PersonInput> readPersonInput(const std::filesystem::path& hintsFile,
                                                  const std::filesystem::path& referencesDir);
[[nodiscard]] Result<> checkPersonInput(const PersonInput& input, const std::filesystem::path& hintsFile,
                                        const media::MediaInfo& info, FrameIndex frameCount);

/// Frames named by --keyframes: "first", "all" or a list.
[[nodiscard]] Result<KeyframeChoice> parseKeyframes(const std::string& text, FrameIndex frameCount);

/// Consecutive frames whose colours come from the same keyframes: from one to the next, or between a cut and the one
/// keyframe beside it. Both keyframes lie inside.
struct Stretch {
    FrameRange range;
    std::vector<FrameIndex> keyframes;  ///< one or two
    bool rangeHints = false;            ///< keyframes are made with the hints whose span is a range, too
};

/// The stretches of one scene: first, in order, those that cover it all from everything that may be carried anywhere,
/// then those of hint ranges, which lie on top of earlier ones. A scene without any keyframe is keyed at its first
/// frame.
[[nodiscard]] std::vector<Stretch> planScene(FrameRange scene, const PersonInput& input, const KeyframeChoice& choice);
/// The stretch that a frame's colours come from; keyframes of the whole scene belong to none but themselves (nullptr).
[[nodiscard]] const Stretch* stretchOf(FrameIndex frame, const std::vector<Stretch>& plan);

/// Hints of one frame for the networks, at working size in coded orientation. `kinds`: which spans count.
[[nodiscard]] inference::KeyframeHints rasterizeFor(FrameIndex frame, const std::set<hints::HintSpan>& kinds,
                                                    const hints::HintDocument& document, const media::MediaInfo& info,
                                                    color::Size working);

/// A reference picture's ab at working size in coded orientation. Error: Input.
[[nodiscard]] Result<AbImage> referenceColors(const std::filesystem::path& picture, const media::MediaInfo& info,
                                              color::Size working);

}  // namespace tintreel::workflow
