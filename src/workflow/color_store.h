// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tintreel/inference/color_track.h"
#include "tintreel/workflow/film_colorizer.h"
#include "workflow/keyframe_plan.h"

namespace tintreel::workflow {

/// A file of colours is named FIRST-END-HASH.track (or .key for one keyframe), so that a folder tells which frames have
/// older colours.
struct TrackName {
    FrameRange range;
    std::string hash;
    [[nodiscard]] std::string file(const char* ending = ".track") const;
};

/// The few things that were used last, by key.
template <class Value>
class Recent {
public:
    explicit Recent(std::size_t most) : most_(most) {}
    Value* find(const std::string& key) {
        const auto found =
            std::find_if(items_.begin(), items_.end(), [&](const auto& item) { return item.first == key; });
        if (found == items_.end()) return nullptr;
        items_.splice(items_.begin(), items_, found);
        return &items_.front().second;
    }
    Value& put(const std::string& key, Value value) {
        items_.emplace_front(key, std::move(value));
        if (items_.size() > most_) items_.pop_back();
        return items_.front().second;
    }
    void clear() { items_.clear(); }

private:
    std::size_t most_;
    std::list<std::pair<std::string, Value>> items_;
};

/// A scene as it is coloured: its stretches and the names of their tracks, worked out once.
struct ScenePlan {
    FrameRange scene;
    PersonInput input;
    std::vector<Stretch> stretches;
    std::vector<TrackName> names;    ///< of whole stretches
    std::vector<TrackName> clipped;  ///< of what has to be coloured of them for the frames that are wanted
};

/// The folder that keeps colours between runs: tracks of stretches and the keyframes' own colours, found by what they
/// were made from. Needs no network. One thread at a time; several objects may share a folder.
class ColorStore {
public:
    /// `identity`: names the film, the networks and the working size in a hash.
    ColorStore(std::filesystem::path folder, std::string identity)
        : folder_(std::move(folder)), identity_(std::move(identity)) {}

    [[nodiscard]] const std::string& identity() const noexcept { return identity_; }
    [[nodiscard]] std::filesystem::path fileOf(const TrackName& name) const { return folder_ / name.file(); }
    [[nodiscard]] std::filesystem::path keyFileOf(const TrackName& name) const { return folder_ / name.file(".key"); }
    [[nodiscard]] bool has(const TrackName& name) const;
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

    /// Error: Input for a reference picture that cannot be read.
    [[nodiscard]] Result<ScenePlan> plan(FrameRange scene, const FilmPlan& film, FrameRange wanted);
    /// All that a keyframe's colours depend on, in words.
    [[nodiscard]] Result<std::string> describeKeyframe(FrameIndex index, const PersonInput& input, bool rangeHints);
    [[nodiscard]] Result<TrackName> keyNameOf(FrameIndex index, const PersonInput& input);

    /// The colours of a keyframe of a whole scene, if they are kept; and keeps them.
    [[nodiscard]] Result<std::optional<AbImage>> keyframe(const TrackName& name) const;
    [[nodiscard]] Result<> keepKeyframe(const TrackName& name, const AbImage& ab);

    /// Colours of a frame without its local repairs, as FilmColorizer::colors(); a keyframe's only where they are kept.
    [[nodiscard]] Result<std::optional<FrameColors>> colors(FrameIndex frame, const ScenePlan& plan);
    /// Colours of a frame that is no keyframe: of the stretch of that index.
    [[nodiscard]] Result<std::optional<FrameColors>> carried(FrameIndex frame, const ScenePlan& plan,
                                                             std::size_t stretch);

    [[nodiscard]] Result<std::vector<ColorStretch>> states(const ScenePlan& plan);
    [[nodiscard]] Result<std::vector<float>> confidence(const ScenePlan& plan);
    /// Takes a scene's colours from the disk; or those before a frame, of the stretches that go on behind it.
    void forget(const ScenePlan& plan);
    static constexpr FrameIndex kForgetEvery = 64;  ///< frames; a hole is cheap, not free
    void forgetBefore(FrameIndex frame, const ScenePlan& plan) const;

private:
    Result<inference::ColorTrack*> finishedTrack(const TrackName& name);
    Result<std::string> hashOfReference(const std::filesystem::path& picture);
    const std::vector<TrackName>& listing();
    [[nodiscard]] std::vector<TrackName> tracksIn(FrameRange range, const std::set<std::string>& exceptHashes);

    static constexpr std::size_t kTracksOpen = 12;
    std::filesystem::path folder_;
    std::string identity_;
    Recent<inference::ColorTrack> tracks_{kTracksOpen};
    std::map<std::filesystem::path, std::pair<std::filesystem::file_time_type, std::string>> referenceHashes_;
    std::vector<TrackName> tracksThere_;  // as of listed_
    std::filesystem::file_time_type listed_;
    bool listedLate_ = false;
};

/// A local repair (hints of span frame) on a frame's colours; `ab` is brought to working size where there is one.
[[nodiscard]] bool needsRepair(FrameIndex frame, const PersonInput& input);
void repair(AbImage& ab, const LPlane& lightness, const inference::KeyframeHints& hints);

}  // namespace tintreel::workflow
