// SPDX-License-Identifier: Apache-2.0
#include "workflow/provenance_scenes.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "tintreel/base/atomic_file.h"
#include "tintreel/hints/hint.h"

namespace tintreel::workflow {
namespace {

using Json = nlohmann::ordered_json;

/// What a person painted on one frame. The hash is of these hints as a hints file of their own.
Json hintsOf(FrameIndex frame, const hints::HintDocument& document) {
    hints::HintDocument own;
    own.palette = document.palette;
    Json kinds{{"dot", 0}, {"stroke", 0}, {"region", 0}}, spans{{"scene", 0}, {"range", 0}, {"frame", 0}};
    int neutral = 0;
    for (const auto& hint : document.hints) {
        if (hint.frame != frame) continue;
        own.hints.push_back(hint);
        auto& kind = kinds[hint.kind == hints::HintKind::Dot      ? "dot"
                           : hint.kind == hints::HintKind::Stroke ? "stroke"
                                                                  : "region"];
        kind = kind.get<int>() + 1;
        auto& span = spans[hint.span == hints::HintSpan::Scene   ? "scene"
                           : hint.span == hints::HintSpan::Range ? "range"
                                                                 : "frame"];
        span = span.get<int>() + 1;
        neutral += std::holds_alternative<hints::NeutralColor>(hint.color) ? 1 : 0;
    }
    if (own.hints.empty()) return nullptr;
    return {{"count", own.hints.size()},
            {"kinds", kinds},
            {"spans", spans},
            {"neutral", neutral},
            {"sha256", sha256OfBytes(hints::writeHints(own))}};
}

}  // namespace

Json scenesOfRecord(const FilmPlan& plan, FrameRange written, const scenes::ListedFilm& film,
                    const std::optional<ProjectRecord>& project,
                    const std::map<FrameIndex, std::string>& referenceHashes) {
    const auto time = [&](FrameIndex frame) { return timecodeText(film.start + frame, film.timecode); };
    const auto& given = plan.person;
    std::set<FrameIndex> persons;
    for (const auto& hint : given.hints.hints) persons.insert(hint.frame);
    for (const auto& [frame, picture] : given.references) persons.insert(frame);
    Json list = Json::array();
    for (std::size_t i = 0; i < plan.scenes.size(); ++i) {
        const auto& scene = plan.scenes[i];
        const auto keyframes = FilmColorizer::keyframesOf(scene, given, plan.choice);
        Json byPerson = Json::array(), byNetwork = Json::array();
        for (auto frame = persons.lower_bound(scene.first); frame != persons.end() && *frame < scene.end; ++frame) {
            Json entry{{"frame", *frame}, {"timecode", time(*frame)}};
            if (auto hints = hintsOf(*frame, given.hints); !hints.is_null()) entry["hints"] = std::move(hints);
            if (const auto reference = given.references.find(*frame); reference != given.references.end()) {
                const auto hash = referenceHashes.find(*frame);
                entry["reference"] = {{"name", reference->second.filename().string()},
                                      {"sha256", hash == referenceHashes.end() ? "" : hash->second}};
            }
            byPerson.push_back(std::move(entry));
        }
        std::int64_t alone = 0;
        for (const FrameIndex frame : keyframes) {
            if (persons.count(frame) > 0) continue;
            ++alone;
            // Where every frame is one the list would say nothing.
            if (!plan.choice.all) byNetwork.push_back(frame);
        }
        Json entry{{"number", i + 1},
                   {"first", scene.first},
                   {"end", scene.end},
                   {"timecode_in", time(scene.first)},
                   {"timecode_out", time(scene.end)},
                   {"frames_written",
                    std::max<FrameIndex>(0, std::min(scene.end, written.end) - std::max(scene.first, written.first))},
                   {"colored_by", byPerson.empty() ? "network" : "person and network"},
                   {"person", std::move(byPerson)},
                   {"network_keyframes", alone}};
        if (!plan.choice.all) entry["network_keyframe_list"] = std::move(byNetwork);
        if (project)
            if (const auto note = project->notes.find(scene.first); note != project->notes.end()) {
                entry["approved"] = note->second.approved;
                entry["notes"] = note->second.notes;
            }
        list.push_back(std::move(entry));
    }
    return list;
}

}  // namespace tintreel::workflow
