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

namespace tintreel::workflow {

/// What people gave for a film: hints and reference pictures by frame.
struct PersonInput {
    hints::HintDocument hints;
    std::map<FrameIndex, std::filesystem::path> references;
};

/// Reads and checks both; frameCount is the film's true length.
[[nodiscard]] Result<PersonInput> readPersonInput(const std::filesystem::path& hintsFile, const std::filesystem::path& referencesDir);
[[nodiscard]] Result<> checkPersonInput(const PersonInput& input, const std::filesystem::path& hintsFile, const media::MediaInfo& info, FrameIndex frameCount);

/// Frames named by --keyframes: "first", "all" or a list.
struct KeyframeChoice {
    bool all = false;
    std::set<FrameIndex> listed;
};
[[nodiscard]] Result<KeyframeChoice> parseKeyframes(const std::string& text, FrameIndex frameCount);

/// A stretch of a scene that one propagation covers, later ones over earlier ones: first the whole scene from everything
/// that may be carried anywhere, then each hint range.
struct Stretch {
    FrameRange range;
    std::set<FrameIndex> keyframes;
    bool withRangeHints = false;   ///< keyframes are made with the hints whose span is a range, too
};

/// The stretches of one scene. A scene without any keyframe is keyed at its first frame.
[[nodiscard]] std::vector<Stretch> planScene(FrameRange scene, const PersonInput& input, const KeyframeChoice& choice);

/// Hints of one frame for the networks, at working size in coded orientation. `kinds`: which spans count.
[[nodiscard]] inference::KeyframeHints rasterizeFor(FrameIndex frame, const std::set<hints::HintSpan>& kinds, const hints::HintDocument& document,
                                                    const media::MediaInfo& info, color::Size working);

/// A reference picture's ab at working size in coded orientation. Error: Input.
[[nodiscard]] Result<AbImage> referenceColors(const std::filesystem::path& picture, const media::MediaInfo& info, color::Size working);

}  // namespace tintreel::workflow
