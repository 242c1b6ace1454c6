// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "project/database.h"
#include "project/rows.h"
#include "tintreel/base/log.h"
#include "tintreel/project/project.h"

namespace tintreel::project {
namespace fs = std::filesystem;

inline constexpr int kHistoryLength = 2000;

/// The database behind a project, and how it is read and changed.
struct Project::Private {
    fs::path file;
    bool readOnly = false;
    std::optional<WriterLock> lock;
    std::unique_ptr<SQLite::Database> db;

    /// Reading a project that was checked when it was opened fails only when the disk does; that is logged and gives
    /// the fallback.
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
        if (readOnly)
            return fail(ErrorCode::Output,
                        "The project '" + file.string() + "' is open for reading only; save a copy to change it.");
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
            db->exec(fmt::format(
                "UPDATE cursor SET history_id=NULL; DELETE FROM history WHERE undone=1; DELETE FROM history WHERE id<={}",
                id - kHistoryLength));
            transaction.commit();
            return {};
        });
    }

    /// Takes one step back or forth: runs its statements backwards while the triggers write their inverses under the
    /// same step.
    Result<bool> step(bool back) {
        TT_TRY(checkWritable());
        return guarded(file, [&]() -> Result<bool> {
            SQLite::Transaction transaction(*db, SQLite::TransactionBehavior::IMMEDIATE);
            const auto id =
                one(back ? "SELECT max(id) FROM history WHERE undone=0" : "SELECT min(id) FROM history WHERE undone=1");
            if (id == 0) return false;
            std::vector<std::string> statements;
            {
                SQLite::Statement s(*db, "SELECT sql FROM change WHERE history_id=? ORDER BY seq DESC");
                s.bind(1, id);
                while (s.executeStep()) statements.push_back(s.getColumn(0).getString());
            }
            db->exec(fmt::format("DELETE FROM change WHERE history_id={}; UPDATE cursor SET history_id={};", id, id));
            for (const auto& sql : statements) db->exec(sql);
            db->exec(fmt::format("UPDATE cursor SET history_id=NULL; UPDATE history SET undone={} WHERE id={};",
                                 back ? 1 : 0, id));
            transaction.commit();
            return true;
        });
    }

    Result<> putSetting(const std::string& name, const std::string& value) {
        SQLite::Statement s(
            *db,
            "INSERT INTO setting(name, value) VALUES (?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value WHERE value<>excluded.value");
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
        const auto last = one(
            "SELECT max(f) FROM (SELECT max(frame) f FROM hint UNION ALL SELECT max(frame) FROM keyframe UNION ALL SELECT max(frame) FROM reference "
            "UNION ALL SELECT max(frame) FROM marker UNION ALL SELECT max(frame) FROM cut WHERE by_hand<>0)");
        SQLite::Statement s(
            *db, "UPDATE clip SET size=?, fingerprint=?, frames=?, rate_num=?, rate_den=?, width=?, height=?");
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
        if (frame < lowest || frame >= count)
            return fail(ErrorCode::Usage, fmt::format("Frame {} is outside the film, which has {} frames (0..{}).",
                                                      frame, count, count - 1));
        return {};
    }
};

}  // namespace tintreel::project
