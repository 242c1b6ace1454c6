// SPDX-License-Identifier: Apache-2.0
#include "training/run_files.h"

#include <algorithm>

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace tintreel::ui {
namespace {

const char* const kStates[] = {"waiting", "running", "paused", "done", "stopped", "interrupted", "failed"};

QJsonObject readObject(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

void readSamples(const QString& folder, RunFigures& figures) {
    const QDir samples(folder + QStringLiteral("/samples"));
    for (const auto& step : samples.entryList({QStringLiteral("step-*")}, QDir::Dirs, QDir::Name)) {
        QStringList files;
        const QDir of(samples.filePath(step));
        for (const auto& file :
             of.entryList({QStringLiteral("*.jpg"), QStringLiteral("*.png")}, QDir::Files, QDir::Name))
            files << of.filePath(file);
        if (!files.isEmpty()) figures.samples[step.mid(5).toInt()] = files;
    }
}

}  // namespace

void Curve::add(double step, double value) {
    while (!steps.isEmpty() && steps.last() >= step) {
        steps.removeLast();
        values.removeLast();
    }
    steps << step;
    values << value;
}

void RunFigures::add(const QJsonObject& line) {
    const auto type = line[QStringLiteral("type")].toString();
    const int at = line[QStringLiteral("step")].toInt(-1);
    if (at < 0) return;
    step = at;
    const auto number = [&](const char* name, double otherwise) {
        return line[QLatin1String(name)].toDouble(otherwise);
    };
    if (type == QStringLiteral("train")) {
        loss.add(at, number("loss", std::numeric_limits<double>::quiet_NaN()));
        // The clock of the run begins anew with each start of it.
        const double seconds = number("seconds", 0);
        if (seconds > lastSeconds_ && at > lastTimed_ && lastTimed_ > 0) {
            const double now = (seconds - lastSeconds_) / (at - lastTimed_);
            secondsPerStep = secondsPerStep > 0 ? 0.8 * secondsPerStep + 0.2 * now : now;
        }
        lastSeconds_ = seconds;
        lastTimed_ = at;
    } else if (type == QStringLiteral("validation") && line.contains(QStringLiteral("score"))) {
        score.add(at, number("score", 0));
        if (line.contains(QStringLiteral("rehearsal"))) rehearsal.add(at, number("rehearsal", 0));
        base = number("base", base);
        grey = number("grey", grey);
        rehearsalBase = number("rehearsal-base", rehearsalBase);
        bestStep = line[QStringLiteral("best-step")].toInt(bestStep);
    } else if (type == QStringLiteral("sample")) {
        QStringList files;
        for (const auto& file : line[QStringLiteral("files")].toArray()) files << file.toString();
        if (!files.isEmpty()) samples[at] = files;
    }
}

double RunFigures::best() const {
    const auto highest = std::max_element(score.values.begin(), score.values.end());
    return highest == score.values.end() ? std::numeric_limits<double>::quiet_NaN() : *highest;
}

QString stateWord(RunInfo::State state) {
    switch (state) {
        case RunInfo::State::Waiting: return QCoreApplication::translate("Training", "waiting");
        case RunInfo::State::Running: return QCoreApplication::translate("Training", "running");
        case RunInfo::State::Paused: return QCoreApplication::translate("Training", "paused");
        case RunInfo::State::Done: return QCoreApplication::translate("Training", "finished");
        case RunInfo::State::Stopped: return QCoreApplication::translate("Training", "stopped and kept");
        case RunInfo::State::Interrupted: return QCoreApplication::translate("Training", "interrupted");
        case RunInfo::State::Failed: return QCoreApplication::translate("Training", "failed");
    }
    return {};
}

RunInfo readRun(const QString& folder) {
    RunInfo run;
    run.folder = folder;
    run.name = QFileInfo(folder).fileName();
    const auto config = readObject(folder + QStringLiteral("/config.json"));
    run.stage = config[QStringLiteral("stage")].toString();
    run.steps = config[QStringLiteral("steps")].toInt();
    QFile metrics(folder + QStringLiteral("/metrics.jsonl"));
    if (metrics.open(QIODevice::ReadOnly))
        while (!metrics.atEnd()) run.figures.add(QJsonDocument::fromJson(metrics.readLine()).object());
    readSamples(folder, run.figures);
    const auto state = readObject(folder + QStringLiteral("/state.json"));
    run.message = state[QStringLiteral("message")].toString();
    for (int i = 0; i < 7; ++i)
        if (state[QStringLiteral("state")].toString() == QLatin1String(kStates[i]))
            run.state = static_cast<RunInfo::State>(i);
    // A run of the command line has no state.
    if (state.isEmpty() && run.steps > 0 && run.figures.step >= run.steps) run.state = RunInfo::State::Done;
    if (run.state == RunInfo::State::Running || run.state == RunInfo::State::Paused)
        run.state = RunInfo::State::Interrupted;
    return run;
}

QList<RunInfo> readRuns(const QString& runsFolder) {
    QList<RunInfo> runs;
    const QDir folder(runsFolder);
    for (const auto& name : folder.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed))
        if (QFile::exists(folder.filePath(name) + QStringLiteral("/config.json")))
            runs << readRun(folder.filePath(name));
    return runs;
}

bool writeRunState(const QString& folder, RunInfo::State state, const QString& message) {
    QSaveFile file(folder + QStringLiteral("/state.json"));
    if (!file.open(QIODevice::WriteOnly)) return false;
    file.write(QJsonDocument(QJsonObject{{QStringLiteral("state"), QLatin1String(kStates[static_cast<int>(state)])},
                                         {QStringLiteral("message"), message}})
                   .toJson());
    return file.commit();
}

}  // namespace tintreel::ui
