// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tintreel/base/job.h"
#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/hints/hint.h"
#include "tintreel/inference/colorizer.h"
#include "tintreel/media/frame_reader.h"

namespace tintreel::workflow {

/// What people gave for a film: hints and reference pictures by frame.
struct PersonInput {
    hints::HintDocument hints;
    std::map<FrameIndex, std::filesystem::path> references;
};

/// Keyframes beside those that people gave: none, all frames, or a list.
struct KeyframeChoice {
    bool all = false;
    std::set<FrameIndex> listed;
};

/// Everything that decides a film's colours beside the film, the networks and the working size.
struct FilmPlan {
    PersonInput person;
    KeyframeChoice choice;
    std::vector<FrameRange> scenes;  ///< in order, covering the film without gaps

    /// The scene that holds `frame`; an empty range behind the film's end.
    [[nodiscard]] FrameRange sceneOf(FrameIndex frame) const;
};

class ColorStore;

struct FilmOptions {
    std::filesystem::path film;
    std::filesystem::path cacheFolder;  ///< colour tracks are kept here; made when missing
    int workingSize = 256;              ///< short side in pixels that the networks see
    inference::ColorizerOptions networks;
};

/// Colours of one frame before they meet the film's own luma.
struct FrameColors {
    AbImage ab;               ///< working size or half of it, in coded orientation
    double confidence = 1;    ///< mean over the frame, 0..1
    bool keyframe = false;    ///< made by the generator or given, not carried
    bool unfinished = false;  ///< from a stretch that is being coloured now; may still change
    bool stale = false;       ///< made from hints that have changed since
};

/// Which frames of a scene have their colours.
enum class ColorState { None, Stale, Done };
struct ColorStretch {
    FrameRange range;
    ColorState state = ColorState::None;
};

/// The networks and one film: colours keyframes and scenes and keeps what it made in colour tracks. A track holds the
/// stretch from one keyframe to the next (or to the cut) and is named by a hash over all that its colours depend on, so
/// that nothing is inferred twice, an undone edit finds its colours again, and an edit on one keyframe touches no frame
/// beyond its neighbours. The command line and the studio both stand on it. One thread at a time; two objects may share
/// a cache folder.
class FilmColorizer {
public:
    /// Errors: Input for the film, Model for the networks, Output for the cache folder.
    [[nodiscard]] static Result<FilmColorizer> open(const FilmOptions& options);

    FilmColorizer(FilmColorizer&&) noexcept;
    FilmColorizer& operator=(FilmColorizer&&) noexcept;
    ~FilmColorizer();

    [[nodiscard]] const media::MediaInfo& info() const;
    [[nodiscard]] std::vector<inference::ModelUse> models() const;
    [[nodiscard]] std::string deviceDescription() const;

    /// A frame as decoded. Frames in order are cheap, others are sought; the last one is kept.
    [[nodiscard]] Result<media::VideoFrame> frame(FrameIndex frame);
    /// Ranked colours for a point (0..1 of the picture as shown) of a frame.
    [[nodiscard]] Result<std::vector<inference::ColorSuggestion>> suggest(FrameIndex frame, hints::Point point,
                                                                          const PersonInput& input);

    /// Frames of the scene before `end` have their final colours in the cache. Called on the thread that colours.
    using Ready = std::function<void(FrameIndex end)>;
    /// Colours a scene into the cache, the stretches next to `around` first; does nothing where its colours are there.
    /// What a stop finds unfinished is not kept. With `wanted` only what its frames need is coloured. Frames are read
    /// ahead on a thread of its own. Stage: "propagate".
    [[nodiscard]] Result<> colorizeScene(FrameRange scene, const FilmPlan& plan, JobContext& context,
                                         FrameIndex around = 0, std::optional<FrameRange> wanted = {},
                                         const Ready& ready = {});
    /// The same cache for another thread, without networks.
    [[nodiscard]] ColorStore store() const;

    /// Final colours of one frame, local repairs (hints of span frame) included. Keyframes are asked of the generator
    /// at once where they are not known. Others come from the cache: finished, or while they are being coloured by this
    /// object or another one, or else those of an older state (stale); nothing where no colours were ever made.
    [[nodiscard]] Result<std::optional<FrameColors>> colors(FrameIndex frame, const FilmPlan& plan);
    /// What the cache holds for a scene, in order of frames.
    [[nodiscard]] Result<std::vector<ColorStretch>> states(FrameRange scene, const FilmPlan& plan);
    /// Mean confidence (0..1) of each frame of a scene; below 0 where it has no colours.
    [[nodiscard]] Result<std::vector<float>> confidence(FrameRange scene, const FilmPlan& plan);

    /// The keyframes of a scene, those of hint ranges left out. A scene without any has its first frame.
    [[nodiscard]] static std::set<FrameIndex> keyframesOf(FrameRange scene, const PersonInput& input,
                                                          const KeyframeChoice& choice);

    /// Removes the colours that were made longest ago until the folder holds at most `maxBytes`.
    static void pruneCache(const std::filesystem::path& folder, std::uintmax_t maxBytes);

private:
    struct Private;
    explicit FilmColorizer(std::unique_ptr<Private> p);
    std::unique_ptr<Private> p_;
};

/// The part of `input` that lies in a scene: what a scene's colours may depend on.
[[nodiscard]] PersonInput inputOf(FrameRange scene, const PersonInput& input);

}  // namespace tintreel::workflow
