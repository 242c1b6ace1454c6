// SPDX-License-Identifier: Apache-2.0
// What people change in a project: each change is a step that can be undone.
#include "project/project_private.h"

namespace tintreel::project {

Result<std::int64_t> Project::addHint(const std::string& label, const hints::Hint& hint) {
    std::int64_t id = 0;
    TT_TRY(p_->checkFrame(hint.frame));
    const auto added = p_->edit(label, [&]() -> Result<> {
        TT_TRY(p_->checkColor(hint.color));
        SQLite::Statement s(*p_->db, kInsertHint);
        bindHint(s, 1, hint);
        s.exec();
        // The triggers insert rows too, but SQLite gives the caller's own rowid back after them.
        id = p_->db->getLastInsertRowid();
        return {};
    });
    if (!added) return tl::unexpected(added.error());
    return id;
}

Result<> Project::addHints(const std::string& label, const std::vector<hints::Hint>& hints) {
    for (const auto& hint : hints) TT_TRY(p_->checkFrame(hint.frame));
    return p_->edit(label, [&]() -> Result<> {
        for (const auto& hint : hints) TT_TRY(p_->checkColor(hint.color));
        p_->insertHints(hints);
        return {};
    });
}

Result<> Project::changeHint(const std::string& label, std::int64_t id, const hints::Hint& hint) {
    TT_TRY(p_->checkFrame(hint.frame));
    return p_->edit(label, [&]() -> Result<> {
        TT_TRY(p_->checkColor(hint.color));
        SQLite::Statement s(
            *p_->db,
            "UPDATE hint SET frame=?, span=?, range_first=?, range_end=?, kind=?, radius=?, points=?, color_kind=?, color=? WHERE id=?");
        bindHint(s, 1, hint);
        s.bind(10, id);
        if (s.exec() == 0) return fail(ErrorCode::Usage, fmt::format("There is no hint {}.", id));
        return {};
    });
}

Result<> Project::removeHints(const std::string& label, const std::vector<std::int64_t>& ids) {
    return p_->edit(label, [&]() -> Result<> {
        for (const auto id : ids) p_->db->exec(fmt::format("DELETE FROM hint WHERE id={}", id));
        return {};
    });
}

Result<> Project::importHints(const std::string& label, const hints::HintDocument& document) {
    TT_TRY(hints::checkFrames(document, p_->frames(), "the hints"));
    return p_->edit(label, [&]() -> Result<> {
        p_->db->exec("DELETE FROM hint; DELETE FROM palette;");
        SQLite::Statement slot(*p_->db, "INSERT INTO palette VALUES (?,?,?,?)");
        for (std::size_t i = 0; i < document.palette.size(); ++i) {
            const auto color = std::visit([](const auto& c) { return textOf(c); }, document.palette[i].color);
            slot.reset();
            slot.bind(1, static_cast<std::int64_t>(i));
            slot.bind(2, document.palette[i].name);
            slot.bind(3, color.kind);
            slot.bind(4, color.text);
            slot.exec();
        }
        p_->insertHints(document.hints);
        return {};
    });
}

Result<> Project::setPaletteSlot(const std::string& label, int slot, const hints::PaletteSlot& value) {
    const auto slots = palette();
    if (slot < 0 || slot > static_cast<int>(slots.size()))
        return fail(ErrorCode::Usage, fmt::format("There is no palette slot {}.", slot));
    if (value.name.empty()) return fail(ErrorCode::Usage, "A palette slot needs a name.");
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (static_cast<int>(i) != slot && slots[i].name == value.name)
            return fail(ErrorCode::Usage, "There is a palette slot '" + value.name + "' already.");
    return p_->edit(label, [&]() -> Result<> {
        const auto color = std::visit([](const auto& c) { return textOf(c); }, value.color);
        SQLite::Statement s(
            *p_->db,
            "INSERT INTO palette VALUES (?,?,?,?) ON CONFLICT(slot) DO UPDATE SET name=excluded.name, color_kind=excluded.color_kind, color=excluded.color "
            "WHERE name<>excluded.name OR color_kind<>excluded.color_kind OR color<>excluded.color");
        s.bind(1, slot);
        s.bind(2, value.name);
        s.bind(3, color.kind);
        s.bind(4, color.text);
        s.exec();
        if (slot < static_cast<int>(slots.size()) && slots[static_cast<std::size_t>(slot)].name != value.name) {
            SQLite::Statement move(*p_->db, "UPDATE hint SET color=? WHERE color_kind='palette' AND color=?");
            move.bind(1, value.name);
            move.bind(2, slots[static_cast<std::size_t>(slot)].name);
            move.exec();
        }
        return {};
    });
}

Result<> Project::setCut(const std::string& label, FrameIndex frame, bool cut) {
    TT_TRY(p_->checkFrame(frame, 1));
    return p_->edit(label, [&]() -> Result<> {
        if (cut) p_->db->exec(fmt::format("INSERT OR IGNORE INTO cut VALUES ({}, 1)", frame));
        else
            p_->db->exec(fmt::format("DELETE FROM cut WHERE frame={}; DELETE FROM scene WHERE first={}", frame, frame));
        return {};
    });
}

Result<> Project::moveCut(const std::string& label, FrameIndex from, FrameIndex to) {
    TT_TRY(p_->checkFrame(to, 1));
    if (from == to) return {};
    return p_->edit(label, [&]() -> Result<> {
        if (p_->one(fmt::format("SELECT count(*) FROM cut WHERE frame={}", from)) == 0)
            return fail(ErrorCode::Usage, fmt::format("There is no cut at frame {}.", from));
        const auto between = p_->one(fmt::format("SELECT count(*) FROM cut WHERE frame<>{} AND frame BETWEEN {} AND {}",
                                                 from, std::min(from, to), std::max(from, to)));
        if (between > 0) return fail(ErrorCode::Usage, "A cut cannot be moved past another one.");
        p_->db->exec(
            fmt::format("UPDATE cut SET frame={}, by_hand=1 WHERE frame={}; UPDATE scene SET first={} WHERE first={};",
                        to, from, to, from));
        return {};
    });
}

Result<> Project::importCuts(const std::string& label, const std::vector<FrameIndex>& cuts) {
    for (const FrameIndex frame : cuts) TT_TRY(p_->checkFrame(frame, 1));
    return p_->edit(label, [&]() -> Result<> {
        const auto list = fmt::format("({})", fmt::join(cuts, ","));
        p_->db->exec("DELETE FROM cut WHERE frame NOT IN " + list +
                     "; DELETE FROM scene WHERE first<>0 AND first NOT IN " + list);
        for (const FrameIndex frame : cuts)
            p_->db->exec(fmt::format(
                "INSERT INTO cut VALUES ({}, 1) ON CONFLICT(frame) DO UPDATE SET by_hand=1 WHERE by_hand<>1", frame));
        return {};
    });
}

Result<> Project::setKeyframe(const std::string& label, FrameIndex frame, bool keyframe) {
    TT_TRY(p_->checkFrame(frame));
    return p_->edit(label, [&]() -> Result<> {
        p_->db->exec((keyframe ? "INSERT OR IGNORE INTO keyframe VALUES (" : "DELETE FROM keyframe WHERE frame=(") +
                     std::to_string(frame) + ")");
        return {};
    });
}

Result<> Project::setReference(const std::string& label, FrameIndex frame, const fs::path& picture) {
    TT_TRY(p_->checkFrame(frame));
    return p_->edit(label, [&]() -> Result<> {
        if (picture.empty()) {
            p_->db->exec(fmt::format("DELETE FROM reference WHERE frame={}", frame));
            return {};
        }
        SQLite::Statement s(
            *p_->db,
            "INSERT INTO reference VALUES (?,?) ON CONFLICT(frame) DO UPDATE SET path=excluded.path WHERE path<>excluded.path");
        s.bind(1, static_cast<std::int64_t>(frame));
        s.bind(2, fs::absolute(picture).string());
        s.exec();
        return {};
    });
}

Result<> Project::setSceneNote(const std::string& label, FrameIndex first, const SceneNote& note) {
    return p_->edit(label, [&]() -> Result<> {
        if (first != 0 && p_->one(fmt::format("SELECT count(*) FROM cut WHERE frame={}", first)) == 0)
            return fail(ErrorCode::Usage, fmt::format("No scene begins at frame {}.", first));
        SQLite::Statement s(
            *p_->db,
            "INSERT INTO scene VALUES (?,?,?) ON CONFLICT(first) DO UPDATE SET approved=excluded.approved, notes=excluded.notes WHERE approved<>excluded.approved OR notes<>excluded.notes");
        s.bind(1, static_cast<std::int64_t>(first));
        s.bind(2, note.approved ? 1 : 0);
        s.bind(3, note.notes);
        s.exec();
        return {};
    });
}

Result<> Project::setMarker(const std::string& label, FrameIndex frame, const std::optional<std::string>& text) {
    TT_TRY(p_->checkFrame(frame));
    return p_->edit(label, [&]() -> Result<> {
        if (!text) {
            p_->db->exec(fmt::format("DELETE FROM marker WHERE frame={}", frame));
            return {};
        }
        SQLite::Statement s(
            *p_->db,
            "INSERT INTO marker VALUES (?,?) ON CONFLICT(frame) DO UPDATE SET label=excluded.label WHERE label<>excluded.label");
        s.bind(1, static_cast<std::int64_t>(frame));
        s.bind(2, *text);
        s.exec();
        return {};
    });
}

Result<> Project::setSetting(const std::string& label, const std::string& name, const std::string& value) {
    return p_->edit(label, [&] { return p_->putSetting(name, value); });
}

}  // namespace tintreel::project
