// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/film_colorizer.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "workflow/color_store.h"
#include "workflow/frames.h"
#include "workflow/keyframe_plan.h"
#include "workflow/stretch_lightness.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using hints::HintSpan;

// Changes of what the tracks hold must change this, so that older ones are not taken for new.
constexpr int kTrackVersion = 5;
constexpr std::size_t kKeyframesKept = 24;
// Steps of ab in a colour track. Keyframes are rounded to them at once, so that colours read back are those that were
// made.
constexpr float kAbSteps = 64.0F;

void roundLikeATrack(AbImage& ab) {
    for (auto* plane : {&ab.a, &ab.b})
        for (auto& value : plane->data) value = static_cast<float>(std::lround(value * kAbSteps)) / kAbSteps;
}

/// A stretch that has something to be coloured.
struct Work {
    const Stretch* stretch;
    TrackName name;      // of what is coloured of it
    bool carry = false;  // else its keyframes alone
};

/// Passes progress on as frames of the scene, and says which frames of it are finished.
class Part final : public JobContext {
public:
    Part(JobContext& whole, std::int64_t before, std::int64_t own, std::int64_t total,
         std::function<void(std::int64_t)> carried)
        : whole_(whole), before_(before), own_(own), total_(total), carried_(std::move(carried)) {}
    void report(const Progress& p) override {
        if (whole_.stopRequested()) requestStop();
        const double share = p.total > 0 ? static_cast<double>(p.done) / static_cast<double>(p.total) : 1.0;
        carried_(p.done);
        whole_.report(
            {"propagate", 0, 1, before_ + static_cast<std::int64_t>(share * static_cast<double>(own_)), total_});
    }
    void warn(const Warning& warning) override { whole_.warn(warning); }

private:
    JobContext& whole_;
    std::int64_t before_, own_, total_;
    std::function<void(std::int64_t)> carried_;
};

}  // namespace

FrameRange FilmPlan::sceneOf(FrameIndex frame) const {
    const auto after = std::upper_bound(scenes.begin(), scenes.end(), frame,
                                        [](FrameIndex f, const FrameRange& scene) { return f < scene.first; });
    if (after == scenes.begin() || !std::prev(after)->contains(frame)) return {};
    return *std::prev(after);
}

PersonInput inputOf(FrameRange scene, const PersonInput& input) {
    PersonInput own;
    own.hints.palette = input.hints.palette;
    for (const auto& hint : input.hints.hints)
        if (scene.contains(hint.frame)) own.hints.hints.push_back(hint);
    own.references.insert(input.references.lower_bound(scene.first), input.references.lower_bound(scene.end));
    return own;
}

struct FilmColorizer::Private {
    FilmOptions options;
    media::MediaInfo info;
    color::Size working;
    std::optional<ColorStore> store;
    std::optional<inference::Colorizer> networks;
    std::optional<media::FrameReader> reader;
    FrameIndex next = 0;                           // frame that the reader gives next
    std::optional<media::VideoFrame> recentFrame;  // the last ones that were asked for
    std::optional<std::pair<FrameIndex, LPlane>> recentLightness;
    Recent<AbImage> keyframes{kKeyframesKept};

    Result<const media::VideoFrame*> frame(FrameIndex index) {
        if (recentFrame && recentFrame->index == index) return &*recentFrame;
        // After a read that fails nobody knows where the reader stands.
        const bool inOrder = index == std::exchange(next, -1);
        if (!inOrder) TT_TRY(reader->seek(index));
        TT_ASSIGN(auto read, reader->next());
        if (!read) {
            return fail(ErrorCode::Input,
                        fmt::format("'{}' has no frame {} when it is read again; was it changed meanwhile?",
                                    options.film.string(), index));
        }
        next = index + 1;
        recentFrame = std::move(read);
        recentFrame->index = index;
        return &*recentFrame;
    }

    Result<LPlane> lightness(FrameIndex index) {
        if (recentLightness && recentLightness->first == index) return recentLightness->second;
        TT_ASSIGN(const auto* read, frame(index));
        recentLightness.emplace(index, lightnessOf(info, *read, working));
        return recentLightness->second;
    }

    /// A keyframe's colours: remembered, kept on disk, or asked of the generator.
    Result<AbImage> keyframe(FrameIndex index, const PersonInput& input, bool rangeHints,
                             const inference::LightnessOf& lightnessOf) {
        TT_ASSIGN(const auto description, store->describeKeyframe(index, input, rangeHints));
        if (const auto* known = keyframes.find(description)) return *known;
        if (!rangeHints) {
            TT_ASSIGN(const auto name, store->keyNameOf(index, input));
            // One that cannot be read is made anew.
            if (auto kept = store->keyframe(name); kept && *kept && (*kept)->a.sameSize(working.width, working.height))
                return keyframes.put(description, std::move(**kept));
        }
        std::set<HintSpan> spans{HintSpan::Scene};
        if (rangeHints) spans.insert(HintSpan::Range);
        auto given = rasterizeFor(index, spans, input.hints, info, working);
        if (const auto reference = input.references.find(index); reference != input.references.end()) {
            TT_ASSIGN(given.reference, referenceColors(reference->second, info, working));
        }
        TT_ASSIGN(const LPlane L, lightnessOf(index));
        TT_ASSIGN(AbImage ab, networks->colorizeKeyframe(L, given));
        roundLikeATrack(ab);
        return keyframes.put(description, std::move(ab));
    }

    /// The keyframe's colours on disk, where the frame shows them: nothing is inferred again when it is written.
    Result<AbImage> keptKeyframe(FrameIndex index, const Stretch& stretch, const PersonInput& input,
                                 const inference::LightnessOf& lightnessOf) {
        TT_ASSIGN(AbImage ab, keyframe(index, input, stretch.rangeHints, lightnessOf));
        if (stretch.rangeHints) return ab;
        TT_ASSIGN(const auto name, store->keyNameOf(index, input));
        std::error_code ec;
        if (!fs::exists(store->keyFileOf(name), ec)) TT_TRY(store->keepKeyframe(name, ab));
        return ab;
    }

    Result<> colorizeStretch(const Work& work, const PersonInput& input, JobContext& context) {
        const Stretch& stretch = *work.stretch;
        if (!work.carry) {
            const auto one = [&](FrameIndex f) { return lightness(f); };
            for (const FrameIndex key : stretch.keyframes) {
                if (context.stopRequested()) return cancelled();
                TT_ASSIGN(const auto ab, keptKeyframe(key, stretch, input, one));
            }
            return {};
        }
        const FrameRange range = work.name.range;
        TT_ASSIGN(PartFile part, PartFile::create(store->fileOf(work.name), true));
        // Forwards alone nothing is read twice.
        std::optional<LightnessFile> copies;
        if (!isForwards(stretch)) {
            TT_ASSIGN(copies, LightnessFile::create(store->folder(), working));
        }
        StretchLightness ahead(
            range,
            [&](FrameIndex f) -> Result<LPlane> {
                return context.stopRequested() ? Result<LPlane>(cancelled()) : lightness(f);
            },
            std::move(copies));
        const inference::LightnessOf lightnessOf = [&](FrameIndex f) { return ahead.at(f); };
        inference::KeyframeColors keys;
        for (const FrameIndex key : stretch.keyframes) {
            if (context.stopRequested()) return cancelled();
            TT_ASSIGN(keys[key], keptKeyframe(key, stretch, input, lightnessOf));
        }
        TT_ASSIGN(auto out, inference::ColorTrack::create(part.partPath(), (working.width + 1) / 2,
                                                          (working.height + 1) / 2, range.first));
        TT_TRY(networks->propagate(range, lightnessOf, keys, out, context));
        return part.commit();
    }

    [[nodiscard]] static bool isForwards(const Stretch& stretch) {
        return stretch.keyframes.size() == 1 && stretch.keyframes.front() == stretch.range.first;
    }

    /// What of a scene has no colours yet, the stretches next to `around` first.
    std::vector<Work> missing(const ScenePlan& plan, FrameRange wanted, FrameIndex around) {
        std::vector<Work> work;
        std::error_code ec;
        for (std::size_t i = 0; i < plan.stretches.size(); ++i) {
            const Stretch& stretch = plan.stretches[i];
            if (stretch.range.end <= wanted.first || stretch.range.first >= wanted.end) continue;
            // Nothing is carried where every frame is a keyframe.
            const bool carry =
                stretch.rangeHints || stretch.range.length() > static_cast<FrameIndex>(stretch.keyframes.size());
            const bool there = !carry || store->has(plan.names[i]) || store->has(plan.clipped[i]);
            const auto keyIsThere = [&](FrameIndex key) {
                const auto name = store->keyNameOf(key, plan.input);
                return name && fs::exists(store->keyFileOf(*name), ec);
            };
            if (there &&
                (stretch.rangeHints || std::all_of(stretch.keyframes.begin(), stretch.keyframes.end(), keyIsThere)))
                continue;
            work.push_back({&stretch, plan.clipped[i], carry && !there});
        }
        const auto distance = [&](const Work& w) {
            const FrameRange range = w.stretch->range;
            return range.contains(around) ? 0
                                          : std::min(std::abs(range.first - around), std::abs(range.end - 1 - around));
        };
        std::stable_sort(work.begin(), work.end(),
                         [&](const Work& a, const Work& b) { return distance(a) < distance(b); });
        return work;
    }
};

FilmColorizer::FilmColorizer(std::unique_ptr<Private> p) : p_(std::move(p)) {}
FilmColorizer::FilmColorizer(FilmColorizer&&) noexcept = default;
FilmColorizer& FilmColorizer::operator=(FilmColorizer&&) noexcept = default;
FilmColorizer::~FilmColorizer() = default;

Result<FilmColorizer> FilmColorizer::open(const FilmOptions& options) {
    auto p = std::make_unique<Private>();
    p->options = options;
    TT_ASSIGN(p->info, media::probe(options.film));
    p->working = color::workingSize(p->info.width, p->info.height, options.workingSize);
    TT_ASSIGN(auto networks, inference::Colorizer::create(options.networks));
    p->networks.emplace(std::move(networks));
    p->networks->warmUp(p->working.width, p->working.height);
    std::error_code ec;
    const auto size = fs::is_directory(options.film, ec) ? 0 : fs::file_size(options.film, ec);
    std::string identity = fmt::format("track {}\nfilm {} {}\nsize {}x{}\n", kTrackVersion, size,
                                       fs::last_write_time(options.film, ec).time_since_epoch().count(),
                                       p->working.width, p->working.height);
    for (const auto& model : p->networks->models()) identity += model.id + " " + model.sha256 + "\n";
    p->store.emplace(options.cacheFolder, std::move(identity));
    fs::create_directories(options.cacheFolder, ec);
    if (ec)
        return fail(ErrorCode::Output,
                    "The folder '" + options.cacheFolder.string() + "' for colour tracks cannot be made.",
                    ec.message());
    TT_ASSIGN(auto reader, media::FrameReader::open(options.film, options.networks.threads));
    p->reader.emplace(std::move(reader));
    return FilmColorizer(std::move(p));
}

const media::MediaInfo& FilmColorizer::info() const { return p_->info; }
std::vector<inference::ModelUse> FilmColorizer::models() const { return p_->networks->models(); }
std::string FilmColorizer::deviceDescription() const { return p_->networks->deviceDescription(); }

Result<media::VideoFrame> FilmColorizer::frame(FrameIndex frame) {
    TT_ASSIGN(const auto* read, p_->frame(frame));
    return *read;
}

Result<std::vector<inference::ColorSuggestion>> FilmColorizer::suggest(FrameIndex frame, hints::Point point,
                                                                       const PersonInput& input) {
    const auto given =
        rasterizeFor(frame, {HintSpan::Scene, HintSpan::Range, HintSpan::Frame}, input.hints, p_->info, p_->working);
    TT_ASSIGN(const LPlane L, p_->lightness(frame));
    // The point lies in the picture as shown, the planes are as coded.
    double x = point.x, y = point.y;
    for (int turn = p_->info.rotation; turn > 0; turn -= 90) std::tie(x, y) = std::pair(y, 1 - x);
    return p_->networks->suggest(L, given, std::clamp(static_cast<int>(x * L.width), 0, L.width - 1),
                                 std::clamp(static_cast<int>(y * L.height), 0, L.height - 1));
}

Result<> FilmColorizer::colorizeScene(FrameRange scene, const FilmPlan& plan, JobContext& context, FrameIndex around,
                                      std::optional<FrameRange> wanted, const Ready& ready) {
    const FrameRange part = wanted.value_or(scene);
    TT_ASSIGN(const ScenePlan scenePlan, p_->store->plan(scene, plan, part));
    const auto work = p_->missing(scenePlan, part, around);
    std::int64_t done = 0, total = 0;
    for (const auto& w : work) total += w.name.range.length();
    for (std::size_t i = 0; i < work.size(); ++i) {
        if (context.stopRequested()) return cancelled();
        // Frames before all that is still to be done are finished.
        FrameIndex later = scene.end;
        for (std::size_t k = i + 1; k < work.size(); ++k) later = std::min(later, work[k].stretch->range.first);
        const FrameRange range = work[i].name.range;
        const auto tell = [&](FrameIndex end) {
            if (ready) ready(std::min(later, end));
        };
        const bool forwards = Private::isForwards(*work[i].stretch);
        tell(range.first);
        Part progress(context, done, range.length(), total,
                      [&](std::int64_t carried) { tell(range.first + (forwards ? carried + 1 : 0)); });
        TT_TRY(p_->colorizeStretch(work[i], scenePlan.input, progress));
        done += range.length();
    }
    if (ready) ready(scene.end);
    return {};
}

ColorStore FilmColorizer::store() const { return {p_->store->folder(), p_->store->identity()}; }

Result<std::optional<FrameColors>> FilmColorizer::colors(FrameIndex frame, const FilmPlan& plan) {
    const FrameRange scene = plan.sceneOf(frame);
    TT_ASSIGN(const ScenePlan scenePlan, p_->store->plan(scene, plan, scene));
    std::optional<FrameColors> result;
    if (stretchOf(frame, scenePlan.stretches) != nullptr) {
        TT_ASSIGN(result, p_->store->colors(frame, scenePlan));
        if (!result) return std::nullopt;
    } else {
        // At full working size; a track holds half of it.
        result.emplace().keyframe = true;
        TT_ASSIGN(result->ab,
                  p_->keyframe(frame, scenePlan.input, false, [&](FrameIndex f) { return p_->lightness(f); }));
    }
    if (needsRepair(frame, scenePlan.input)) {
        TT_ASSIGN(const LPlane L, p_->lightness(frame));
        repair(result->ab, L, rasterizeFor(frame, {HintSpan::Frame}, scenePlan.input.hints, p_->info, p_->working));
    }
    return result;
}

Result<std::vector<ColorStretch>> FilmColorizer::states(FrameRange scene, const FilmPlan& plan) {
    TT_ASSIGN(const ScenePlan scenePlan, p_->store->plan(scene, plan, scene));
    return p_->store->states(scenePlan);
}

Result<std::vector<float>> FilmColorizer::confidence(FrameRange scene, const FilmPlan& plan) {
    TT_ASSIGN(const ScenePlan scenePlan, p_->store->plan(scene, plan, scene));
    return p_->store->confidence(scenePlan);
}

}  // namespace tintreel::workflow
