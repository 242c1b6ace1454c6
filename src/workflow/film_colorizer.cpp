// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/film_colorizer.h"

#include <algorithm>
#include <chrono>
#include <list>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/color/edge_aware.h"
#include "workflow/frames.h"
#include "workflow/keyframe_plan.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

using hints::HintSpan;

// Certainty of the edge-aware spread at which a local repair counts half.
constexpr float kRepairHalf = 0.02F;
// Changes of what the tracks hold must change this, so that older ones are not taken for new.
constexpr int kTrackVersion = 2;
constexpr std::size_t kKeyframesKept = 24;
constexpr std::size_t kTracksOpen = 12;

/// A local repair: moves the colours of one frame towards the hints near them, and nowhere else.
void repair(AbImage& ab, const LPlane& lightness, const inference::KeyframeHints& hints) {
    AbImage difference = hints.ab;
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        difference.a.data[i] -= ab.a.data[i];
        difference.b.data[i] -= ab.b.data[i];
    }
    const auto spread = color::spreadHints(lightness, difference, hints.mask, 800, 12);
    for (std::size_t i = 0; i < hints.mask.size(); ++i) {
        const float far = spread.certainty.data[i] / (spread.certainty.data[i] + kRepairHalf), mask = hints.mask.data[i];
        ab.a.data[i] += (1 - mask) * far * spread.ab.a.data[i] + mask * difference.a.data[i];
        ab.b.data[i] += (1 - mask) * far * spread.ab.b.data[i] + mask * difference.b.data[i];
    }
}

bool anyHint(const inference::KeyframeHints& hints) {
    return std::any_of(hints.mask.data.begin(), hints.mask.data.end(), [](float m) { return m > 0; });
}

/// The few things that were used last, by key.
template <class Value>
class Recent {
public:
    explicit Recent(std::size_t most) : most_(most) {}
    Value* find(const std::string& key) {
        const auto found = std::find_if(items_.begin(), items_.end(), [&](const auto& item) { return item.first == key; });
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

/// A track's file is named FIRST-END-HASH.track, so that a folder tells which frames have older colours.
struct TrackName {
    FrameRange range;
    std::string hash;
    [[nodiscard]] std::string file() const { return fmt::format("{}-{}-{}.track", range.first, range.end, hash); }
};

std::optional<TrackName> trackNameOf(const fs::path& path) {
    if (path.extension() != ".track") return std::nullopt;
    TrackName name;
    const auto stem = path.stem().string();
    const auto first = stem.find('-'), second = stem.find('-', first + 1);
    if (second == std::string::npos) return std::nullopt;
    name.range = {std::strtoll(stem.c_str(), nullptr, 10), std::strtoll(stem.c_str() + first + 1, nullptr, 10)};
    name.hash = stem.substr(second + 1);
    return name;
}

}  // namespace

FrameRange FilmPlan::sceneOf(FrameIndex frame) const {
    const auto after = std::upper_bound(scenes.begin(), scenes.end(), frame, [](FrameIndex f, const FrameRange& scene) { return f < scene.first; });
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
    std::string film;    // what names the film, the networks and the working size in a hash
    std::optional<inference::Colorizer> networks;
    std::optional<media::FrameReader> reader;
    FrameIndex next = 0;                             // frame that the reader gives next
    std::optional<media::VideoFrame> recentFrame;    // the last ones that were asked for
    std::optional<std::pair<FrameIndex, LPlane>> recentLightness;
    Recent<AbImage> keyframes{kKeyframesKept};
    Recent<inference::ColorTrack> tracks{kTracksOpen};
    std::map<fs::path, std::pair<fs::file_time_type, std::string>> referenceHashes;
    std::vector<TrackName> tracksThere;  // as of `listed`
    fs::file_time_type listed;
    bool listedLate = false;

    [[nodiscard]] fs::path fileOf(const TrackName& name) const { return options.cacheFolder / name.file(); }

    Result<inference::ColorTrack*> finishedTrack(const TrackName& name) {
        if (auto* open = tracks.find(name.file())) return open;
        TT_ASSIGN(auto track, inference::ColorTrack::open(fileOf(name)));
        return &tracks.put(name.file(), std::move(track));
    }

    Result<const media::VideoFrame*> frame(FrameIndex index) {
        if (recentFrame && recentFrame->index == index) return &*recentFrame;
        // After a read that fails nobody knows where the reader stands.
        const bool inOrder = index == std::exchange(next, -1);
        if (!inOrder) TT_TRY(reader->seek(index));
        TT_ASSIGN(auto read, reader->next());
        if (!read) {
            return fail(ErrorCode::Input, fmt::format("'{}' has no frame {} when it is read again; was it changed meanwhile?", options.film.string(), index));
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

    Result<std::string> hashOfReference(const fs::path& picture) {
        std::error_code ec;
        const auto changed = fs::last_write_time(picture, ec);
        auto& known = referenceHashes[picture];
        if (known.second.empty() || known.first != changed) {
            TT_ASSIGN(auto sha, sha256OfFile(picture));
            known = {changed, std::move(sha)};
        }
        return known.second;
    }

    /// All that a keyframe's colours depend on, in words.
    Result<std::string> describeKeyframe(FrameIndex index, const PersonInput& input, bool rangeHints) {
        std::string text = fmt::format("key {}\n", index);
        if (const auto reference = input.references.find(index); reference != input.references.end()) {
            TT_ASSIGN(const auto sha, hashOfReference(reference->second));
            text += "reference " + sha + "\n";
        }
        // A palette slot counts by its colour alone, and how far a hint is carried is the stretch's matter.
        hints::HintDocument own;
        for (auto hint : input.hints.hints) {
            if (hint.frame != index || hint.span == HintSpan::Frame || (hint.span == HintSpan::Range && !rangeHints)) continue;
            const bool neutral = std::holds_alternative<hints::NeutralColor>(hint.color);
            if (!neutral) hint.color = input.hints.colorOf(hint);
            hint.span = HintSpan::Scene;
            own.hints.push_back(std::move(hint));
        }
        return text + hints::writeHints(own);
    }

    Result<TrackName> nameOf(const Stretch& stretch, const PersonInput& input) {
        std::string text = fmt::format("{}stretch {} {}\n", film, stretch.range.first, stretch.range.end);
        for (const FrameIndex key : stretch.keyframes) {
            TT_ASSIGN(const auto own, describeKeyframe(key, input, stretch.rangeHints));
            text += own;
        }
        return TrackName{stretch.range, sha256OfBytes(text).substr(0, 32)};
    }

    Result<AbImage> keyframe(FrameIndex index, const PersonInput& input, bool rangeHints) {
        TT_ASSIGN(const auto description, describeKeyframe(index, input, rangeHints));
        if (const auto* known = keyframes.find(description)) return *known;
        std::set<HintSpan> spans{HintSpan::Scene};
        if (rangeHints) spans.insert(HintSpan::Range);
        auto given = rasterizeFor(index, spans, input.hints, info, working);
        if (const auto reference = input.references.find(index); reference != input.references.end()) {
            TT_ASSIGN(given.reference, referenceColors(reference->second, info, working));
        }
        TT_ASSIGN(const LPlane L, lightness(index));
        TT_ASSIGN(AbImage ab, networks->colorizeKeyframe(L, given));
        return keyframes.put(description, std::move(ab));
    }

    Result<> colorizeStretch(const Stretch& stretch, const TrackName& name, const PersonInput& input, JobContext& context) {
        TT_ASSIGN(PartFile part, PartFile::create(fileOf(name), true));
        TT_ASSIGN(auto copies, LightnessFile::create(options.cacheFolder, working));
        for (FrameIndex f = stretch.range.first; f < stretch.range.end; ++f) {
            if (context.stopRequested()) return cancelled();
            TT_ASSIGN(const LPlane L, lightness(f));
            TT_TRY(copies.write(f - stretch.range.first, L));
        }
        inference::KeyframeColors keys;
        for (const FrameIndex key : stretch.keyframes) {
            if (context.stopRequested()) return cancelled();
            TT_ASSIGN(keys[key], keyframe(key, input, stretch.rangeHints));
        }
        TT_ASSIGN(auto out, inference::ColorTrack::create(part.partPath(), (working.width + 1) / 2, (working.height + 1) / 2, stretch.range.first));
        TT_TRY(networks->propagate(stretch.range, [&](FrameIndex f) { return copies.read(f - stretch.range.first); }, keys, out, context));
        return part.commit();
    }

    /// All tracks in the folder, the newest first. Read anew when the folder has changed; its clock is coarse, so a change that is
    /// very young is not trusted to be the last.
    const std::vector<TrackName>& listing() {
        std::error_code ec;
        const auto changed = fs::last_write_time(options.cacheFolder, ec);
        if (!ec && changed == listed && listedLate) return tracksThere;
        listed = changed;
        listedLate = fs::file_time_type::clock::now() - changed > std::chrono::milliseconds(50);
        std::vector<std::pair<fs::file_time_type, TrackName>> found;
        for (const auto& entry : fs::directory_iterator(options.cacheFolder, ec))
            if (auto name = trackNameOf(entry.path())) found.emplace_back(entry.last_write_time(ec), std::move(*name));
        std::sort(found.begin(), found.end(), [](const auto& one, const auto& other) { return one.first > other.first; });
        tracksThere.clear();
        for (auto& [time, name] : found) tracksThere.push_back(std::move(name));
        return tracksThere;
    }

    /// Older tracks that hold colours of `range`, the newest first.
    std::vector<TrackName> olderTracks(FrameRange range, const std::set<std::string>& exceptHashes) {
        std::vector<TrackName> names;
        for (const auto& name : listing())
            if (exceptHashes.count(name.hash) == 0 && name.range.end > range.first && name.range.first < range.end) names.push_back(name);
        return names;
    }

    /// Colours of a frame that is no keyframe, from wherever they are.
    Result<std::optional<FrameColors>> carried(FrameIndex index, const Stretch& stretch, const PersonInput& input) {
        TT_ASSIGN(const TrackName name, nameOf(stretch, input));
        std::error_code ec;
        FrameColors result;
        std::optional<inference::ColorTrack> part;
        const inference::ColorTrack* source = nullptr;
        if (fs::exists(fileOf(name), ec)) {
            TT_ASSIGN(source, finishedTrack(name));
        } else if (auto open = inference::ColorTrack::open(fileOf(name).string() + ".part"); open && open->has(index)) {
            result.unfinished = true;
            source = &part.emplace(std::move(*open));
        } else {
            result.stale = true;
            for (const auto& older : olderTracks({index, index + 1}, {name.hash})) {
                const auto track = finishedTrack(older);
                if (!track || !(*track)->has(index)) continue;
                source = *track;
                break;
            }
        }
        if (source == nullptr) return std::nullopt;
        TT_ASSIGN(auto colored, source->read(index));
        result.confidence = source->meanConfidence(index).value_or(0);
        result.ab = std::move(colored.ab);
        return std::optional(std::move(result));
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
    std::error_code ec;
    const auto size = fs::is_directory(options.film, ec) ? 0 : fs::file_size(options.film, ec);
    p->film = fmt::format("track {}\nfilm {} {}\nsize {}x{}\n", kTrackVersion, size, fs::last_write_time(options.film, ec).time_since_epoch().count(), p->working.width, p->working.height);
    for (const auto& model : p->networks->models()) p->film += model.id + " " + model.sha256 + "\n";
    fs::create_directories(options.cacheFolder, ec);
    if (ec) return fail(ErrorCode::Output, "The folder '" + options.cacheFolder.string() + "' for colour tracks cannot be made.", ec.message());
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

Result<std::vector<inference::ColorSuggestion>> FilmColorizer::suggest(FrameIndex frame, hints::Point point, const PersonInput& input) {
    const auto given = rasterizeFor(frame, {HintSpan::Scene, HintSpan::Range, HintSpan::Frame}, input.hints, p_->info, p_->working);
    TT_ASSIGN(const LPlane L, p_->lightness(frame));
    // The point lies in the picture as shown, the planes are as coded.
    double x = point.x, y = point.y;
    for (int turn = p_->info.rotation; turn > 0; turn -= 90) std::tie(x, y) = std::pair(y, 1 - x);
    return p_->networks->suggest(L, given, std::clamp(static_cast<int>(x * L.width), 0, L.width - 1), std::clamp(static_cast<int>(y * L.height), 0, L.height - 1));
}

Result<> FilmColorizer::colorizeScene(FrameRange scene, const FilmPlan& plan, JobContext& context, FrameIndex around) {
    const PersonInput input = inputOf(scene, plan.person);
    struct Work {
        Stretch stretch;
        TrackName name;
    };
    std::vector<Work> work;
    std::error_code ec;
    std::int64_t total = 0;
    for (auto& stretch : planScene(scene, input, plan.choice)) {
        // Nothing is carried where every frame is a keyframe.
        if (!stretch.rangeHints && stretch.range.length() == static_cast<FrameIndex>(stretch.keyframes.size())) continue;
        TT_ASSIGN(auto name, p_->nameOf(stretch, input));
        if (fs::exists(p_->fileOf(name), ec)) continue;
        total += stretch.range.length();
        work.push_back({std::move(stretch), std::move(name)});
    }
    const auto distance = [&](const Work& w) { return w.stretch.range.contains(around) ? 0 : std::min(std::abs(w.stretch.range.first - around), std::abs(w.stretch.range.end - 1 - around)); };
    std::stable_sort(work.begin(), work.end(), [&](const Work& a, const Work& b) { return distance(a) < distance(b); });

    /// Passes progress on as frames of the scene.
    class Part final : public JobContext {
    public:
        Part(JobContext& whole, std::int64_t before, std::int64_t own, std::int64_t total) : whole_(whole), before_(before), own_(own), total_(total) {}
        void report(const Progress& p) override {
            if (whole_.stopRequested()) requestStop();
            const double share = p.total > 0 ? static_cast<double>(p.done) / static_cast<double>(p.total) : 1.0;
            whole_.report({"propagate", 0, 1, before_ + static_cast<std::int64_t>(share * static_cast<double>(own_)), total_});
        }
        void warn(const Warning& warning) override { whole_.warn(warning); }

    private:
        JobContext& whole_;
        std::int64_t before_, own_, total_;
    };
    std::int64_t done = 0;
    for (const auto& [stretch, name] : work) {
        if (context.stopRequested()) return cancelled();
        Part part(context, done, stretch.range.length(), total);
        TT_TRY(p_->colorizeStretch(stretch, name, input, part));
        done += stretch.range.length();
    }
    return {};
}

void FilmColorizer::forgetScene(FrameRange scene, const FilmPlan& plan) {
    const PersonInput input = inputOf(scene, plan.person);
    p_->tracks.clear();
    std::error_code ec;
    for (const auto& stretch : planScene(scene, input, plan.choice))
        if (const auto name = p_->nameOf(stretch, input)) fs::remove(p_->fileOf(*name), ec);
}

Result<std::optional<FrameColors>> FilmColorizer::colors(FrameIndex frame, const FilmPlan& plan) {
    const FrameRange scene = plan.sceneOf(frame);
    const PersonInput input = inputOf(scene, plan.person);
    const auto stretches = planScene(scene, input, plan.choice);
    std::optional<FrameColors> result;
    if (const Stretch* stretch = stretchOf(frame, stretches)) {
        TT_ASSIGN(result, p_->carried(frame, *stretch, input));
        if (!result) return std::nullopt;
    } else {
        // At full working size; a track holds half of it.
        result.emplace().keyframe = true;
        TT_ASSIGN(result->ab, p_->keyframe(frame, input, false));
    }
    if (const auto local = rasterizeFor(frame, {HintSpan::Frame}, input.hints, p_->info, p_->working); anyHint(local)) {
        TT_ASSIGN(const LPlane L, p_->lightness(frame));
        result->ab = color::resize(result->ab, p_->working.width, p_->working.height);
        repair(result->ab, L, local);
    }
    return result;
}

Result<std::vector<ColorStretch>> FilmColorizer::states(FrameRange scene, const FilmPlan& plan) {
    const PersonInput input = inputOf(scene, plan.person);
    std::vector<ColorStretch> result;
    std::error_code ec;
    const auto stretches = planScene(scene, input, plan.choice);
    // Neighbours share their keyframe: a finished one is no older state of the other.
    std::set<std::string> current;
    for (const auto& stretch : stretches) {
        TT_ASSIGN(const TrackName name, p_->nameOf(stretch, input));
        current.insert(name.hash);
    }
    for (const auto& stretch : stretches) {
        if (!stretch.rangeHints && stretch.range.length() == static_cast<FrameIndex>(stretch.keyframes.size())) {
            result.push_back({stretch.range, ColorState::Done});
            continue;
        }
        TT_ASSIGN(const TrackName name, p_->nameOf(stretch, input));
        const bool done = fs::exists(p_->fileOf(name), ec);
        result.push_back({stretch.range, done ? ColorState::Done : p_->olderTracks(stretch.range, current).empty() ? ColorState::None : ColorState::Stale});
    }
    return result;
}

Result<std::vector<float>> FilmColorizer::confidence(FrameRange scene, const FilmPlan& plan) {
    const PersonInput input = inputOf(scene, plan.person);
    std::vector<float> values(static_cast<std::size_t>(scene.length()), -1.0F);
    std::error_code ec;
    for (const auto& stretch : planScene(scene, input, plan.choice)) {
        TT_ASSIGN(const TrackName name, p_->nameOf(stretch, input));
        if (!fs::exists(p_->fileOf(name), ec)) continue;
        TT_ASSIGN(const auto* track, p_->finishedTrack(name));
        for (FrameIndex f = stretch.range.first; f < stretch.range.end; ++f) values[static_cast<std::size_t>(f - scene.first)] = track->meanConfidence(f).value_or(-1.0F);
    }
    return values;
}

void FilmColorizer::pruneCache(const fs::path& folder, std::uintmax_t maxBytes) {
    std::vector<std::pair<fs::file_time_type, fs::path>> tracks;
    std::uintmax_t total = 0;
    std::error_code ec;
    for (const auto& entry : fs::directory_iterator(folder, ec)) {
        if (!trackNameOf(entry.path())) continue;
        tracks.emplace_back(entry.last_write_time(ec), entry.path());
        total += entry.file_size(ec);
    }
    std::sort(tracks.begin(), tracks.end());
    for (const auto& [time, path] : tracks) {
        if (total <= maxBytes) return;
        total -= std::min(total, fs::file_size(path, ec));
        fs::remove(path, ec);
    }
}

}  // namespace tintreel::workflow
