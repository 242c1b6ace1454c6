// SPDX-License-Identifier: Apache-2.0
#include "tintreel/project/project.h"

#include <sys/vfs.h>

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include "project/database.h"
#include "project/rows.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/base/log.h"

namespace tintreel::project {
namespace fs = std::filesystem;
namespace {

constexpr int kHistoryLength = 2000;

/// Write-ahead logging needs shared memory, which network file systems do not have (sqlite.org/wal.html).
bool onNetwork(const fs::path& file) {
    struct statfs info {};
    if (::statfs(file.c_str(), &info) != 0) return false;
    const std::set<unsigned> kinds{0x6969U, 0x517BU, 0xFF534D42U, 0xFE534D42U, 0x65735546U};  // NFS, SMB, CIFS, SMB2, FUSE
    return kinds.count(static_cast<unsigned>(info.f_type)) > 0;
}

}  // namespace

struct Project::Private {
    fs::path file;
    bool readOnly = false;
    std::optional<WriterLock> lock;
    std::unique_ptr<SQLite::Database> db;

    /// Reading a project that was checked when it was opened fails only when the disk does; that is logged and gives the fallback.
    template <class T, class F>
    T reading(T fallback, F f) const {
        try {
            return f();
        } catch (const SQLite::Exception& error) {
            spdlog::error("{}", describe(databaseError(file, error)));
            return fallback;
        }
    }

    [[nodiscard]] std::int64_t one(const std::string& sql) const {
        SQLite::Statement s(*db, sql);
        return s.executeStep() && !s.isColumnNull(0) ? s.getColumn(0).getInt64() : 0;
    }

    [[nodiscard]] Result<> checkWritable() const {
        if (readOnly) return fail(ErrorCode::Output, "The project '" + file.string() + "' is open for reading only; save a copy to change it.");
        return {};
    }

    /// One transaction = one undo step. `f` returns Result<>; an error undoes all of it.
    template <class F>
    Result<> edit(const std::string& label, F f) {
        TT_TRY(checkWritable());
        return guarded(file, [&]() -> Result<> {
            SQLite::Transaction transaction(*db, SQLite::TransactionBehavior::IMMEDIATE);
            SQLite::Statement step(*db, "INSERT INTO history(label) VALUES (?)");
            step.bind(1, label);
            step.exec();
            const auto id = db->getLastInsertRowid();
            db->exec(fmt::format("UPDATE cursor SET history_id={}", id));
            TT_TRY(f());
            if (one(fmt::format("SELECT count(*) FROM change WHERE history_id={}", id)) == 0) return {};
            db->exec(fmt::format("UPDATE cursor SET history_id=NULL; DELETE FROM history WHERE undone=1; DELETE FROM history WHERE id<={}", id - kHistoryLength));
            transaction.commit();
            return {};
        });
    }

    /// Takes one step back or forth: runs its statements backwards while the triggers write their inverses under the same step.
    Result<bool> step(bool back) {
        TT_TRY(checkWritable());
        return guarded(file, [&]() -> Result<bool> {
            SQLite::Transaction transaction(*db, SQLite::TransactionBehavior::IMMEDIATE);
            const auto id = one(back ? "SELECT max(id) FROM history WHERE undone=0" : "SELECT min(id) FROM history WHERE undone=1");
            if (id == 0) return false;
            std::vector<std::string> statements;
            {
                SQLite::Statement s(*db, "SELECT sql FROM change WHERE history_id=? ORDER BY seq DESC");
                s.bind(1, id);
                while (s.executeStep()) statements.push_back(s.getColumn(0).getString());
            }
            db->exec(fmt::format("DELETE FROM change WHERE history_id={}; UPDATE cursor SET history_id={};", id, id));
            for (const auto& sql : statements) db->exec(sql);
            db->exec(fmt::format("UPDATE cursor SET history_id=NULL; UPDATE history SET undone={} WHERE id={};", back ? 1 : 0, id));
            transaction.commit();
            return true;
        });
    }

    Result<> putSetting(const std::string& name, const std::string& value) {
        SQLite::Statement s(*db, "INSERT INTO setting(name, value) VALUES (?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value WHERE value<>excluded.value");
        s.bind(1, name);
        s.bind(2, value);
        s.exec();
        return {};
    }

    void insertHints(const std::vector<hints::Hint>& hints) {
        for (const auto& hint : hints) {
            SQLite::Statement s(*db, kInsertHint);
            bindHint(s, 1, hint);
            s.exec();
        }
    }

    [[nodiscard]] FrameIndex frames() const { return one("SELECT frames FROM clip"); }

    void takeOtherFilm(const ClipReference& film) {
        // What lies behind a shorter film's end is not thrown away; the length is found when the film is read through.
        const auto last = one("SELECT max(f) FROM (SELECT max(frame) f FROM hint UNION ALL SELECT max(frame) FROM keyframe UNION ALL SELECT max(frame) FROM reference "
                              "UNION ALL SELECT max(frame) FROM marker UNION ALL SELECT max(frame) FROM cut WHERE by_hand<>0)");
        SQLite::Statement s(*db, "UPDATE clip SET size=?, fingerprint=?, frames=?, rate_num=?, rate_den=?, width=?, height=?");
        s.bind(1, static_cast<std::int64_t>(film.size));
        s.bind(2, film.fingerprint);
        s.bind(3, std::max<std::int64_t>(film.frames, last + 1));
        s.bind(4, film.frameRate.num);
        s.bind(5, film.frameRate.den);
        s.bind(6, film.width);
        s.bind(7, film.height);
        s.exec();
        db->exec(fmt::format("DELETE FROM cut WHERE by_hand=0; DELETE FROM setting WHERE name='{}'", kScanned));
    }

    [[nodiscard]] Result<> checkColor(const hints::HintColor& color) const {
        const auto* slot = std::get_if<hints::PaletteColor>(&color);
        if (slot == nullptr) return {};
        SQLite::Statement s(*db, "SELECT count(*) FROM palette WHERE name=?");
        s.bind(1, slot->name);
        if (s.executeStep() && s.getColumn(0).getInt() > 0) return {};
        return fail(ErrorCode::Usage, "The palette has no slot '" + slot->name + "'; choose another colour.");
    }

    [[nodiscard]] Result<> checkFrame(FrameIndex frame, FrameIndex lowest = 0) const {
        const auto count = frames();
        if (frame < lowest || frame >= count) return fail(ErrorCode::Usage, fmt::format("Frame {} is outside the film, which has {} frames (0..{}).", frame, count, count - 1));
        return {};
    }
};

Project::Project(std::unique_ptr<Private> p) : p_(std::move(p)) {}
Project::Project(Project&&) noexcept = default;
Project& Project::operator=(Project&&) noexcept = default;
Project::~Project() = default;

Result<Project> Project::create(const fs::path& file, const ClipReference& clip, const std::vector<FrameIndex>& cuts) {
    TT_ASSIGN(PartFile part, PartFile::create(file, false));
    std::error_code ec;
    fs::remove(part.partPath(), ec);
    TT_TRY(guarded(file, [&]() -> Result<> {
        SQLite::Database db(part.partPath().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Transaction transaction(db);
        migrate(db, 0);
        SQLite::Statement s(db, "INSERT INTO clip VALUES (1,?,?,?,?,?,?,?,?)");
        s.bind(1, fs::absolute(clip.path).string());
        s.bind(2, static_cast<std::int64_t>(clip.size));
        s.bind(3, clip.fingerprint);
        s.bind(4, static_cast<std::int64_t>(clip.frames));
        s.bind(5, clip.frameRate.num);
        s.bind(6, clip.frameRate.den);
        s.bind(7, clip.width);
        s.bind(8, clip.height);
        s.exec();
        for (const FrameIndex cut : cuts) {
            if (cut <= 0 || cut >= clip.frames) return fail(ErrorCode::Usage, fmt::format("The cut at frame {} is outside the film.", cut));
            db.exec(fmt::format("INSERT OR IGNORE INTO cut VALUES ({}, 0)", cut));
        }
        transaction.commit();
        return {};
    }));
    TT_TRY(part.commit());
    return open(file);
}

Result<Project> Project::open(const fs::path& file, bool readOnly) {
    std::error_code ec;
    if (!fs::is_regular_file(file, ec)) return fail(ErrorCode::Input, "There is no project '" + file.string() + "'.");
    auto p = std::make_unique<Private>();
    p->file = fs::absolute(file);
    p->readOnly = readOnly;
    if (!readOnly) {
        TT_ASSIGN(auto lock, WriterLock::take(p->file));
        p->lock.emplace(std::move(lock));
    }
    return guarded(p->file, [&]() -> Result<Project> {
        p->db = std::make_unique<SQLite::Database>(p->file.string(), readOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE, 2000);
        int version = 0;
        try {
            version = static_cast<int>(p->one("PRAGMA user_version"));
        } catch (const SQLite::Exception& error) {
            // In a folder that cannot be written the log's shared memory cannot be made; the file itself can still be read.
            if (!readOnly || (error.getErrorCode() & 0xFF) == SQLITE_NOTADB) throw;
            p->db = std::make_unique<SQLite::Database>("file:" + p->file.string() + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
            version = static_cast<int>(p->one("PRAGMA user_version"));
        }
        if (p->one("PRAGMA application_id") != kApplicationId) return fail(ErrorCode::Input, "'" + file.string() + "' is a database but no Tintreel project.");
        if (version > kVersion)
            return fail(ErrorCode::Input, fmt::format("The project '{}' was made by a newer Tintreel (format {}, this one knows {}); it was not touched. Update Tintreel to open it.", file.string(), version, kVersion));
        const auto health = p->db->execAndGet("PRAGMA quick_check(1)").getString();
        if (health != "ok") return fail(ErrorCode::Input, "The project '" + file.string() + "' is damaged; it was not touched. 'tintreel project repair' saves what can still be read.", health);
        if (version < kVersion) {
            if (readOnly)
                return fail(ErrorCode::Input, fmt::format("The project '{}' is of format {}; open it for writing once, so that it is brought to format {}.", file.string(), version, kVersion));
            const fs::path backup = fmt::format("{}.v{}.bak", p->file.string(), version);
            if (!fs::exists(backup, ec)) fs::copy_file(p->file, backup, ec);
            if (ec) return fail(ErrorCode::Output, "No copy of the project could be made before bringing it to the present format; it was not touched.", ec.message());
            SQLite::Transaction transaction(*p->db, SQLite::TransactionBehavior::EXCLUSIVE);
            migrate(*p->db, version);
            transaction.commit();
        }
        if (!readOnly) {
            p->db->exec(std::string("PRAGMA journal_mode=") + (onNetwork(p->file) ? "DELETE" : "WAL"));
            p->db->exec("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
        }
        if (p->frames() <= 0) return fail(ErrorCode::Input, "The project '" + file.string() + "' names no film; 'tintreel project repair' may help.");
        return Project(std::move(p));
    });
}

const fs::path& Project::file() const { return p_->file; }
bool Project::readOnly() const { return p_->readOnly; }
fs::path Project::cacheFolder() const { return p_->file.parent_path() / (p_->file.stem().string() + ".tintreel-cache"); }

ClipReference Project::clip() const {
    return p_->reading(ClipReference{}, [&] {
        SQLite::Statement s(*p_->db, "SELECT path, size, fingerprint, frames, rate_num, rate_den, width, height FROM clip");
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
        SQLite::Statement cuts(*p_->db, "SELECT frame, by_hand FROM cut WHERE frame < (SELECT frames FROM clip) ORDER BY frame");
        while (cuts.executeStep()) {
            const FrameIndex frame = cuts.getColumn(0).getInt64();
            scenes.push_back({{frame, scenes.back().range.end}, cuts.getColumn(1).getInt() != 0, {}});
            scenes[scenes.size() - 2].range.end = frame;
        }
        SQLite::Statement notes(*p_->db, "SELECT first, approved, notes FROM scene");
        while (notes.executeStep())
            for (auto& scene : scenes)
                if (scene.range.first == notes.getColumn(0).getInt64()) scene.note = {notes.getColumn(1).getInt() != 0, notes.getColumn(2).getString()};
        return scenes;
    });
}

std::vector<StoredHint> Project::storedHints() const {
    return p_->reading(std::vector<StoredHint>{}, [&] {
        std::vector<StoredHint> hints;
        SQLite::Statement s(*p_->db, "SELECT id, frame, span, range_first, range_end, kind, radius, points, color_kind, color FROM hint ORDER BY id");
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
        while (s.executeStep()) slots.push_back({s.getColumn(0).getString(), plainColorOf(s.getColumn(1).getString(), s.getColumn(2).getString())});
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
        SQLite::Statement s(*p_->db, "UPDATE hint SET frame=?, span=?, range_first=?, range_end=?, kind=?, radius=?, points=?, color_kind=?, color=? WHERE id=?");
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
    if (slot < 0 || slot > static_cast<int>(slots.size())) return fail(ErrorCode::Usage, fmt::format("There is no palette slot {}.", slot));
    if (value.name.empty()) return fail(ErrorCode::Usage, "A palette slot needs a name.");
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (static_cast<int>(i) != slot && slots[i].name == value.name) return fail(ErrorCode::Usage, "There is a palette slot '" + value.name + "' already.");
    return p_->edit(label, [&]() -> Result<> {
        const auto color = std::visit([](const auto& c) { return textOf(c); }, value.color);
        SQLite::Statement s(*p_->db,
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
        else p_->db->exec(fmt::format("DELETE FROM cut WHERE frame={}; DELETE FROM scene WHERE first={}", frame, frame));
        return {};
    });
}

Result<> Project::moveCut(const std::string& label, FrameIndex from, FrameIndex to) {
    TT_TRY(p_->checkFrame(to, 1));
    if (from == to) return {};
    return p_->edit(label, [&]() -> Result<> {
        if (p_->one(fmt::format("SELECT count(*) FROM cut WHERE frame={}", from)) == 0) return fail(ErrorCode::Usage, fmt::format("There is no cut at frame {}.", from));
        const auto between = p_->one(fmt::format("SELECT count(*) FROM cut WHERE frame<>{} AND frame BETWEEN {} AND {}", from, std::min(from, to), std::max(from, to)));
        if (between > 0) return fail(ErrorCode::Usage, "A cut cannot be moved past another one.");
        p_->db->exec(fmt::format("UPDATE cut SET frame={}, by_hand=1 WHERE frame={}; UPDATE scene SET first={} WHERE first={};", to, from, to, from));
        return {};
    });
}

Result<> Project::importCuts(const std::string& label, const std::vector<FrameIndex>& cuts) {
    for (const FrameIndex frame : cuts) TT_TRY(p_->checkFrame(frame, 1));
    return p_->edit(label, [&]() -> Result<> {
        const auto list = fmt::format("({})", fmt::join(cuts, ","));
        p_->db->exec("DELETE FROM cut WHERE frame NOT IN " + list + "; DELETE FROM scene WHERE first<>0 AND first NOT IN " + list);
        for (const FrameIndex frame : cuts) p_->db->exec(fmt::format("INSERT INTO cut VALUES ({}, 1) ON CONFLICT(frame) DO UPDATE SET by_hand=1 WHERE by_hand<>1", frame));
        return {};
    });
}

Result<> Project::setKeyframe(const std::string& label, FrameIndex frame, bool keyframe) {
    TT_TRY(p_->checkFrame(frame));
    return p_->edit(label, [&]() -> Result<> {
        p_->db->exec((keyframe ? "INSERT OR IGNORE INTO keyframe VALUES (" : "DELETE FROM keyframe WHERE frame=(") + std::to_string(frame) + ")");
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
        SQLite::Statement s(*p_->db, "INSERT INTO reference VALUES (?,?) ON CONFLICT(frame) DO UPDATE SET path=excluded.path WHERE path<>excluded.path");
        s.bind(1, static_cast<std::int64_t>(frame));
        s.bind(2, fs::absolute(picture).string());
        s.exec();
        return {};
    });
}

Result<> Project::setSceneNote(const std::string& label, FrameIndex first, const SceneNote& note) {
    return p_->edit(label, [&]() -> Result<> {
        if (first != 0 && p_->one(fmt::format("SELECT count(*) FROM cut WHERE frame={}", first)) == 0) return fail(ErrorCode::Usage, fmt::format("No scene begins at frame {}.", first));
        SQLite::Statement s(*p_->db, "INSERT INTO scene VALUES (?,?,?) ON CONFLICT(first) DO UPDATE SET approved=excluded.approved, notes=excluded.notes WHERE approved<>excluded.approved OR notes<>excluded.notes");
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
        SQLite::Statement s(*p_->db, "INSERT INTO marker VALUES (?,?) ON CONFLICT(frame) DO UPDATE SET label=excluded.label WHERE label<>excluded.label");
        s.bind(1, static_cast<std::int64_t>(frame));
        s.bind(2, *text);
        s.exec();
        return {};
    });
}

Result<> Project::setSetting(const std::string& label, const std::string& name, const std::string& value) {
    return p_->edit(label, [&] { return p_->putSetting(name, value); });
}

Result<> Project::recordSetting(const std::string& name, const std::string& value) {
    TT_TRY(p_->checkWritable());
    return guarded(p_->file, [&] { return p_->putSetting(name, value); });
}

std::vector<HistoryStep> Project::history() const {
    return p_->reading(std::vector<HistoryStep>{}, [&] {
        std::vector<HistoryStep> steps;
        SQLite::Statement s(*p_->db, "SELECT label, undone FROM history ORDER BY id");
        while (s.executeStep()) steps.push_back({s.getColumn(0).getString(), s.getColumn(1).getInt() != 0});
        return steps;
    });
}

Result<bool> Project::undo() { return p_->step(true); }
Result<bool> Project::redo() { return p_->step(false); }

Result<> Project::relink(const ClipReference& film, bool force) {
    const auto known = clip();
    const bool same = film.size == known.size && film.fingerprint == known.fingerprint;
    if (!same && !force)
        return fail(ErrorCode::Input, "'" + film.path.string() + "' is not the film that this project was made with (its content differs from '" + known.path.string() + "').");
    TT_TRY(p_->checkWritable());
    return guarded(p_->file, [&]() -> Result<> {
        SQLite::Transaction transaction(*p_->db, SQLite::TransactionBehavior::IMMEDIATE);
        SQLite::Statement path(*p_->db, "UPDATE clip SET path=?");
        path.bind(1, fs::absolute(film.path).string());
        path.exec();
        if (!same) p_->takeOtherFilm(film);
        transaction.commit();
        return {};
    });
}

Result<> Project::recordScan(FrameIndex frames, const std::vector<FrameIndex>& cuts) {
    if (frames <= 0) return fail(ErrorCode::Usage, "A film without frames cannot be recorded.");
    TT_TRY(p_->checkWritable());
    return guarded(p_->file, [&]() -> Result<> {
        SQLite::Transaction transaction(*p_->db, SQLite::TransactionBehavior::IMMEDIATE);
        p_->db->exec(fmt::format("UPDATE clip SET frames={}; DELETE FROM cut WHERE by_hand=0 OR frame>={}", frames, frames));
        SQLite::Statement s(*p_->db, "INSERT OR IGNORE INTO cut VALUES (?, 0)");
        for (const FrameIndex cut : cuts) {
            if (cut <= 0 || cut >= frames) continue;
            s.reset();
            s.bind(1, static_cast<std::int64_t>(cut));
            s.exec();
        }
        transaction.commit();
        return {};
    });
}

std::optional<fs::path> Project::findFilm(const std::vector<fs::path>& folders) const {
    const auto known = clip();
    std::vector<fs::path> places{p_->file.parent_path()};
    places.insert(places.end(), folders.begin(), folders.end());
    for (const auto& folder : places) {
        const auto candidate = folder / known.path.filename();
        const auto found = fingerprintOf(candidate);
        if (found && found->size == known.size && found->sha256 == known.fingerprint) return candidate;
    }
    return std::nullopt;
}

Result<> Project::saveCopy(const fs::path& target, bool overwrite) const {
    TT_ASSIGN(PartFile part, PartFile::create(target, overwrite));
    std::error_code ec;
    fs::remove(part.partPath(), ec);
    TT_TRY(guarded(target, [&]() -> Result<> {
        SQLite::Database copy(part.partPath().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Backup backup(copy, *p_->db);
        backup.executeStep(-1);
        return {};
    }));
    return part.commit();
}

std::vector<std::string> Project::verify() const {
    std::vector<std::string> faults;
    try {
        SQLite::Statement integrity(*p_->db, "PRAGMA integrity_check");
        while (integrity.executeStep())
            if (const auto text = integrity.getColumn(0).getString(); text != "ok") faults.push_back(text);
        SQLite::Statement keys(*p_->db, "PRAGMA foreign_key_check");
        while (keys.executeStep()) faults.push_back("a row of '" + keys.getColumn(0).getString() + "' points nowhere");
        const auto count = p_->frames();
        for (const auto& table : {std::pair{"hint", "frame"}, {"cut", "frame"}, {"keyframe", "frame"}, {"marker", "frame"}, {"reference", "frame"}})
            if (const auto outside = p_->one(fmt::format("SELECT count(*) FROM {} WHERE {}>={}", table.first, table.second, count)); outside > 0)
                faults.push_back(fmt::format("{} rows of '{}' lie behind the film's end", outside, table.first));
        if (const auto lost = p_->one("SELECT count(*) FROM hint WHERE color_kind='palette' AND color NOT IN (SELECT name FROM palette)"); lost > 0)
            faults.push_back(fmt::format("{} hints use a palette slot that does not exist", lost));
    } catch (const SQLite::Exception& error) {
        faults.push_back(error.what());
    }
    return faults;
}

}  // namespace tintreel::project
