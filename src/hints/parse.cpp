// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/base/options.h"
#include "tintreel/hints/hint.h"

namespace tintreel::hints {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxPoints = 1'000'000;
constexpr std::uintmax_t kMaxFileSize = 256ULL << 20;
constexpr double kMaxAb = 128.0;
constexpr std::size_t kMaxDepth = 32;   // the format itself needs 6 levels
constexpr std::size_t kMaxQuoted = 60;  // bytes of the user's text that a message repeats

/// The beginning of a text, cut between letters of UTF-8.
std::string quoted(std::string text) {
    if (text.size() <= kMaxQuoted) return text;
    std::size_t end = kMaxQuoted;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

/// A value as a message shows it. Lists and objects are not written out: they may be as large as the file.
std::string shown(const Json& json) {
    if (json.is_array()) return "a list";
    if (json.is_object()) return "an object";
    return quoted(json.dump());
}

/// Follows the JSON parser through the text: knows the place it stands at, and finds what the parser itself lets pass
/// (a key that is there twice, where it would quietly keep the last; depth without end).
class PlaceWatch {
public:
    struct TooDeep {};  // thrown through the parser, which has no other way of being stopped

    bool operator()(Json::parse_event_t event, const Json& parsed) {
        using Event = Json::parse_event_t;
        switch (event) {
            case Event::object_start:
            case Event::array_start:
                if (levels_.size() >= kMaxDepth) throw TooDeep{};
                levels_.push_back({.list = event == Event::array_start});
                break;
            case Event::object_end:
            case Event::array_end: levels_.pop_back(); [[fallthrough]];
            case Event::value:
                if (!levels_.empty()) ++levels_.back().count;
                break;
            case Event::key: {
                auto& level = levels_.back();
                level.key = parsed.get<std::string>();
                if (!level.keys.insert(level.key).second && twice_.empty()) twice_ = place();
                break;
            }
        }
        return true;
    }

    /// "hints[3].points[0][1]": the value that comes next. Empty at the top.
    [[nodiscard]] std::string place() const {
        std::string place;
        for (const auto& level : levels_) {
            if (level.list) place += fmt::format("[{}]", level.count);
            else if (!level.key.empty()) place += (place.empty() ? "" : ".") + quoted(level.key);
        }
        return place;
    }

    /// Place of the first key that is there twice, "" when none.
    [[nodiscard]] const std::string& twice() const { return twice_; }

private:
    struct Level {
        bool list = false;
        std::size_t count = 0;  // values seen in a list
        std::string key = {};
        std::set<std::string> keys = {};
    };
    std::vector<Level> levels_;
    std::string twice_;
};

/// What the JSON library says, without its own number of the error and without the text it repeats at length.
std::string quotedTail(std::string what) {
    if (const auto tag = what.find("] "); what.starts_with('[') && tag != std::string::npos) what.erase(0, tag + 2);
    if (const auto repeat = what.find("; last read:"); repeat != std::string::npos) what.erase(repeat);
    return what.size() > 4 * kMaxQuoted ? quoted(what) : what;
}

/// The word around byte `at` of a text: "NaN", "-Infinity".
std::string wordAround(const std::string& text, std::size_t at) {
    const auto inWord = [&](std::size_t i) {
        return std::isalnum(static_cast<unsigned char>(text[i])) != 0 || text[i] == '-' || text[i] == '+';
    };
    if (at >= text.size() || !inWord(at)) return {};
    std::size_t first = at, end = at + 1;
    while (first > 0 && inWord(first - 1)) --first;
    while (end < text.size() && inWord(end)) ++end;
    return text.substr(first, end - first);
}

bool meansNotFinite(std::string word) {
    for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!word.empty() && (word[0] == '-' || word[0] == '+')) word.erase(0, 1);
    return word == "nan" || word == "inf" || word == "infinity";
}

/// Walks the JSON and keeps the first problem with its place.
class Parser {
public:
    explicit Parser(std::string source) : source_(std::move(source)) {}

    Result<HintDocument> document(const Json& json) {
        TT_TRY(keys(json, "the file", {"format", "version", "palette", "hints"}, {"format", "version", "hints"}));
        if (json["format"] != "tintreel-hints") return error("format", "must be \"tintreel-hints\"");
        if (!json["version"].is_number_integer() || json["version"] != 1)
            return error("version", "is not 1; this program reads version 1 alone");
        HintDocument document;
        if (json.contains("palette")) {
            if (!json["palette"].is_array()) return error("palette", "must be a list");
            for (std::size_t i = 0; i < json["palette"].size(); ++i) {
                TT_ASSIGN(PaletteSlot slot, paletteSlot(json["palette"][i], fmt::format("palette[{}]", i)));
                if (!names_.insert(slot.name).second)
                    return error(fmt::format("palette[{}].name", i),
                                 fmt::format("'{}' is there twice", quoted(slot.name)));
                document.palette.push_back(std::move(slot));
            }
        }
        if (!json["hints"].is_array()) return error("hints", "must be a list");
        for (std::size_t i = 0; i < json["hints"].size(); ++i) {
            TT_ASSIGN(Hint hint, oneHint(json["hints"][i], fmt::format("hints[{}]", i)));
            document.hints.push_back(std::move(hint));
        }
        return document;
    }

    [[nodiscard]] Unexpected error(const std::string& place, const std::string& what) const {
        return fail(ErrorCode::Input, fmt::format("{}: {}: {}.", source_, place, what));
    }

private:
    Result<> keys(const Json& json, const std::string& place, const std::vector<std::string>& known,
                  const std::vector<std::string>& needed) const {
        if (!json.is_object()) return error(place, "must be an object");
        for (const auto& [key, value] : json.items()) {
            if (std::find(known.begin(), known.end(), key) != known.end()) continue;
            const std::string near = key.size() > kMaxQuoted ? "" : nearestName(key, known);
            return error((place == "the file" ? "" : place + ".") + quoted(key),
                         near.empty() ? "unknown key" : "unknown key, did you mean \"" + near + "\"?");
        }
        for (const auto& key : needed)
            if (!json.contains(key)) return error(place, "lacks the key \"" + key + "\"");
        return {};
    }

    Result<double> number(const Json& json, const std::string& place, double low, double high) const {
        if (!json.is_number()) return error(place, "must be a number, is " + shown(json));
        const double value = json.get<double>();
        if (!std::isfinite(value) || value < low || value > high)
            return error(place, fmt::format("must lie in {}..{}, is {}", low, high, value));
        return value;
    }

    Result<FrameIndex> frameNumber(const Json& json, const std::string& place) const {
        if (!json.is_number_integer()) return error(place, "must be a whole number, is " + shown(json));
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > (1ULL << 52))
            return error(place, "is no frame number");
        const auto value = json.get<std::int64_t>();
        if (value < 0) return error(place, fmt::format("must be 0 or above, is {}", value));
        return value;
    }

    Result<HintColor> color(const Json& json, const std::string& place, bool plainOnly) const {
        if (json.is_string()) {
            if (json == "neutral" && !plainOnly) return HintColor(NeutralColor{});
            return error(place, plainOnly ? "must be {\"ab\": …} or {\"rgb\": …}"
                                          : "the only colour that is a text is \"neutral\", this is " + shown(json));
        }
        std::vector<std::string> known{"ab", "rgb"};
        if (!plainOnly) known.push_back("palette");
        TT_TRY(keys(json, place, known, {}));
        if (json.size() != 1)
            return error(place, plainOnly ? "must hold one of \"ab\" and \"rgb\""
                                          : "must hold one of \"ab\", \"rgb\" and \"palette\"");
        if (json.contains("ab")) {
            const auto& ab = json["ab"];
            if (!ab.is_array() || ab.size() != 2) return error(place + ".ab", "must be two numbers");
            TT_ASSIGN(const double a, number(ab[0], place + ".ab[0]", -kMaxAb, kMaxAb));
            TT_ASSIGN(const double b, number(ab[1], place + ".ab[1]", -kMaxAb, kMaxAb));
            return HintColor(AbColor{static_cast<float>(a), static_cast<float>(b)});
        }
        if (json.contains("rgb")) {
            if (!json["rgb"].is_string()) return error(place + ".rgb", "must be a text like \"#a03040\"");
            const auto text = json["rgb"].get<std::string>();
            if (text.size() != 7 || text[0] != '#' ||
                text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
                return error(place + ".rgb", fmt::format("must look like \"#a03040\", is \"{}\"", quoted(text)));
            const int value = std::stoi(text.substr(1), nullptr, 16);
            return HintColor(RgbColor{value >> 16 & 255, value >> 8 & 255, value & 255});
        }
        if (!json["palette"].is_string()) return error(place + ".palette", "must be the name of a palette slot");
        const auto name = json["palette"].get<std::string>();
        if (names_.count(name) == 0) {
            const std::string near = name.size() > kMaxQuoted ? "" : nearestName(name, {names_.begin(), names_.end()});
            return error(place + ".palette", fmt::format("there is no slot '{}'{}", quoted(name),
                                                         near.empty() ? "" : ", did you mean \"" + near + "\"?"));
        }
        return HintColor(PaletteColor{name});
    }

    Result<PaletteSlot> paletteSlot(const Json& json, const std::string& place) const {
        TT_TRY(keys(json, place, {"name", "color"}, {"name", "color"}));
        if (!json["name"].is_string() || json["name"].get<std::string>().empty())
            return error(place + ".name", "must be a text that is not empty");
        TT_ASSIGN(const HintColor value, color(json["color"], place + ".color", true));
        if (const auto* rgb = std::get_if<RgbColor>(&value)) return PaletteSlot{json["name"].get<std::string>(), *rgb};
        return PaletteSlot{json["name"].get<std::string>(), std::get<AbColor>(value)};
    }

    Result<> span(const Json& json, const std::string& place, Hint& hint) const {
        if (json == "scene") return {};
        if (json == "frame") {
            hint.span = HintSpan::Frame;
            return {};
        }
        if (!json.is_array() || json.size() != 2) return error(place, "must be \"scene\", \"frame\" or [first, end]");
        hint.span = HintSpan::Range;
        TT_ASSIGN(hint.range.first, frameNumber(json[0], place + "[0]"));
        TT_ASSIGN(hint.range.end, frameNumber(json[1], place + "[1]"));
        if (hint.range.end <= hint.range.first)
            return error(place, "must end after it begins; the end is not part of it");
        if (!hint.range.contains(hint.frame))
            return error(place, fmt::format("must contain the hint's own frame {}", hint.frame));
        return {};
    }

    Result<Hint> oneHint(const Json& json, const std::string& place) {
        TT_TRY(keys(json, place, {"frame", "span", "kind", "points", "radius", "color"},
                    {"frame", "kind", "points", "color"}));
        Hint hint;
        TT_ASSIGN(hint.frame, frameNumber(json["frame"], place + ".frame"));
        if (json.contains("span")) TT_TRY(span(json["span"], place + ".span", hint));
        const auto& kind = json["kind"];
        if (kind == "dot") hint.kind = HintKind::Dot;
        else if (kind == "stroke") hint.kind = HintKind::Stroke;
        else if (kind == "region") hint.kind = HintKind::Region;
        else return error(place + ".kind", "must be \"dot\", \"stroke\" or \"region\", is " + shown(kind));

        const auto& points = json["points"];
        if (!points.is_array()) return error(place + ".points", "must be a list of [x, y]");
        if ((points_ += points.size()) > kMaxPoints)
            return error(place + ".points", fmt::format("the file has more than {} points", kMaxPoints));
        for (std::size_t i = 0; i < points.size(); ++i) {
            const std::string at = fmt::format("{}.points[{}]", place, i);
            if (!points[i].is_array() || points[i].size() != 2) return error(at, "must be [x, y]");
            TT_ASSIGN(const double x, number(points[i][0], at + "[0]", 0, 1));
            TT_ASSIGN(const double y, number(points[i][1], at + "[1]", 0, 1));
            hint.points.push_back({x, y});
        }
        const std::size_t count = hint.points.size();
        if (hint.kind == HintKind::Dot && count != 1)
            return error(place + ".points", fmt::format("a dot has one point, this has {}", count));
        if (hint.kind == HintKind::Stroke && count < 1)
            return error(place + ".points", "a stroke has at least one point");
        if (hint.kind == HintKind::Region && count < 3)
            return error(place + ".points", fmt::format("a region has at least three points, this has {}", count));
        if (hint.kind == HintKind::Region) {
            if (json.contains("radius")) return error(place + ".radius", "a region has no radius");
        } else {
            if (!json.contains("radius")) return error(place, "lacks the key \"radius\"");
            TT_ASSIGN(hint.radius, number(json["radius"], place + ".radius", 0, 1));
            if (hint.radius <= 0) return error(place + ".radius", "must be above 0");
        }
        TT_ASSIGN(hint.color, color(json["color"], place + ".color", false));
        return hint;
    }

    std::string source_;
    std::set<std::string> names_;
    std::size_t points_ = 0;
};

/// The shortest decimal that gives the same float again: 18.2, not 18.200000762939453.
double shortest(float value) { return std::stod(fmt::format("{}", value)); }

Json colorJson(const HintColor& color) {
    if (const auto* ab = std::get_if<AbColor>(&color)) return {{"ab", {shortest(ab->a), shortest(ab->b)}}};
    if (const auto* rgb = std::get_if<RgbColor>(&color))
        return {{"rgb", fmt::format("#{:02x}{:02x}{:02x}", rgb->r, rgb->g, rgb->b)}};
    if (const auto* slot = std::get_if<PaletteColor>(&color)) return {{"palette", slot->name}};
    return "neutral";
}

}  // namespace

Result<HintDocument> parseHints(const std::string& text, const std::string& source) {
    const Parser reporter(source);
    PlaceWatch watch;
    Json json;
    try {
        json = Json::parse(text, [&](int, Json::parse_event_t event, Json& parsed) { return watch(event, parsed); });
    } catch (const PlaceWatch::TooDeep&) {
        return reporter.error(
            watch.place(),
            fmt::format("lists and objects are nested more than {} deep; this is no hints file", kMaxDepth));
    } catch (const Json::parse_error& error) {
        const std::string what = error.what();
        const auto at = what.find("line ");
        const std::string where = at == std::string::npos ? what : what.substr(at, what.find(':', at) - at);
        const std::string word = wordAround(text, error.byte > 0 ? error.byte - 1 : 0);
        const std::string place = watch.place().empty() ? where : watch.place() + " (" + where + ")";
        if (meansNotFinite(word))
            return reporter.error(place, word + " is no number that JSON knows; every number must be finite");
        return reporter.error(place, "this is no valid JSON; " + quotedTail(what));
    } catch (const Json::out_of_range&) {
        return reporter.error(watch.place(),
                              fmt::format("the number is too large; every number must be finite and below {:.0e}",
                                          std::numeric_limits<double>::max()));
    } catch (const nlohmann::json::exception& error) {
        return reporter.error("the file", std::string("this is no valid JSON; ") + quotedTail(error.what()));
    }
    if (!watch.twice().empty()) return reporter.error(watch.twice(), "the key is there twice in one object");
    try {
        return Parser(source).document(json);
    } catch (const nlohmann::json::exception& error) {
        return reporter.error("the file", std::string("cannot be understood: ") + quotedTail(error.what()));
    }
}

Result<HintDocument> readHints(const std::filesystem::path& path) {
    TT_ASSIGN(const std::string text, readFile(path, kMaxFileSize));
    return parseHints(text, path.string());
}

std::string writeHints(const HintDocument& document) {
    Json json{{"format", "tintreel-hints"}, {"version", 1}, {"palette", Json::array()}, {"hints", Json::array()}};
    for (const auto& slot : document.palette)
        json["palette"].push_back(
            {{"name", slot.name},
             {"color", std::visit([](const auto& c) { return colorJson(HintColor(c)); }, slot.color)}});
    for (const auto& hint : document.hints) {
        Json entry{{"frame", hint.frame}};
        if (hint.span == HintSpan::Scene) entry["span"] = "scene";
        else if (hint.span == HintSpan::Frame) entry["span"] = "frame";
        else entry["span"] = {hint.range.first, hint.range.end};
        entry["kind"] = hint.kind == HintKind::Dot ? "dot" : hint.kind == HintKind::Stroke ? "stroke" : "region";
        entry["points"] = Json::array();
        for (const auto& point : hint.points) entry["points"].push_back({point.x, point.y});
        if (hint.kind != HintKind::Region) entry["radius"] = hint.radius;
        entry["color"] = colorJson(hint.color);
        json["hints"].push_back(std::move(entry));
    }
    return json.dump(2) + "\n";
}

Result<> checkFrames(const HintDocument& document, FrameIndex frameCount, const std::string& source) {
    for (std::size_t i = 0; i < document.hints.size(); ++i) {
        const auto& hint = document.hints[i];
        if (hint.frame >= frameCount)
            return fail(
                ErrorCode::Input,
                fmt::format(
                    "{}: hints[{}].frame: frame {} is beyond the film, which has {} frames (0..{}); was the hint made for another film?",
                    source, i, hint.frame, frameCount, frameCount - 1));
        if (hint.span == HintSpan::Range && hint.range.end > frameCount)
            return fail(ErrorCode::Input, fmt::format("{}: hints[{}].span: ends at {}, the film has {} frames.", source,
                                                      i, hint.range.end, frameCount));
    }
    return {};
}

}  // namespace tintreel::hints
