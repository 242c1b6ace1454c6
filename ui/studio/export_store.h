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

/// Exports that are not done, on disk: of each a folder `ID` with a record, `export.json`, and a copy of the project as
/// it was when the export was queued, and a lock, `ID.lock`, so that several studios may share this and one that ended,
/// in whatever way, leaves its exports to the next.
class ExportStore {
public:
    explicit ExportStore(std::filesystem::path folder);
    /// Makes an id, its folder and its lock; "" when they cannot be written.
    [[nodiscard]] QString claim();
    /// Where the copy of an export's project lies.
    [[nodiscard]] std::filesystem::path folder(const QString& id) const { return folder_ / id.toStdString(); }
    /// Keeps what is known of an export; false when that cannot be written.
    bool save(const QString& id, const QJsonObject& record) const;
    /// Forgets one: folder and lock go.
    void remove(const QString& id);
    /// Takes over all that no studio holds, oldest first.
    [[nodiscard]] std::vector<std::pair<QString, QJsonObject>> takeOver();

private:
    bool lock(const QString& id);

    std::filesystem::path folder_;
    std::map<QString, std::unique_ptr<QLockFile>> locks_;
};

}  // namespace tintreel::ui
