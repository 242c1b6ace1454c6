// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>

#include "tintreel/base/result.h"

namespace tintreel::project {

/// What SQLite says, in the words of a person who edits a project. No room and no permission are Output, a broken file
/// is Input.
[[nodiscard]] Error databaseError(const std::filesystem::path& file, const SQLite::Exception& error);

/// Runs what may throw a SQLite::Exception.
template <class F>
auto guarded(const std::filesystem::path& file, F f) -> decltype(f()) {
    try {
        return f();
    } catch (const SQLite::Exception& error) {
        return Unexpected(databaseError(file, error));
    }
}

/// Brings the tables from `version` (0 = none) to Project::kVersion. Inside the caller's transaction.
void migrate(SQLite::Database& db, int version);

/// Tables whose rows people edit; the first column is the row's number.
struct EditedTable {
    std::string name;
    std::vector<std::string> columns;
};
[[nodiscard]] const std::vector<EditedTable>& editedTables();

/// The one writer of a project, by an advisory lock on a file beside it that the system lets go when the program ends.
class WriterLock {
public:
    /// Error: Output when another program holds it.
    [[nodiscard]] static Result<WriterLock> take(const std::filesystem::path& project);
    WriterLock(WriterLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    WriterLock& operator=(WriterLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~WriterLock();

private:
    explicit WriterLock(int fd) : fd_(fd) {}
    int fd_ = -1;
};

}  // namespace tintreel::project
