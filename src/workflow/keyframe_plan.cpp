// SPDX-License-Identifier: Apache-2.0
#include "workflow/keyframe_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "tintreel/color/lab.h"
#include "tintreel/media/frame_reader.h"
#include "tintreel/workflow/screen.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
Result<PersonInput> readPersonInput(const std::filesystem::path& hintsFile,
                                    const std::filesystem::path& referencesDir) {
    PersonInput input;
    if (!hintsFile.empty()) {
        TT_ASSIGN(input.hints, hints::readHints(hintsFile));
    }
    if (!referencesDir.empty()) {
        TT_ASSIGN(const auto references, hints::listReferences(referencesDir));
        for (const auto& reference : references) input.references[reference.frame] = reference.path;
    }
    return input;
}

Result<> checkPersonInput(const PersonInput& input, const std::filesystem::path& hintsFile,
                          const media::MediaInfo& info, FrameIndex frameCount) {
    TT_TRY(hints::checkFrames(input.hints, frameCount, hintsFile.string()));
    for (const auto& [frame, path] : input.references) {
        if (frame >= frameCount)
            return fail(ErrorCode::Input,
                        fmt::format("The reference '{}' is for frame {}, the film has {} frames (0..{}).",
                                    path.string(), frame, frameCount, frameCount - 1));
        TT_ASSIGN(const auto picture, media::readPicture(path));
        const auto shown = shownSize(info);
        // Pictures grabbed without regard to the pixel aspect are common; they fit as well.
        if (hints::checkAspect(path, picture.width, picture.height, info.width, info.height) &&
            info.rotation % 180 == 0)
            continue;
        TT_TRY(hints::checkAspect(path, picture.width, picture.height, shown.width, shown.height));
    }
    return {};
}

Result<KeyframeChoice> parseKeyframes(const std::string& text, FrameIndex frameCount) {
    KeyframeChoice choice;
    if (text == "first") return choice;
    if (text == "all") {
        choice.all = true;
        return choice;
    }
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) {
        FrameIndex frame = 0;
        const auto [end, ec] = std::from_chars(part.data(), part.data() + part.size(), frame);
        if (ec != std::errc{} || end != part.data() + part.size() || frame < 0)
            return fail(ErrorCode::Usage,
                        "--keyframes: '" + part + "' is no frame number; use first, all or a list like 0,48,96.");
        if (frame >= frameCount)
            return fail(ErrorCode::Usage,
                        fmt::format("--keyframes: frame {} is beyond the film, which has {} frames (0..{}).", frame,
                                    frameCount, frameCount - 1));
        choice.listed.insert(frame);
    }
    if (choice.listed.empty()) return fail(ErrorCode::Usage, "--keyframes: use first, all or a list like 0,48,96.");
    return choice;
}

std::set<FrameIndex> FilmColorizer::keyframesOf(FrameRange scene, const PersonInput& input,
                                                const KeyframeChoice& choice) {
    std::set<FrameIndex> keyframes;
    for (const auto& hint : input.hints.hints)
        if (scene.contains(hint.frame) && hint.span == hints::HintSpan::Scene) keyframes.insert(hint.frame);
    for (const auto& [frame, path] : input.references)
        if (scene.contains(frame)) keyframes.insert(frame);
    keyframes.insert(choice.listed.lower_bound(scene.first), choice.listed.lower_bound(scene.end));
    if (choice.all)
        for (FrameIndex frame = scene.first; frame < scene.end; ++frame) keyframes.insert(keyframes.end(), frame);
    if (keyframes.empty()) keyframes.insert(scene.first);
    return keyframes;
}

namespace {

/// Cuts a range at its keyframes.
void addStretches(FrameRange range, const std::set<FrameIndex>& keyframes, bool rangeHints,
                  std::vector<Stretch>& plan) {
    if (const auto first = *keyframes.begin(); first > range.first)
        plan.push_back({{range.first, first + 1}, {first}, rangeHints});
    for (auto key = keyframes.begin(); key != keyframes.end(); ++key) {
        const auto next = std::next(key);
        if (next != keyframes.end()) plan.push_back({{*key, *next + 1}, {*key, *next}, rangeHints});
        else plan.push_back({{*key, range.end}, {*key}, rangeHints});
    }
}

}  // namespace

std::vector<Stretch> planScene(FrameRange scene, const PersonInput& input, const KeyframeChoice& choice) {
    const auto keyframes = FilmColorizer::keyframesOf(scene, input, choice);
    std::vector<Stretch> plan;
    addStretches(scene, keyframes, false, plan);
    std::vector<std::pair<FrameRange, std::set<FrameIndex>>> ranges;
    for (const auto& hint : input.hints.hints) {
        if (!scene.contains(hint.frame) || hint.span != hints::HintSpan::Range) continue;
        const FrameRange range{std::max(scene.first, hint.range.first), std::min(scene.end, hint.range.end)};
        const auto same =
            std::find_if(ranges.begin(), ranges.end(), [&](const auto& known) { return known.first == range; });
        auto& keys = same == ranges.end() ? ranges.emplace_back(range, std::set<FrameIndex>{}).second : same->second;
        keys.insert(hint.frame);
    }
    for (auto& [range, keys] : ranges) {
        keys.insert(keyframes.lower_bound(range.first), keyframes.lower_bound(range.end));
        addStretches(range, keys, true, plan);
    }
    return plan;
}

const Stretch* stretchOf(FrameIndex frame, const std::vector<Stretch>& plan) {
    const Stretch* found = nullptr;
    bool key = false;
    for (const auto& stretch : plan) {
        if (!stretch.range.contains(frame)) continue;
        const bool isKey =
            std::find(stretch.keyframes.begin(), stretch.keyframes.end(), frame) != stretch.keyframes.end();
        if (stretch.rangeHints) key = false;
        else if (isKey) key = true;
        found = &stretch;
    }
    return key ? nullptr : found;
}

inference::KeyframeHints rasterizeFor(FrameIndex frame, const std::set<hints::HintSpan>& kinds,
                                      const hints::HintDocument& document, const media::MediaInfo& info,
                                      color::Size working) {
    std::vector<const hints::Hint*> chosen;
    for (const auto& hint : document.hints)
        if (hint.frame == frame && kinds.count(hint.span)) chosen.push_back(&hint);
    const bool turned = info.rotation % 180 != 0;
    auto raster = hints::rasterize(document, chosen, turned ? working.height : working.width,
                                   turned ? working.width : working.height);
    const int back = (360 - info.rotation) % 360;
    return {rotated(raster.ab, back), rotated(raster.mask, back), std::nullopt};
}

Result<AbImage> referenceColors(const std::filesystem::path& picture, const media::MediaInfo& info,
                                color::Size working) {
    TT_ASSIGN(const RgbImage rgb, media::readPicture(picture));
    const bool turned = info.rotation % 180 != 0;
    const auto small =
        color::resize(rgb, turned ? working.height : working.width, turned ? working.width : working.height);
    return rotated(color::labFromRgb(small).ab, (360 - info.rotation) % 360);
}

}  // namespace tintreel::workflow
