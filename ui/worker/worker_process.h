// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QObject>
#include <QProcess>
#include <QStringList>
#include <QTimer>

namespace tintreel::ui {

/// One run of a program that works apart from the window: `tintreel render … --json`, `tintreel train … --json
/// --control`. Each line of its stdout that is a JSON object is a message; all else that it says, and stderr, is its
/// log. A crash of the child is an outcome like any other. When this process dies the child is asked to stop, also
/// while it is paused. GUI thread; one run per object.
class WorkerProcess : public QObject {
    Q_OBJECT
public:
    struct Outcome {
        bool started = false;    ///< false: the program could not be started; `log` says why
        bool cancelled = false;  ///< cancel() was called before it ended
        int exitCode = -1;       ///< -1 when it did not exit by itself
        int signal = 0;          ///< the signal that ended it (a crash, or a kill from outside); 0 for none
        QJsonObject result;      ///< the last message of type "result"; empty when it said none
        QStringList log;         ///< the last lines of its log, oldest first
        [[nodiscard]] bool crashed() const { return signal != 0; }
    };

    explicit WorkerProcess(QObject* parent = nullptr);
    /// Ends what runs (as cancel() does) and waits for it; nothing is emitted any more.
    ~WorkerProcess() override;

    /// The `tintreel` program: beside this one, else on the PATH; "" when there is none.
    [[nodiscard]] static QString tintreelProgram();
    /// "SIGSEGV, invalid memory access" and the like, for people.
    [[nodiscard]] static QString signalText(int signal);

    /// Starts the run. What goes wrong comes by finished(), never before this returns.
    void start(const QString& program, const QStringList& arguments);
    /// Writes one line to its stdin. False when it does not run.
    bool send(const QJsonObject& message);
    void pause();  ///< the child stands still (SIGSTOP)
    void resume();
    /// Asks it to end (SIGTERM; a paused one goes on first), and kills it when it has not after `patience`
    /// milliseconds.
    void cancel(int patience = kPatience);

    [[nodiscard]] bool isRunning() const { return process_.state() != QProcess::NotRunning; }
    [[nodiscard]] bool isPaused() const { return paused_; }
    [[nodiscard]] bool isCancelled() const { return cancelled_; }
    [[nodiscard]] qint64 processId() const { return process_.processId(); }
    [[nodiscard]] QStringList log() const { return log_; }

    static constexpr int kPatience = 10'000;
    static constexpr int kLogLines = 200;

Q_SIGNALS:
    void message(const QJsonObject& message);
    void logLine(const QString& line);
    /// Last of all; the child is gone.
    void finished(const tintreel::ui::WorkerProcess::Outcome& outcome);

private:
    /// Takes whole lines off `rest`; at the end the piece without a line end too.
    void takeOutput(QByteArray& rest, const QByteArray& fresh, bool json, bool atEnd);
    void takeLine(const QByteArray& line, bool json);
    void note(const QString& line);
    void drain(bool atEnd);
    void settle();
    void signalChild(int signal);

    QProcess process_;
    QTimer killer_;
    QByteArray out_, err_;
    QJsonObject result_;
    QStringList log_;
    bool paused_ = false, cancelled_ = false, settled_ = false;
};

}  // namespace tintreel::ui
