// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "project/database.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/project/project.h"

namespace tintreel::project {

Result<std::vector<std::string>> repairProject(const std::filesystem::path& broken,
                                               const std::filesystem::path& target) {
    std::error_code ec;
    if (!std::filesystem::is_regular_file(broken, ec))
        return fail(ErrorCode::Input, "There is no project '" + broken.string() + "'.");
    TT_ASSIGN(PartFile part, PartFile::create(target, false));
    std::filesystem::remove(part.partPath(), ec);
    std::vector<std::string> losses;
    TT_TRY(guarded(broken, [&]() -> Result<> {
        SQLite::Database from(broken.string(), SQLite::OPEN_READONLY, 2000);
        SQLite::Database to(part.partPath().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        SQLite::Transaction transaction(to);
        migrate(to, 0);
        std::vector<EditedTable> tables{
            {"clip", {"id", "path", "size", "fingerprint", "frames", "rate_num", "rate_den", "width", "height"}}};
        tables.insert(tables.end(), editedTables().begin(), editedTables().end());
        for (const auto& table : tables) {
            std::string names, marks;
            for (const auto& column : table.columns) {
                names += (names.empty() ? "" : ",") + column;
                marks += marks.empty() ? "?" : ",?";
            }
            std::int64_t copied = 0;
            try {
                SQLite::Statement read(from, fmt::format("SELECT {} FROM {}", names, table.name));
                while (read.executeStep()) {
                    SQLite::Statement write(to,
                                            fmt::format("INSERT INTO {}({}) VALUES ({})", table.name, names, marks));
                    for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
                        const auto column = read.getColumn(i);
                        if (column.isNull()) continue;
                        if (column.isInteger()) write.bind(i + 1, column.getInt64());
                        else if (column.isFloat()) write.bind(i + 1, column.getDouble());
                        else write.bind(i + 1, column.getString());
                    }
                    try {
                        write.exec();
                        ++copied;
                    } catch (const SQLite::Exception& error) {
                        losses.push_back(fmt::format("a row of '{}': {}", table.name, error.what()));
                    }
                }
            } catch (const SQLite::Exception& error) {
                if (std::string(error.what()).find("no such table") != std::string::npos) continue;  // an older format
                losses.push_back(
                    fmt::format("'{}' could be read for {} rows only: {}", table.name, copied, error.what()));
            }
            if (table.name == "clip" && copied == 0)
                return fail(ErrorCode::Input, "Nothing can be saved of '" + broken.string() +
                                                  "': even the name of its film cannot be read.");
        }
        transaction.commit();
        return {};
    }));
    TT_TRY(part.commit());
    return losses;
}

}  // namespace tintreel::project
