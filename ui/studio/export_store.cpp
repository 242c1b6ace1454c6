// SPDX-License-Identifier: Apache-2.0
#include "studio/export_store.h"

#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QUuid>

#include "tintreel/base/atomic_file.h"

namespace tintreel::ui {
namespace fs = std::filesystem;
namespace {

constexpr const char* kRecord = "export.json";

}  // namespace

ExportStore::ExportStore(fs::path folder) : folder_(std::move(folder)) {}

bool ExportStore::lock(const QString& id) {
    auto lock = std::make_unique<QLockFile>(QString::fromStdString(folder(id).string()) + QStringLiteral(".lock"));
    lock->setStaleLockTime(0);  // an export may wait for days; a holder that is gone is noticed all the same
    if (!lock->tryLock(0)) return false;
    locks_[id] = std::move(lock);
    return true;
}

QString ExportStore::claim() {
    std::error_code ec;
    fs::create_directories(folder_, ec);
    // It sorts by time.
    const auto id = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz-")) +
                    QUuid::createUuid().toString(QUuid::Id128).left(8);
    if (!lock(id)) return {};
    if (fs::create_directory(folder(id), ec)) return id;
    remove(id);
    return {};
}

bool ExportStore::save(const QString& id, const QJsonObject& record) const {
    return writeFileAtomically(folder(id) / kRecord, QJsonDocument(record).toJson().toStdString(), true).has_value();
}

void ExportStore::remove(const QString& id) {
    std::error_code ec;
    fs::remove_all(folder(id), ec);
    locks_.erase(id);
}

std::vector<std::pair<QString, QJsonObject>> ExportStore::takeOver() {
    std::vector<std::pair<QString, QJsonObject>> found;
    const QDir dir(QString::fromStdString(folder_.string()));
    for (const auto& id : dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
        if (locks_.count(id) > 0 || !lock(id)) continue;
        const auto text = readFile(folder(id) / kRecord);
        const auto record = text ? QJsonDocument::fromJson(QByteArray::fromStdString(*text)).object() : QJsonObject();
        // One that cannot be read can never be tried again.
        if (record.isEmpty()) remove(id);
        else found.emplace_back(id, record);
    }
    return found;
}

}  // namespace tintreel::ui
