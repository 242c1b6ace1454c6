// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "scenes/scene_order.h"
#include "tintreel/scenes/scene_list.h"

namespace tintreel::scenes {
namespace {

using Json = nlohmann::ordered_json;

// 23.98 and 23.976 and 24000/1001 are one rate, 24 is another.
constexpr double kSameRate = 5e-4;
constexpr int kDeepest = 32;
constexpr const char* kMedia = "DEFAULT_MEDIA";

Json timeOf(FrameIndex frames, double rate) {
    return {{"OTIO_SCHEMA", "RationalTime.1"}, {"rate", rate}, {"value", static_cast<double>(frames)}};
}

Json rangeOf(FrameIndex start, FrameIndex length, double rate) {
    return {{"OTIO_SCHEMA", "TimeRange.1"}, {"duration", timeOf(length, rate)}, {"start_time", timeOf(start, rate)}};
}

/// The fields that every item of a timeline has.
Json item(const char* schema, const std::string& name) {
    return {{"OTIO_SCHEMA", schema},    {"metadata", Json::object()}, {"name", name},   {"source_range", nullptr},
            {"effects", Json::array()}, {"markers", Json::array()},   {"enabled", true}};
}

/// "file:" URL of an absolute path (RFC 8089); bytes outside of the unreserved ones are escaped.
std::string urlOf(const std::filesystem::path& path) {
    std::string url = "file://";
    for (const char c : std::filesystem::absolute(path).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || std::string_view("/-._~").find(c) != std::string_view::npos) url += c;
        else url += fmt::format("%{:02X}", byte);
    }
    return url;
}

std::string unescaped(const std::string& url) {
    std::string text;
    for (std::size_t i = 0; i < url.size(); ++i) {
        if (url[i] == '%' && i + 2 < url.size() && std::isxdigit(static_cast<unsigned char>(url[i + 1])) != 0 &&
            std::isxdigit(static_cast<unsigned char>(url[i + 2])) != 0) {
            text += static_cast<char>(std::stoi(url.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            text += url[i];
        }
    }
    return text;
}

const Json* member(const Json& object, const char* key) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string textOf(const Json& object, const char* key) {
    const auto* value = member(object, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

bool isA(const Json& object, const char* schema) {
    return textOf(object, "OTIO_SCHEMA").starts_with(std::string(schema) + ".");
}

class Reader {
public:
    Reader(const std::string& source, const ListedFilm& film) : source_(source), film_(film) {}

    Result<std::vector<ListedScene>> read(const Json& document) {
        const Json* track = videoTrack(document);
        if (track == nullptr)
            return fail(ErrorCode::Input,
                        source_ + " has no video track; save the timeline of the film as OpenTimelineIO (.otio).");
        const auto* children = member(*track, "children");
        for (const auto& child : children != nullptr && children->is_array() ? *children : Json::array())
            TT_TRY(add(child));
        return std::move(everyClipIsOfTheFilm_ ? inFilm_ : inTrack_);
    }

private:
    /// The first of them, in the order of the file.
    static const Json* videoTrack(const Json& object, int depth = 0) {
        if (depth > kDeepest) return nullptr;
        if (isA(object, "Track")) return textOf(object, "kind") == "Video" ? &object : nullptr;
        if (const auto* tracks = member(object, "tracks")) return videoTrack(*tracks, depth + 1);
        const auto* children = member(object, "children");
        if (children == nullptr || !children->is_array()) return nullptr;
        for (const auto& child : *children)
            if (const auto* found = videoTrack(child, depth + 1)) return found;
        return nullptr;
    }

    Result<> add(const Json& child) {
        const std::string place = fmt::format("item {} ('{}') of the video track", ++number_, textOf(child, "name"));
        if (isA(child, "Transition")) return {};  // lies over its neighbours
        const bool clip = isA(child, "Clip"), gap = isA(child, "Gap");
        const Json* media = clip ? mediaOf(child) : nullptr;
        const Json* available = media != nullptr ? member(*media, "available_range") : nullptr;
        const Json* range = member(child, "source_range");
        if (range == nullptr) range = available;
        if (range == nullptr)
            return listError(source_, place, "it has no source_range; flatten nested timelines before saving.");
        TT_ASSIGN(const FrameIndex length, frames(*range, "duration", place));
        if (length <= 0 && !gap) return listError(source_, place, "it has no length.");
        if (!gap) inTrack_.push_back({{position_, position_ + length}, place});
        if (clip && media != nullptr && isOfTheFilm(*media)) {
            TT_ASSIGN(const FrameIndex first, frames(*range, "start_time", place));
            FrameIndex start = 0;
            if (available != nullptr) {
                TT_ASSIGN(start, frames(*available, "start_time", place));
            }
            inFilm_.push_back({{first - start, first - start + length}, place});
            everyClipIsOfTheFilm_ = everyClipIsOfTheFilm_ && first >= start;
        } else if (!gap) {
            everyClipIsOfTheFilm_ = false;
        }
        position_ += length;
        return {};
    }

    static const Json* mediaOf(const Json& clip) {
        const auto* one = member(clip, "media_reference");  // Clip.1
        const auto* all = member(clip, "media_references");
        const std::string key = textOf(clip, "active_media_reference_key");
        return all != nullptr ? member(*all, key.empty() ? kMedia : key.c_str()) : one;
    }

    [[nodiscard]] bool isOfTheFilm(const Json& media) const {
        const auto name = std::filesystem::path(unescaped(textOf(media, "target_url"))).filename();
        return !name.empty() && name == film_.path.filename();
    }

    Result<FrameIndex> frames(const Json& range, const char* key, const std::string& place) const {
        const auto* time = member(range, key);
        const auto *value = time == nullptr ? nullptr : member(*time, "value"),
                   *rate = time == nullptr ? nullptr : member(*time, "rate");
        if (value == nullptr || rate == nullptr || !value->is_number() || !rate->is_number() ||
            !(std::abs(value->get<double>()) < 1e12) || !(rate->get<double>() > 0))
            return listError(source_, place, fmt::format("its {} is no RationalTime with value and rate.", key));
        const double wanted = film_.timecode.rate.value();
        if (std::abs(rate->get<double>() / wanted - 1) > kSameRate)
            return listError(
                source_, place,
                fmt::format(
                    "it counts {:.3f} frames a second, the film has {:.3f}; save the timeline at the film's rate.",
                    rate->get<double>(), wanted));
        return std::llround(value->get<double>());
    }

    const std::string& source_;
    const ListedFilm& film_;
    std::vector<ListedScene> inTrack_, inFilm_;
    bool everyClipIsOfTheFilm_ = true;
    FrameIndex position_ = 0;
    int number_ = 0;
};

Json clipOf(const FrameRange& scene, std::size_t number, const ListedFilm& film) {
    const double rate = film.timecode.rate.value();
    Json media{{"OTIO_SCHEMA", "ExternalReference.1"},  {"metadata", Json::object()},
               {"name", film.path.filename().string()}, {"available_range", rangeOf(film.start, film.frames, rate)},
               {"available_image_bounds", nullptr},     {"target_url", urlOf(film.path)}};
    Json clip = item("Clip.2", fmt::format("Scene {}", number));
    clip["source_range"] = rangeOf(film.start + scene.first, scene.length(), rate);
    clip["media_references"] = {{kMedia, std::move(media)}};
    clip["active_media_reference_key"] = kMedia;
    return clip;
}

}  // namespace

std::string scenesToOtio(const std::vector<FrameRange>& scenes, const ListedFilm& film) {
    Json track = item("Track.1", "Scenes");
    track["children"] = Json::array();
    for (std::size_t i = 0; i < scenes.size(); ++i) track["children"].push_back(clipOf(scenes[i], i + 1, film));
    track["kind"] = "Video";
    Json stack = item("Stack.1", "tracks");
    stack["children"] = Json::array({std::move(track)});
    const Json timeline{{"OTIO_SCHEMA", "Timeline.1"},
                        {"metadata", Json::object()},
                        {"name", film.path.stem().string()},
                        {"global_start_time", timeOf(film.start, film.timecode.rate.value())},
                        {"tracks", std::move(stack)}};
    return timeline.dump(4, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::vector<FrameRange>> scenesFromOtio(const std::string& text, const std::string& source,
                                               const ListedFilm& film) {
    Json document;
    try {
        document = Json::parse(text);
    } catch (const Json::parse_error& error) {
        const auto line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size())),
                           '\n');
        return fail(ErrorCode::Input,
                    fmt::format("{}: line {}: this is no JSON, as OpenTimelineIO files are; save it again as .otio.",
                                source, line),
                    error.what());
    }
    TT_ASSIGN(auto scenes, Reader(source, film).read(document));
    std::stable_sort(scenes.begin(), scenes.end(),
                     [](const ListedScene& a, const ListedScene& b) { return a.range.first < b.range.first; });
    return coveringScenes(scenes, source, film.frames);
}

}  // namespace tintreel::scenes
