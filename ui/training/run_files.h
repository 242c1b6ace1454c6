// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <map>

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <QVector>

namespace tintreel::ui {

struct Curve {
    QVector<double> steps, values;
    void add(double step, double value);  ///< a step that is there already is given again after a resume, and replaced
};

/// What a run has measured so far, from its metrics or line by line as they come.
struct RunFigures {
    Curve loss, score, rehearsal;  ///< of the training; of the pictures held back, in dB; of what the base knew, in dB
    double base = std::numeric_limits<double>::quiet_NaN();  ///< the starting weights' score
    double grey = std::numeric_limits<double>::quiet_NaN();  ///< the score of no colours at all
    double rehearsalBase = std::numeric_limits<double>::quiet_NaN();
    int step = 0;
    int bestStep = -1;
    double secondsPerStep = 0;
    std::map<int, QStringList> samples;  ///< by step

    void add(const QJsonObject& line);
    [[nodiscard]] double best() const;  ///< the highest score; NaN without one

private:
    double lastSeconds_ = 0;
    int lastTimed_ = 0;
};

/// One training run of a project: a folder with config.json, and state.json of the studio.
struct RunInfo {
    /// Interrupted: the program that trained is gone and the run is not over; it can go on.
    enum class State { Waiting, Running, Paused, Done, Stopped, Interrupted, Failed };
    QString folder, name, stage, message;
    State state = State::Waiting;
    int steps = 0;
    RunFigures figures;
    [[nodiscard]] bool canGoOn() const {
        return state == State::Waiting || state == State::Interrupted || state == State::Failed;
    }
    [[nodiscard]] bool isOver() const { return state == State::Done || state == State::Stopped; }
};
[[nodiscard]] QString stateWord(RunInfo::State state);

/// The runs under a folder, the newest first. What was running when the studio ended is interrupted.
[[nodiscard]] QList<RunInfo> readRuns(const QString& runsFolder);
[[nodiscard]] RunInfo readRun(const QString& folder);
/// Keeps a run's state. False when the disk refuses.
bool writeRunState(const QString& folder, RunInfo::State state, const QString& message);

}  // namespace tintreel::ui
