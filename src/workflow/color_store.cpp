// SPDX-License-Identifier: Apache-2.0
#include "workflow/color_store.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/color/edge_aware.h"
#include "tintreel/color/resize.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using hints::HintSpan;

// Certainty of the edge-aware spread at which a local repair counts half.
constexpr float kRepairHalf = 0.02F;

std::optional<TrackName> trackNameOf(const fs::path& path) {
    TrackName name;
    const auto stem = path.stem().string();
    const auto first = stem.find('-'), second = stem.find('-', first + 1);
    if (second == std::string::npos) return std::nullopt;
    name.range = {std::strtoll(stem.c_str(), nullptr, 10), std::strtoll(stem.c_str() + first + 1, nullptr, 10)};
    name.hash = stem.substr(second + 1);
    return name;
}

/// What of a stretch the wanted frames need: carried from one keyframe colours can end early, between two both
/// directions are needed.
FrameRange clippedTo(FrameRange wanted, const Stretch& stretch) {
    if (stretch.keyframes.size() != 1) return stretch.range;
    const bool forwards = stretch.keyframes.front() == stretch.range.first;
    if (forwards) return {stretch.range.first, std::clamp(wanted.end, stretch.range.first + 1, stretch.range.end)};
    return {std::clamp(wanted.first, stretch.range.first, stretch.range.end - 1), stretch.range.end};
}

bool carriesNothing(const Stretch& stretch) {
    return !stretch.rangeHints && stretch.range.length() == static_cast<FrameIndex>(stretch.keyframes.size());
}

}  // namespace

std::string TrackName::file(const char* ending) const {
    return fmt::format("{}-{}-{}{}", range.first, range.end, hash, ending);
}

bool needsRepair(FrameIndex frame, const PersonInput& input) {
    return std::any_of(input.hints.hints.begin(), input.hints.hints.end(),
                       [&](const hints::Hint& hint) { return hint.frame == frame && hint.span == HintSpan::Frame; });
}

/// Moves the colours of one frame towards the hints near them, and nowhere else.
void repair(AbImage& ab, const LPlane& lightness, const inference::KeyframeHints& hints) {
    ab = color::resize(ab, lightness.width, lightness.height);
    AbImage difference = hints.ab;
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        difference.a.data[i] -= ab.a.data[i];
        difference.b.data[i] -= ab.b.data[i];
    }
    const auto spread = color::spreadHints(lightness, difference, hints.mask, 800, 12);
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        const float far = spread.certainty.data[i] / (spread.certainty.data[i] + kRepairHalf),
                    mask = hints.mask.data[i];
        ab.a.data[i] += (1 - mask) * far * spread.ab.a.data[i] + mask * difference.a.data[i];
        ab.b.data[i] += (1 - mask) * far * spread.ab.b.data[i] + mask * difference.b.data[i];
    }
}

bool ColorStore::has(const TrackName& name) const {
    std::error_code ec;
    return fs::exists(fileOf(name), ec);
}

Result<std::string> ColorStore::hashOfReference(const fs::path& picture) {
    std::error_code ec;
    const auto changed = fs::last_write_time(picture, ec);
    auto& known = referenceHashes_[picture];
    if (known.second.empty() || known.first != changed) {
        TT_ASSIGN(auto sha, sha256OfFile(picture));
        known = {changed, std::move(sha)};
    }
    return known.second;
}

Result<std::string> ColorStore::describeKeyframe(FrameIndex index, const PersonInput& input, bool rangeHints) {
    std::string text = fmt::format("key {}\n", index);
    if (const auto reference = input.references.find(index); reference != input.references.end()) {
        TT_ASSIGN(const auto sha, hashOfReference(reference->second));
        text += "reference " + sha + "\n";
    }
    // A palette slot counts by its colour alone, and how far a hint is carried is the stretch's matter.
    hints::HintDocument own;
    for (auto hint : input.hints.hints) {
        if (hint.frame != index || hint.span == HintSpan::Frame || (hint.span == HintSpan::Range && !rangeHints))
            continue;
        const bool neutral = std::holds_alternative<hints::NeutralColor>(hint.color);
        if (!neutral) hint.color = input.hints.colorOf(hint);
        hint.span = HintSpan::Scene;
        own.hints.push_back(std::move(hint));
    }
    return text + hints::writeHints(own);
}

Result<TrackName> ColorStore::keyNameOf(FrameIndex index, const PersonInput& input) {
    TT_ASSIGN(const auto description, describeKeyframe(index, input, false));
    return TrackName{{index, index + 1}, sha256OfBytes(identity_ + description).substr(0, 32)};
}

Result<ScenePlan> ColorStore::plan(FrameRange scene, const FilmPlan& film, FrameRange wanted) {
    ScenePlan plan{scene, inputOf(scene, film.person), {}, {}, {}};
    plan.stretches = planScene(scene, plan.input, film.choice);
    for (const auto& stretch : plan.stretches) {
        std::string text = fmt::format("{}stretch {} {}\n", identity_, stretch.range.first, stretch.range.end);
        // Where nothing is carried there is no track, and nothing to name.
        if (!carriesNothing(stretch))
            for (const FrameIndex key : stretch.keyframes) {
                TT_ASSIGN(const auto own, describeKeyframe(key, plan.input, stretch.rangeHints));
                text += own;
            }
        plan.names.push_back({stretch.range, sha256OfBytes(text).substr(0, 32)});
        plan.clipped.push_back({clippedTo(wanted, stretch), plan.names.back().hash});
    }
    return plan;
}

Result<std::optional<AbImage>> ColorStore::keyframe(const TrackName& name) const {
    std::error_code ec;
    if (!fs::exists(keyFileOf(name), ec)) return std::nullopt;
    TT_ASSIGN(const auto file, inference::ColorTrack::open(keyFileOf(name)));
    TT_ASSIGN(auto colors, file.read(name.range.first));
    return std::optional(std::move(colors.ab));
}

Result<> ColorStore::keepKeyframe(const TrackName& name, const AbImage& ab) {
    TT_ASSIGN(PartFile part, PartFile::create(keyFileOf(name), true));
    TT_ASSIGN(auto file, inference::ColorTrack::create(part.partPath(), ab.width(), ab.height(), name.range.first));
    TT_TRY(file.write(name.range.first, {ab, Plane<float>(ab.width(), ab.height(), 1.0F)}));
    return part.commit();
}

Result<inference::ColorTrack*> ColorStore::finishedTrack(const TrackName& name) {
    if (auto* open = tracks_.find(name.file())) return open;
    TT_ASSIGN(auto track, inference::ColorTrack::open(fileOf(name)));
    return &tracks_.put(name.file(), std::move(track));
}

/// All tracks in the folder, the newest first. Read anew when the folder has changed; its clock is coarse, so a change
/// that is very young is not trusted to be the last.
const std::vector<TrackName>& ColorStore::listing() {
    std::error_code ec;
    const auto changed = fs::last_write_time(folder_, ec);
    if (!ec && changed == listed_ && listedLate_) return tracksThere_;
    listed_ = changed;
    listedLate_ = fs::file_time_type::clock::now() - changed > std::chrono::milliseconds(50);
    std::vector<std::pair<fs::file_time_type, TrackName>> found;
    for (const auto& entry : fs::directory_iterator(folder_, ec)) {
        if (entry.path().extension() != ".track") continue;
        if (auto name = trackNameOf(entry.path())) found.emplace_back(entry.last_write_time(ec), std::move(*name));
    }
    std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return one.first > other.first; });
    tracksThere_.clear();
    for (auto& [time, name] : found) tracksThere_.push_back(std::move(name));
    return tracksThere_;
}

/// Tracks that hold colours of `range`, the newest first.
std::vector<TrackName> ColorStore::tracksIn(FrameRange range, const std::set<std::string>& exceptHashes) {
    std::vector<TrackName> names;
    for (const auto& name : listing())
        if (exceptHashes.count(name.hash) == 0 && name.range.end > range.first && name.range.first < range.end)
            names.push_back(name);
    return names;
}

Result<std::optional<FrameColors>> ColorStore::carried(FrameIndex frame, const ScenePlan& plan, std::size_t stretch) {
    FrameColors result;
    std::optional<inference::ColorTrack> part;
    const inference::ColorTrack* source = nullptr;
    // A track that is being finished changes its name; looking twice finds it.
    for (int look = 0; look < 2 && source == nullptr; ++look) {
        for (const auto* name : {&plan.names[stretch], &plan.clipped[stretch]}) {
            if (source != nullptr || !name->range.contains(frame)) continue;
            if (has(*name)) {
                TT_ASSIGN(source, finishedTrack(*name));
                result.unfinished = false;
            } else if (auto open = inference::ColorTrack::open(fileOf(*name).string() + ".part");
                       open && open->has(frame)) {
                result.unfinished = true;
                source = &part.emplace(std::move(*open));
            }
        }
    }
    if (source == nullptr) {
        for (const auto& other : tracksIn({frame, frame + 1}, {})) {
            const auto track = finishedTrack(other);
            if (!track || !(*track)->has(frame)) continue;
            source = *track;
            result.stale = other.hash != plan.names[stretch].hash;
            break;
        }
    }
    if (source == nullptr) return std::nullopt;
    TT_ASSIGN(auto colored, source->read(frame));
    result.confidence = source->meanConfidence(frame).value_or(0);
    result.ab = std::move(colored.ab);
    return std::optional(std::move(result));
}

Result<std::optional<FrameColors>> ColorStore::colors(FrameIndex frame, const ScenePlan& plan) {
    if (const Stretch* stretch = stretchOf(frame, plan.stretches))
        return carried(frame, plan, static_cast<std::size_t>(stretch - plan.stretches.data()));
    TT_ASSIGN(const auto name, keyNameOf(frame, plan.input));
    TT_ASSIGN(auto ab, keyframe(name));
    if (!ab) return std::nullopt;
    FrameColors result;
    result.keyframe = true;
    result.ab = std::move(*ab);
    return std::optional(std::move(result));
}

Result<std::vector<ColorStretch>> ColorStore::states(const ScenePlan& plan) {
    std::vector<ColorStretch> result;
    // Neighbours share their keyframe: a finished one is no older state of the other.
    std::set<std::string> current;
    for (const auto& name : plan.names) current.insert(name.hash);
    for (std::size_t i = 0; i < plan.stretches.size(); ++i) {
        const FrameRange range = plan.stretches[i].range;
        const bool done = carriesNothing(plan.stretches[i]) || has(plan.names[i]);
        result.push_back({range, done                               ? ColorState::Done
                                 : tracksIn(range, current).empty() ? ColorState::None
                                                                    : ColorState::Stale});
    }
    return result;
}

Result<std::vector<float>> ColorStore::confidence(const ScenePlan& plan) {
    std::vector<float> values(static_cast<std::size_t>(plan.scene.length()), -1.0F);
    for (std::size_t i = 0; i < plan.stretches.size(); ++i) {
        const FrameRange range = plan.stretches[i].range;
        if (!has(plan.names[i])) continue;
        TT_ASSIGN(const auto* track, finishedTrack(plan.names[i]));
        for (FrameIndex f = range.first; f < range.end; ++f)
            values[static_cast<std::size_t>(f - plan.scene.first)] = track->meanConfidence(f).value_or(-1.0F);
    }
    return values;
}

void ColorStore::forget(const ScenePlan& plan) {
    tracks_.clear();
    std::error_code ec;
    for (std::size_t i = 0; i < plan.stretches.size(); ++i) {
        fs::remove(fileOf(plan.names[i]), ec);
        fs::remove(fileOf(plan.clipped[i]), ec);
        for (const FrameIndex key : plan.stretches[i].keyframes)
            if (const auto name = keyNameOf(key, plan.input)) fs::remove(keyFileOf(*name), ec);
    }
}

void ColorStore::forgetBefore(FrameIndex frame, const ScenePlan& plan) const {
    std::error_code ec;
    for (std::size_t i = 0; i < plan.stretches.size(); ++i) {
        if (!plan.stretches[i].range.contains(frame)) continue;
        const fs::path file = fileOf(plan.clipped[i]), part = file.string() + ".part";
        inference::ColorTrack::releaseBefore(fs::exists(part, ec) ? part : file, frame);
    }
}

void FilmColorizer::pruneCache(const fs::path& folder, std::uintmax_t maxBytes) {
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    std::uintmax_t total = 0;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        const auto ending = entry.path().extension();
        if ((ending != ".track" && ending != ".key") || !trackNameOf(entry.path())) continue;
        files.emplace_back(entry.last_write_time(ec), entry.path());
        total += entry.file_size(ec);
    }
    std::sort(files.begin(), files.end());
    for (const auto& [time, path] : files) {
        if (total <= maxBytes) return;
        total -= std::min(total, fs::file_size(path, ec));
        fs::remove(path, ec);
    }
}

}  // namespace tintreel::workflow
