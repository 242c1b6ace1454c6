// SPDX-License-Identifier: Apache-2.0
// What the studio knows of scenes and frames, as the timeline shows it.
#include <algorithm>
#include <utility>

#include "studio/studio.h"

namespace tintreel::ui {

bool Studio::hasInput(FrameRange scene) const {
    const auto& keys = document_.keyframes();
    const auto first = std::lower_bound(keys.begin(), keys.end(), scene.first);
    return first != keys.end() && *first < scene.end;
}

void Studio::colorStates(const SceneColors& colors) {
    if (isScene(colors.scene)) colors_[colors.scene.first] = colors;
}

SceneStatus Studio::status(int index) const {
    const auto& scene = document_.scenes()[static_cast<std::size_t>(index)];
    if (failedScenes_.count(scene.range.first)) return SceneStatus::Failed;
    const bool input = hasInput(scene.range);
    const auto known = colors_.find(scene.range.first);
    const auto none = input ? SceneStatus::Keyed : SceneStatus::Empty;
    if (known == colors_.end() || known->second.scene != scene.range || known->second.stretches.empty())
        return scene.note.approved ? SceneStatus::Approved : none;
    const auto& stretches = known->second.stretches;
    const auto all = [&](workflow::ColorState state) {
        return std::all_of(stretches.begin(), stretches.end(), [&](const auto& s) { return s.state == state; });
    };
    const auto any = [&](workflow::ColorState state) {
        return std::any_of(stretches.begin(), stretches.end(), [&](const auto& s) { return s.state == state; });
    };
    if (any(workflow::ColorState::Stale)) return SceneStatus::Stale;
    if (scene.note.approved) return SceneStatus::Approved;
    if (all(workflow::ColorState::Done) && (input || scene.range.length() > 1)) return SceneStatus::Done;
    return none;
}

double Studio::confidence(int index) const {
    const auto known = colors_.find(document_.scenes()[static_cast<std::size_t>(index)].range.first);
    if (known == colors_.end()) return -1;
    double sum = 0;
    int count = 0;
    for (const float value : known->second.confidence) {
        if (value < 0) continue;
        sum += value;
        ++count;
    }
    return count > 0 ? sum / count : -1;
}

std::vector<TimelineScene> Studio::timelineScenes() const {
    std::vector<TimelineScene> scenes;
    for (std::size_t i = 0; i < document_.scenes().size(); ++i) {
        const auto& scene = document_.scenes()[i];
        scenes.push_back(
            {scene.range, status(static_cast<int>(i)), scene.cutByHand, QString::fromStdString(scene.note.notes)});
    }
    return scenes;
}

std::vector<TimelineKey> Studio::timelineKeys() const {
    std::vector<TimelineKey> keys;
    const auto& references = document_.plan()->person.references;
    for (const FrameIndex frame : document_.keyframes()) {
        const bool hinted = std::any_of(document_.hints().begin(), document_.hints().end(),
                                        [&](const auto& stored) { return stored.hint.frame == frame; });
        const int scene = document_.sceneAt(frame);
        bool stale = false;
        if (const auto known = scene < 0
                                   ? colors_.end()
                                   : colors_.find(document_.scenes()[static_cast<std::size_t>(scene)].range.first);
            known != colors_.end())
            for (const auto& stretch : known->second.stretches)
                stale |= stretch.state == workflow::ColorState::Stale && stretch.range.contains(frame);
        keys.push_back({frame,
                        references.count(frame) ? KeyKind::Reference
                        : hinted                ? KeyKind::Hinted
                                                : KeyKind::Bare,
                        stale});
    }
    if (suggested_ >= 0 &&
        std::none_of(keys.begin(), keys.end(), [&](const auto& key) { return key.frame == suggested_; })) {
        keys.push_back({suggested_, KeyKind::Suggested, false});
        std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.frame < b.frame; });
    }
    return keys;
}

std::vector<StateRun> Studio::stateRuns() const {
    std::vector<StateRun> runs;
    // Keyframes are coloured as soon as they are looked at; what was carried lies on top.
    for (const FrameIndex key : document_.keyframes()) runs.push_back({{key, key + 1}, FrameState::Preview});
    for (const auto& scene : document_.scenes()) {
        const auto known = colors_.find(scene.range.first);
        const bool failed = failedScenes_.count(scene.range.first) > 0;
        if (known == colors_.end() || known->second.scene != scene.range) {
            if (failed) runs.push_back({scene.range, FrameState::Failed});
            continue;
        }
        for (const auto& stretch : known->second.stretches) {
            const auto state = stretch.state == workflow::ColorState::Done    ? FrameState::Full
                               : stretch.state == workflow::ColorState::Stale ? FrameState::Stale
                               : failed                                       ? FrameState::Failed
                                                                              : FrameState::None;
            if (state != FrameState::None)
                runs.push_back({{stretch.range.first, std::min(stretch.range.end, scene.range.end)}, state});
        }
    }
    return runs;
}

std::vector<ConfidenceRun> Studio::confidenceRuns() const {
    std::vector<ConfidenceRun> runs;
    for (const auto& [first, scene] : colors_) {
        ConfidenceRun run{first, {}};
        for (std::size_t i = 0; i <= scene.confidence.size(); ++i) {
            if (i < scene.confidence.size() && scene.confidence[i] >= 0) {
                if (run.values.empty()) run.first = first + static_cast<FrameIndex>(i);
                run.values.push_back(scene.confidence[i]);
            } else if (!run.values.empty()) {
                runs.push_back(std::exchange(run, {}));
            }
        }
    }
    return runs;
}

}  // namespace tintreel::ui
