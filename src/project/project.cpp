// SPDX-License-Identifier: Apache-2.0
#include <sys/vfs.h>

#include <set>

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include "project/project_private.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel::project {
namespace {

/// Write-ahead logging needs shared memory, which network file systems do not have (sqlite.org/wal.html).
bool onNetwork(const fs::path& file) {
    struct statfs info {};
    if (::statfs(file.c_str(), &info) != 0) return false;
    const std::set<unsigned> kinds{0x6969U, 0x517BU, 0xFF534D42U, 0xFE534D42U,
                                   0x65735546U};  // NFS, SMB, CIFS, SMB2, FUSE
    return kinds.count(static_cast<unsigned>(info.f_type)) > 0;
}

}  // namespace

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
            if (cut <= 0 || cut >= clip.frames)
                return fail(ErrorCode::Usage, fmt::format("The cut at frame {} is outside the film.", cut));
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
        p->db = std::make_unique<SQLite::Database>(p->file.string(),
                                                   readOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE, 2000);
        int version = 0;
        try {
            version = static_cast<int>(p->one("PRAGMA user_version"));
        } catch (const SQLite::Exception& error) {
            // In a folder that cannot be written the log's shared memory cannot be made; the file itself can still be
            // read.
            if (!readOnly || (error.getErrorCode() & 0xFF) == SQLITE_NOTADB) throw;
            p->db = std::make_unique<SQLite::Database>("file:" + p->file.string() + "?immutable=1",
                                                       SQLite::OPEN_READONLY | SQLite::OPEN_URI);
            version = static_cast<int>(p->one("PRAGMA user_version"));
        }
        if (p->one("PRAGMA application_id") != kApplicationId)
            return fail(ErrorCode::Input, "'" + file.string() + "' is a database but no Tintreel project.");
        if (version > kVersion)
            return fail(
                ErrorCode::Input,
                fmt::format(
                    "The project '{}' was made by a newer Tintreel (format {}, this one knows {}); it was not touched. Update Tintreel to open it.",
                    file.string(), version, kVersion));
        const auto health = p->db->execAndGet("PRAGMA quick_check(1)").getString();
        if (health != "ok")
            return fail(ErrorCode::Input,
                        "The project '" + file.string() +
                            "' is damaged; it was not touched. 'tintreel project repair' saves what can still be read.",
                        health);
        if (version < kVersion) {
            if (readOnly)
                return fail(
                    ErrorCode::Input,
                    fmt::format(
                        "The project '{}' is of format {}; open it for writing once, so that it is brought to format {}.",
                        file.string(), version, kVersion));
            const fs::path backup = fmt::format("{}.v{}.bak", p->file.string(), version);
            if (!fs::exists(backup, ec)) fs::copy_file(p->file, backup, ec);
            if (ec)
                return fail(
                    ErrorCode::Output,
                    "No copy of the project could be made before bringing it to the present format; it was not touched.",
                    ec.message());
            SQLite::Transaction transaction(*p->db, SQLite::TransactionBehavior::EXCLUSIVE);
            migrate(*p->db, version);
            transaction.commit();
        }
        if (!readOnly) {
            p->db->exec(std::string("PRAGMA journal_mode=") + (onNetwork(p->file) ? "DELETE" : "WAL"));
            p->db->exec("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
        }
        if (p->frames() <= 0)
            return fail(ErrorCode::Input,
                        "The project '" + file.string() + "' names no film; 'tintreel project repair' may help.");
        return Project(std::move(p));
    });
}

const fs::path& Project::file() const { return p_->file; }
bool Project::readOnly() const { return p_->readOnly; }
fs::path Project::cacheFolder() const {
    return p_->file.parent_path() / (p_->file.stem().string() + ".tintreel-cache");
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
        return fail(ErrorCode::Input,
                    "'" + film.path.string() +
                        "' is not the film that this project was made with (its content differs from '" +
                        known.path.string() + "').");
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
        p_->db->exec(
            fmt::format("UPDATE clip SET frames={}; DELETE FROM cut WHERE by_hand=0 OR frame>={}", frames, frames));
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
        for (const auto& table : {std::pair{"hint", "frame"},
                                  {"cut", "frame"},
                                  {"keyframe", "frame"},
                                  {"marker", "frame"},
                                  {"reference", "frame"}})
            if (const auto outside =
                    p_->one(fmt::format("SELECT count(*) FROM {} WHERE {}>={}", table.first, table.second, count));
                outside > 0)
                faults.push_back(fmt::format("{} rows of '{}' lie behind the film's end", outside, table.first));
        if (const auto lost = p_->one(
                "SELECT count(*) FROM hint WHERE color_kind='palette' AND color NOT IN (SELECT name FROM palette)");
            lost > 0)
            faults.push_back(fmt::format("{} hints use a palette slot that does not exist", lost));
    } catch (const SQLite::Exception& error) {
        faults.push_back(error.what());
    }
    return faults;
}

}  // namespace tintreel::project
