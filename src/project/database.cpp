// SPDX-License-Identifier: Apache-2.0
#include "project/database.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sqlite3.h>

#include "tintreel/project/project.h"

namespace tintreel::project {
namespace {

// Tables of version 1. `change` holds the statements that take a step back (or forth again); the triggers below write
// them.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE clip(id INTEGER PRIMARY KEY CHECK (id = 1), path TEXT NOT NULL, size INTEGER NOT NULL, fingerprint TEXT NOT NULL,
    frames INTEGER NOT NULL CHECK (frames > 0), rate_num INTEGER NOT NULL, rate_den INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL);
CREATE TABLE cut(frame INTEGER PRIMARY KEY CHECK (frame > 0), by_hand INTEGER NOT NULL);
CREATE TABLE scene(first INTEGER PRIMARY KEY CHECK (first >= 0), approved INTEGER NOT NULL, notes TEXT NOT NULL);
CREATE TABLE keyframe(frame INTEGER PRIMARY KEY CHECK (frame >= 0));
CREATE TABLE reference(frame INTEGER PRIMARY KEY CHECK (frame >= 0), path TEXT NOT NULL);
CREATE TABLE palette(slot INTEGER PRIMARY KEY CHECK (slot >= 0), name TEXT NOT NULL, color_kind TEXT NOT NULL, color TEXT NOT NULL);
CREATE TABLE hint(id INTEGER PRIMARY KEY AUTOINCREMENT, frame INTEGER NOT NULL CHECK (frame >= 0), span TEXT NOT NULL, range_first INTEGER, range_end INTEGER,
    kind TEXT NOT NULL, radius REAL NOT NULL, points TEXT NOT NULL, color_kind TEXT NOT NULL, color TEXT NOT NULL);
CREATE INDEX hint_frame ON hint(frame);
CREATE TABLE setting(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL);
CREATE TABLE history(id INTEGER PRIMARY KEY AUTOINCREMENT, label TEXT NOT NULL, made_at TEXT NOT NULL DEFAULT (datetime('now')), undone INTEGER NOT NULL DEFAULT 0);
CREATE TABLE change(seq INTEGER PRIMARY KEY AUTOINCREMENT, history_id INTEGER NOT NULL REFERENCES history(id) ON DELETE CASCADE, sql TEXT NOT NULL);
CREATE INDEX change_history ON change(history_id);
CREATE TABLE cursor(id INTEGER PRIMARY KEY CHECK (id = 1), history_id INTEGER);
INSERT INTO cursor VALUES (1, NULL);
)sql";

// Version 2 brought markers.
constexpr const char* kVersion2 = R"sql(
CREATE TABLE marker(frame INTEGER PRIMARY KEY CHECK (frame >= 0), label TEXT NOT NULL);
)sql";

/// Triggers that write the inverse of each change of a row (sqlite.org, "Automatic Undo/Redo Using SQLite").
std::string undoTriggers(const EditedTable& table) {
    const std::string& key = table.columns.front();
    std::string set, names, values;
    for (const auto& column : table.columns) {
        const std::string comma = set.empty() ? "" : ",";
        set += fmt::format("{}{}='||quote(old.{})||'", comma, column, column);
        names += comma + column;
        values += fmt::format("{}'||quote(old.{})||'", comma, column);
    }
    const auto trigger = [&](const char* event, const std::string& inverse) {
        return fmt::format(
            "CREATE TRIGGER undo_{}_{} AFTER {} ON {} WHEN (SELECT history_id FROM cursor) IS NOT NULL BEGIN "
            "INSERT INTO change(history_id, sql) SELECT history_id, '{}' FROM cursor; END;\n",
            table.name, event, event, table.name, inverse);
    };
    return trigger("INSERT", fmt::format("DELETE FROM {} WHERE {}='||new.{}||'", table.name, key, key)) +
           trigger("UPDATE", fmt::format("UPDATE {} SET {} WHERE {}='||new.{}||'", table.name, set, key, key)) +
           trigger("DELETE", fmt::format("INSERT INTO {}({}) VALUES({})", table.name, names, values));
}

}  // namespace

const std::vector<EditedTable>& editedTables() {
    static const std::vector<EditedTable> tables{
        {"cut", {"frame", "by_hand"}},
        {"scene", {"first", "approved", "notes"}},
        {"keyframe", {"frame"}},
        {"reference", {"frame", "path"}},
        {"palette", {"slot", "name", "color_kind", "color"}},
        {"hint",
         {"id", "frame", "span", "range_first", "range_end", "kind", "radius", "points", "color_kind", "color"}},
        {"setting", {"id", "name", "value"}},
        {"marker", {"frame", "label"}},
    };
    return tables;
}

void migrate(SQLite::Database& db, int version) {
    const auto watch = [&](const std::string& name) {
        for (const auto& table : editedTables())
            if (table.name == name) db.exec(undoTriggers(table));
    };
    if (version < 1) {
        db.exec(kVersion1);
        for (const auto& table : editedTables())
            if (table.name != "marker") watch(table.name);
    }
    if (version < 2) {
        db.exec(kVersion2);
        watch("marker");
    }
    db.exec(
        fmt::format("PRAGMA application_id={}; PRAGMA user_version={};", Project::kApplicationId, Project::kVersion));
}

Error databaseError(const std::filesystem::path& file, const SQLite::Exception& error) {
    const std::string name = "'" + file.string() + "'";
    const auto make = [&](ErrorCode code, const std::string& message) {
        return Error{code, message, error.what(), {}};
    };
    switch (error.getErrorCode() & 0xFF) {
        case SQLITE_NOTADB: return make(ErrorCode::Input, name + " is no Tintreel project.");
        case SQLITE_CORRUPT:
            return make(ErrorCode::Input,
                        "The project " + name + " is damaged; 'tintreel project repair' saves what can still be read.");
        case SQLITE_FULL:
            return make(ErrorCode::Output,
                        "There is no room left for the project " + name +
                            "; this edit was not made and nothing else has changed. Free some space and try again.");
        case SQLITE_IOERR:
            return make(
                ErrorCode::Output,
                "The project " + name +
                    " could not be written; this edit was not made and nothing else has changed. Is there room on the disk?");
        case SQLITE_READONLY:
            return make(ErrorCode::Output,
                        "The project " + name +
                            " cannot be written: the file or its folder is read-only. Save a copy elsewhere.");
        case SQLITE_CANTOPEN:
            return make(ErrorCode::Input,
                        "The project " + name + " cannot be opened; check that it exists and may be read.");
        case SQLITE_BUSY:
            return make(ErrorCode::Output,
                        "The project " + name + " is in use by another program; close it there and try again.");
        default: return make(ErrorCode::Failed, "The project " + name + " could not be used.");
    }
}

Result<WriterLock> WriterLock::take(const std::filesystem::path& project) {
    const std::string name = project.string() + ".lock";
    const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return fail(ErrorCode::Output,
                    "The project '" + project.string() +
                        "' cannot be locked for writing; is its folder read-only? Save a copy elsewhere.",
                    std::strerror(errno));
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return fail(ErrorCode::Output,
                    "The project '" + project.string() + "' is open in another program; close it there and try again.");
    }
    return WriterLock(fd);
}

WriterLock::~WriterLock() {
    // The lock file stays: taking it away would let two programs hold locks on two files of one name.
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace tintreel::project
