// SPDX-License-Identifier: Apache-2.0
// What a project holds.
#include "project/project_private.h"

namespace tintreel::project {

ClipReference Project::clip() const {
    return p_->reading(ClipReference{}, [&] {
        SQLite::Statement s(*p_->db,
                            "SELECT path, size, fingerprint, frames, rate_num, rate_den, width, height FROM clip");
        ClipReference clip;
        if (!s.executeStep()) return clip;
        clip.path = s.getColumn(0).getString();
        clip.size = static_cast<std::uint64_t>(s.getColumn(1).getInt64());
        clip.fingerprint = s.getColumn(2).getString();
        clip.frames = s.getColumn(3).getInt64();
        clip.frameRate = {s.getColumn(4).getInt64(), s.getColumn(5).getInt64()};
        clip.width = s.getColumn(6).getInt();
        clip.height = s.getColumn(7).getInt();
        return clip;
    });
}

std::vector<Scene> Project::scenes() const {
    return p_->reading(std::vector<Scene>{}, [&] {
        std::vector<Scene> scenes{{{0, p_->frames()}, false, {}}};
        SQLite::Statement cuts(*p_->db,
                               "SELECT frame, by_hand FROM cut WHERE frame < (SELECT frames FROM clip) ORDER BY frame");
        while (cuts.executeStep()) {
            const FrameIndex frame = cuts.getColumn(0).getInt64();
            scenes.push_back({{frame, scenes.back().range.end}, cuts.getColumn(1).getInt() != 0, {}});
            scenes[scenes.size() - 2].range.end = frame;
        }
        SQLite::Statement notes(*p_->db, "SELECT first, approved, notes FROM scene");
        while (notes.executeStep())
            for (auto& scene : scenes)
                if (scene.range.first == notes.getColumn(0).getInt64())
                    scene.note = {notes.getColumn(1).getInt() != 0, notes.getColumn(2).getString()};
        return scenes;
    });
}

std::vector<StoredHint> Project::storedHints() const {
    return p_->reading(std::vector<StoredHint>{}, [&] {
        std::vector<StoredHint> hints;
        SQLite::Statement s(
            *p_->db,
            "SELECT id, frame, span, range_first, range_end, kind, radius, points, color_kind, color FROM hint ORDER BY id");
        while (s.executeStep()) {
            hints.push_back({s.getColumn(0).getInt64(), hintFrom(s, 1)});
        }
        return hints;
    });
}

std::vector<hints::PaletteSlot> Project::palette() const {
    return p_->reading(std::vector<hints::PaletteSlot>{}, [&] {
        std::vector<hints::PaletteSlot> slots;
        SQLite::Statement s(*p_->db, "SELECT name, color_kind, color FROM palette ORDER BY slot");
        while (s.executeStep())
            slots.push_back(
                {s.getColumn(0).getString(), plainColorOf(s.getColumn(1).getString(), s.getColumn(2).getString())});
        return slots;
    });
}

hints::HintDocument Project::hintDocument() const {
    hints::HintDocument document;
    document.palette = palette();
    for (auto& stored : storedHints()) document.hints.push_back(std::move(stored.hint));
    return document;
}

std::vector<FrameIndex> Project::keyframes() const {
    return p_->reading(std::vector<FrameIndex>{}, [&] {
        std::vector<FrameIndex> frames;
        SQLite::Statement s(*p_->db, "SELECT frame FROM keyframe ORDER BY frame");
        while (s.executeStep()) frames.push_back(s.getColumn(0).getInt64());
        return frames;
    });
}

std::map<FrameIndex, fs::path> Project::references() const {
    return p_->reading(std::map<FrameIndex, fs::path>{}, [&] {
        std::map<FrameIndex, fs::path> references;
        SQLite::Statement s(*p_->db, "SELECT frame, path FROM reference");
        while (s.executeStep()) references[s.getColumn(0).getInt64()] = s.getColumn(1).getString();
        return references;
    });
}

std::vector<Marker> Project::markers() const {
    return p_->reading(std::vector<Marker>{}, [&] {
        std::vector<Marker> markers;
        SQLite::Statement s(*p_->db, "SELECT frame, label FROM marker ORDER BY frame");
        while (s.executeStep()) markers.push_back({s.getColumn(0).getInt64(), s.getColumn(1).getString()});
        return markers;
    });
}

std::string Project::setting(const std::string& name, const std::string& fallback) const {
    return p_->reading(fallback, [&] {
        SQLite::Statement s(*p_->db, "SELECT value FROM setting WHERE name=?");
        s.bind(1, name);
        return s.executeStep() ? s.getColumn(0).getString() : fallback;
    });
}

}  // namespace tintreel::project
