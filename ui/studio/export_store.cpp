// SPDX-License-Identifier: Apache-2.0
#include "studio/export_store.h"

#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QUuid>

#include "tintreel/base/atomic_file.h"

namespace tintreel::ui {
namespace fs = std::filesystem;

ExportStore::ExportStore(fs::path folder) : folder_(std::move(folder)) {}

fs::path ExportStore::file(const QString& id, const char* ending) const { return folder_ / (id.toStdString() + ending); }

fs::path ExportStore::snapshot(const QString& id) const { return file(id, ".tintreel"); }

bool ExportStore::lock(const QString& id) {
    auto lock = std::make_unique<QLockFile>(QString::fromStdString(file(id, ".lock").string()));
    lock->setStaleLockTime(0);  // an export may wait for days; a holder that is gone is noticed all the same
    if (!lock->tryLock(0)) return false;
    locks_[id] = std::move(lock);
    return true;
}

QString ExportStore::claim() {
    std::error_code ec;
    fs::create_directories(folder_, ec);
    // The name sorts by time.
    const auto id = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz-")) + QUuid::createUuid().toString(QUuid::Id128).left(8);
    return lock(id) ? id : QString();
}

bool ExportStore::save(const QString& id, const QJsonObject& record) const {
    return writeFileAtomically(file(id, ".json"), QJsonDocument(record).toJson().toStdString(), true).has_value();
}

void ExportStore::remove(const QString& id) {
    std::error_code ec;
    for (const char* ending : {".json", ".tintreel", ".tintreel-wal", ".tintreel-shm", ".tintreel.lock"}) fs::remove(file(id, ending), ec);
    locks_.erase(id);
}

std::vector<std::pair<QString, QJsonObject>> ExportStore::takeOver() {
    std::vector<std::pair<QString, QJsonObject>> found;
    const QDir dir(QString::fromStdString(folder_.string()));
    for (const auto& name : dir.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        const auto id = name.chopped(5);
        if (locks_.count(id) > 0 || !lock(id)) continue;
        const auto text = readFile(file(id, ".json"));
        const auto record = text ? QJsonDocument::fromJson(QByteArray::fromStdString(*text)).object() : QJsonObject();
        std::error_code ec;
        // One that is broken, or lost its project, can never be tried again.
        if (record.isEmpty() || !fs::exists(snapshot(id), ec)) remove(id);
        else found.emplace_back(id, record);
    }
    return found;
}

}  // namespace tintreel::ui
