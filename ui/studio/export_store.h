// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <vector>

#include <QJsonObject>
#include <QLockFile>
#include <QString>

namespace tintreel::ui {

/// Exports that are not done, on disk: of each a record `ID.json`, a copy of the project as it was when the export was queued, `ID.tintreel`,
/// and a lock, so that several studios may share the folder and one that ended, in whatever way, leaves its exports to the next.
class ExportStore {
public:
    explicit ExportStore(std::filesystem::path folder);
    /// Makes an id and takes its lock; "" when the folder cannot be written.
    [[nodiscard]] QString claim();
    /// Where the copy of the project of an export lies.
    [[nodiscard]] std::filesystem::path snapshot(const QString& id) const;
    /// Keeps what is known of an export; false when that cannot be written.
    bool save(const QString& id, const QJsonObject& record) const;
    /// Forgets one: record, copy and lock go.
    void remove(const QString& id);
    /// Takes over all that no studio holds, oldest first.
    [[nodiscard]] std::vector<std::pair<QString, QJsonObject>> takeOver();

private:
    [[nodiscard]] std::filesystem::path file(const QString& id, const char* ending) const;
    bool lock(const QString& id);

    std::filesystem::path folder_;
    std::map<QString, std::unique_ptr<QLockFile>> locks_;
};

}  // namespace tintreel::ui
