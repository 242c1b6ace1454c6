// SPDX-License-Identifier: Apache-2.0
#include "project/rows.h"

#include <algorithm>
#include <sstream>
#include <vector>

#include <SQLiteCpp/Column.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tintreel::project {
namespace {

const std::vector<std::pair<hints::HintKind, const char*>> kKinds{
    {hints::HintKind::Dot, "dot"}, {hints::HintKind::Stroke, "stroke"}, {hints::HintKind::Region, "region"}};
const std::vector<std::pair<hints::HintSpan, const char*>> kSpans{
    {hints::HintSpan::Scene, "scene"}, {hints::HintSpan::Frame, "frame"}, {hints::HintSpan::Range, "range"}};

template <class T>
const char* nameOf(const std::vector<std::pair<T, const char*>>& names, T value) {
    return std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == value; })->second;
}
template <class T>
T valueOf(const std::vector<std::pair<T, const char*>>& names, const std::string& name) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.second == name; });
    return found == names.end() ? names.front().first : found->first;
}

std::string pointsText(const std::vector<hints::Point>& points) {
    auto json = nlohmann::json::array();
    for (const auto& p : points) json.push_back({p.x, p.y});
    return json.dump();
}
std::vector<hints::Point> pointsOf(const std::string& text) {
    std::vector<hints::Point> points;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_array()) return points;
    for (const auto& p : json)
        if (p.is_array() && p.size() == 2 && p[0].is_number() && p[1].is_number())
            points.push_back({p[0].get<double>(), p[1].get<double>()});
    return points;
}

}  // namespace

ColorText textOf(const hints::HintColor& color) {
    if (const auto* ab = std::get_if<hints::AbColor>(&color)) return {"ab", fmt::format("{} {}", ab->a, ab->b)};
    if (const auto* rgb = std::get_if<hints::RgbColor>(&color))
        return {"rgb", fmt::format("{} {} {}", rgb->r, rgb->g, rgb->b)};
    if (const auto* slot = std::get_if<hints::PaletteColor>(&color)) return {"palette", slot->name};
    return {"neutral", ""};
}
hints::HintColor colorOf(const std::string& kind, const std::string& text) {
    if (kind == "palette") return hints::PaletteColor{text};
    std::istringstream in(text);
    if (kind == "ab") {
        hints::AbColor ab;
        in >> ab.a >> ab.b;
        return ab;
    }
    if (kind == "rgb") {
        hints::RgbColor rgb;
        in >> rgb.r >> rgb.g >> rgb.b;
        return rgb;
    }
    return hints::NeutralColor{};
}
hints::PlainColor plainColorOf(const std::string& kind, const std::string& text) {
    const auto color = colorOf(kind, text);
    if (const auto* rgb = std::get_if<hints::RgbColor>(&color)) return *rgb;
    if (const auto* ab = std::get_if<hints::AbColor>(&color)) return *ab;
    return hints::AbColor{};
}

void bindHint(SQLite::Statement& s, int first, const hints::Hint& hint) {
    const auto color = textOf(hint.color);
    const bool range = hint.span == hints::HintSpan::Range;
    s.bind(first, static_cast<std::int64_t>(hint.frame));
    s.bind(first + 1, nameOf(kSpans, hint.span));
    if (range) s.bind(first + 2, static_cast<std::int64_t>(hint.range.first));
    if (range) s.bind(first + 3, static_cast<std::int64_t>(hint.range.end));
    s.bind(first + 4, nameOf(kKinds, hint.kind));
    s.bind(first + 5, hint.radius);
    s.bind(first + 6, pointsText(hint.points));
    s.bind(first + 7, color.kind);
    s.bind(first + 8, color.text);
}

hints::Hint hintFrom(SQLite::Statement& s, int first) {
    hints::Hint hint;
    hint.frame = s.getColumn(first).getInt64();
    hint.span = valueOf(kSpans, s.getColumn(first + 1).getString());
    if (hint.span == hints::HintSpan::Range)
        hint.range = {s.getColumn(first + 2).getInt64(), s.getColumn(first + 3).getInt64()};
    hint.kind = valueOf(kKinds, s.getColumn(first + 4).getString());
    hint.radius = s.getColumn(first + 5).getDouble();
    hint.points = pointsOf(s.getColumn(first + 6).getString());
    hint.color = colorOf(s.getColumn(first + 7).getString(), s.getColumn(first + 8).getString());
    return hint;
}

}  // namespace tintreel::project
