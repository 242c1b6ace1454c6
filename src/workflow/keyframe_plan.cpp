// SPDX-License-Identifier: Apache-2.0
#include "workflow/keyframe_plan.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include <fmt/format.h>

#include "tintreel/color/lab.h"
#include "tintreel/media/frame_reader.h"
#include "workflow/frames.h"

namespace tintreel::workflow {
namespace {

/// The picture as shown: turned, and wider where pixels are not square.
color::Size shownSize(const media::MediaInfo& info) {
    const double width = info.width * (info.sampleAspect.value() > 0 ? info.sampleAspect.value() : 1.0);
    color::Size size{static_cast<int>(std::lround(width)), info.height};
    if (info.rotation % 180 != 0) std::swap(size.width, size.height);
    return size;
}

}  // namespace

Result<PersonInput> readPersonInput(const std::filesystem::path& hintsFile, const std::filesystem::path& referencesDir) {
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

Result<> checkPersonInput(const PersonInput& input, const std::filesystem::path& hintsFile, const media::MediaInfo& info, FrameIndex frameCount) {
    TT_TRY(hints::checkFrames(input.hints, frameCount, hintsFile.string()));
    for (const auto& [frame, path] : input.references) {
        if (frame >= frameCount)
            return fail(ErrorCode::Input, fmt::format("The reference '{}' is for frame {}, the film has {} frames (0..{}).", path.string(), frame, frameCount, frameCount - 1));
        TT_ASSIGN(const auto picture, media::readPicture(path));
        const auto shown = shownSize(info);
        // Pictures grabbed without regard to the pixel aspect are common; they fit as well.
        if (hints::checkAspect(path, picture.width, picture.height, info.width, info.height) && info.rotation % 180 == 0) continue;
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
            return fail(ErrorCode::Usage, "--keyframes: '" + part + "' is no frame number; use first, all or a list like 0,48,96.");
        if (frame >= frameCount) return fail(ErrorCode::Usage, fmt::format("--keyframes: frame {} is beyond the film, which has {} frames (0..{}).", frame, frameCount, frameCount - 1));
        choice.listed.insert(frame);
    }
    if (choice.listed.empty()) return fail(ErrorCode::Usage, "--keyframes: use first, all or a list like 0,48,96.");
    return choice;
}

std::vector<Stretch> planScene(FrameRange scene, const PersonInput& input, const KeyframeChoice& choice) {
    Stretch whole{scene, {}, false};
    std::vector<Stretch> ranges;
    for (const auto& hint : input.hints.hints) {
        if (!scene.contains(hint.frame)) continue;
        if (hint.span == hints::HintSpan::Scene) whole.keyframes.insert(hint.frame);
        if (hint.span != hints::HintSpan::Range) continue;
        const FrameRange range{std::max(scene.first, hint.range.first), std::min(scene.end, hint.range.end)};
        const auto same = std::find_if(ranges.begin(), ranges.end(), [&](const Stretch& s) { return s.range == range; });
        auto& stretch = same == ranges.end() ? ranges.emplace_back(Stretch{range, {}, true}) : *same;
        stretch.keyframes.insert(hint.frame);
    }
    for (const auto& [frame, path] : input.references)
        if (scene.contains(frame)) whole.keyframes.insert(frame);
    for (const FrameIndex frame : choice.listed)
        if (scene.contains(frame)) whole.keyframes.insert(frame);
    if (choice.all)
        for (FrameIndex frame = scene.first; frame < scene.end; ++frame) whole.keyframes.insert(frame);
    if (whole.keyframes.empty()) whole.keyframes.insert(scene.first);
    std::vector<Stretch> plan{whole};
    for (auto& stretch : ranges) {
        for (const FrameIndex frame : whole.keyframes)
            if (stretch.range.contains(frame)) stretch.keyframes.insert(frame);
        plan.push_back(std::move(stretch));
    }
    return plan;
}

inference::KeyframeHints rasterizeFor(FrameIndex frame, const std::set<hints::HintSpan>& kinds, const hints::HintDocument& document, const media::MediaInfo& info,
                                      color::Size working) {
    std::vector<const hints::Hint*> chosen;
    for (const auto& hint : document.hints)
        if (hint.frame == frame && kinds.count(hint.span)) chosen.push_back(&hint);
    const bool turned = info.rotation % 180 != 0;
    auto raster = hints::rasterize(document, chosen, turned ? working.height : working.width, turned ? working.width : working.height);
    const int back = (360 - info.rotation) % 360;
    return {rotated(raster.ab, back), rotated(raster.mask, back), std::nullopt};
}

Result<AbImage> referenceColors(const std::filesystem::path& picture, const media::MediaInfo& info, color::Size working) {
    TT_ASSIGN(const RgbImage rgb, media::readPicture(picture));
    const bool turned = info.rotation % 180 != 0;
    const auto small = color::resize(rgb, turned ? working.height : working.width, turned ? working.width : working.height);
    return rotated(color::labFromRgb(small).ab, (360 - info.rotation) % 360);
}

}  // namespace tintreel::workflow
