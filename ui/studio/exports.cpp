// SPDX-License-Identifier: Apache-2.0
#include "studio/exports.h"

#include <QJsonArray>

#include "tintreel/inference/models_folder.h"

namespace tintreel::ui {
namespace fs = std::filesystem;
namespace {

constexpr int kRecordVersion = 1;

QString text(const fs::path& path) { return QString::fromStdString(path.string()); }

QStringList strings(const QJsonValue& array) {
    QStringList list;
    for (const auto& value : array.toArray()) list << value.toString();
    return list;
}

/// The flags that give the command line these settings, as far as they are not its defaults: both have them from one
/// table.
QStringList flagsOf(workflow::RenderOptions options) {
    workflow::RenderOptions defaults;
    const auto table = options.table(), usual = defaults.table();
    QStringList flags;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const auto name = QStringLiteral("--") + QString::fromStdString(table[i].name);
        std::visit(
            [&]<class T>(T* value) {
                if (*value == *std::get<T*>(usual[i].target)) return;
                // In one piece: a value may begin with a dash.
                if constexpr (std::is_same_v<T, bool>) flags << name;
                else if constexpr (std::is_same_v<T, std::string>)
                    flags << name + QLatin1Char('=') + QString::fromStdString(*value);
                else flags << name + QLatin1Char('=') + QString::number(*value);
            },
            table[i].target);
    }
    return flags;
}

QString summaryOf(const QJsonObject& result) {
    const auto frames = result[QLatin1String("frames_out")].toInteger();
    const auto defects = result[QLatin1String("defects")].toInteger();
    if (defects == 0) return Exports::tr("%1 frames written").arg(frames);
    return Exports::tr("%1 frames written; %2 defects in the source, the first: %3")
        .arg(frames)
        .arg(defects)
        .arg(result[QLatin1String("defect_list")][0][QLatin1String("message")].toString());
}

}  // namespace

Exports::Exports(JobQueue& jobs, const fs::path& folder, QObject* parent)
    : QObject(parent), jobs_(jobs), store_(folder) {
    restore();
    connect(&jobs, &JobQueue::stateChanged, this, &Exports::record);
    connect(&jobs, &JobQueue::removed, this, [this](int job) {
        if (const auto found = exports_.find(job); found != exports_.end()) {
            store_.remove(found->second.storeId);
            exports_.erase(found);
        }
    });
}

void Exports::restore() {
    for (const auto& [id, record] : store_.takeOver()) {
        if (record[QLatin1String("v")].toInt() != kRecordVersion) continue;
        const Export e{id, record[QLatin1String("title")].toString(), record[QLatin1String("output")].toString(),
                       strings(record[QLatin1String("arguments")])};
        const auto was = record[QLatin1String("state")].toString();
        const bool interrupted = was != QLatin1String("failed") && was != QLatin1String("cancelled");
        const auto state = interrupted                      ? JobQueue::State::Interrupted
                           : was == QLatin1String("failed") ? JobQueue::State::Failed
                                                            : JobQueue::State::Cancelled;
        const auto message = interrupted ? tr("The studio ended before this export did. Try again to write it.")
                                         : record[QLatin1String("message")].toString();
        exports_[jobs_.addEnded(e.title, commandOf(e), doneOf(e), state, message,
                                strings(record[QLatin1String("log")]))] = e;
    }
}

JobQueue::Command Exports::commandOf(const Export& e) {
    const auto program = WorkerProcess::tintreelProgram();
    // Without it the name says what is missing.
    return {program.isEmpty() ? QStringLiteral("tintreel") : program, e.arguments, summaryOf};
}

JobQueue::Done Exports::doneOf(const Export& e) {
    return [this, output = e.output](JobQueue::State state, const QString& said) {
        if (state == JobQueue::State::Failed) Q_EMIT message(tr("%1 was not written: %2").arg(output, said), true);
        if (state == JobQueue::State::Done) {
            Q_EMIT message(tr("%1: %2").arg(output, said), false);
            Q_EMIT exported(output);
        }
        Q_EMIT ended();
    };
}

Result<int> Exports::add(const project::Project& project, const fs::path& film, const fs::path& cacheFolder,
                         const workflow::RenderOptions& options, bool first) {
    const auto id = store_.claim();
    if (id.isEmpty())
        return fail(
            ErrorCode::Output,
            tr("The export cannot be queued: your own data folder cannot be written. Make room there.").toStdString());
    // Under its own name, which the record of the film will tell.
    const auto snapshot = store_.folder(id) / project.file().filename();
    const auto copied = [&]() -> Result<> {
        TT_TRY(project.saveCopy(snapshot, false));
        if (project.clip().path == film) return {};
        // A project that cannot be written does not say where its film lies now; its copy does.
        TT_ASSIGN(auto copy, project::Project::open(snapshot));
        return workflow::relinkFilm(copy, film, false);
    }();
    if (!copied) {
        store_.remove(id);
        return tl::unexpected(copied.error());
    }
    Export e{id, tr("Export %1").arg(text(options.output.filename())), text(options.output), {}};
    e.arguments = QStringList{QStringLiteral("render"),
                              text(snapshot),
                              QStringLiteral("--json"),
                              QStringLiteral("--output=") + e.output,
                              QStringLiteral("--cache=") + text(cacheFolder),
                              QStringLiteral("--models=") + text(inference::defaultModelsFolder())} +
                  flagsOf(options);
    if (options.overwrite) e.arguments << QStringLiteral("--force");
    // The job may begin at once; what it is must be known before.
    const bool held = jobs_.isPaused();
    jobs_.setPaused(true);
    const int job = jobs_.add(e.title, commandOf(e), doneOf(e));
    exports_[job] = e;
    record(job, JobQueue::State::Waiting);
    if (first) jobs_.moveFirst(job);
    jobs_.setPaused(held && !first);
    return job;
}

std::set<QString> Exports::outputs() const {
    std::set<QString> files;
    for (const auto& [job, e] : exports_) files.insert(e.output);
    return files;
}

void Exports::record(int job, JobQueue::State state) {
    using State = JobQueue::State;
    const auto found = exports_.find(job);
    if (left_ || found == exports_.end()) return;
    const auto& e = found->second;
    if (state == State::Done) {
        store_.remove(e.storeId);
        exports_.erase(found);
        return;
    }
    const char* name = state == State::Failed ? "failed" : state == State::Cancelled ? "cancelled" : "unfinished";
    store_.save(e.storeId, {{QStringLiteral("v"), kRecordVersion},
                            {QStringLiteral("title"), e.title},
                            {QStringLiteral("output"), e.output},
                            {QStringLiteral("state"), QString::fromLatin1(name)},
                            {QStringLiteral("message"), jobs_.message(job)},
                            {QStringLiteral("arguments"), QJsonArray::fromStringList(e.arguments)},
                            {QStringLiteral("log"), QJsonArray::fromStringList(jobs_.log(job))}});
}

}  // namespace tintreel::ui
