// SPDX-License-Identifier: Apache-2.0
#include "worker/worker_process.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>

namespace tintreel::ui {
namespace {

// A line that does not end is no message; memory must not grow with it.
constexpr qsizetype kLongestLine = 16 << 20;
constexpr qsizetype kLongestLogLine = 4000;

}  // namespace

WorkerProcess::WorkerProcess(QObject* parent) : QObject(parent) {
    killer_.setSingleShot(true);
    connect(&killer_, &QTimer::timeout, this, [this] { process_.kill(); });
    connect(&process_, &QProcess::readyReadStandardOutput, this, [this] { drain(false); });
    connect(&process_, &QProcess::readyReadStandardError, this, [this] { drain(false); });
    connect(&process_, &QProcess::finished, this, &WorkerProcess::settle);
    connect(
        &process_, &QProcess::errorOccurred, this,
        [this](QProcess::ProcessError error) {
            if (error != QProcess::FailedToStart) return;
            note(tr("“%1” could not be started: %2").arg(process_.program(), process_.errorString()));
            settle();
        },
        Qt::QueuedConnection);
    const auto parentId = ::getpid();
    process_.setChildProcessModifier([parentId] {
        // A group of its own: Ctrl+C in the terminal is for the studio, and the kernel wakes and ends a stopped group
        // whose parent is gone.
        ::setpgid(0, 0);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parentId) ::_exit(128 + SIGTERM);
    });
}

WorkerProcess::~WorkerProcess() {
    process_.disconnect(this);
    if (!isRunning()) return;
    cancel();
    if (!process_.waitForFinished(kPatience)) {
        process_.kill();
        process_.waitForFinished(kPatience);
    }
}

QString WorkerProcess::tintreelProgram() {
    const QFileInfo beside(QCoreApplication::applicationDirPath() + QStringLiteral("/tintreel"));
    return beside.isExecutable() ? beside.filePath() : QStandardPaths::findExecutable(QStringLiteral("tintreel"));
}

QString WorkerProcess::signalText(int signal) {
    const char* name = ::sigabbrev_np(signal);
    const char* words = ::sigdescr_np(signal);
    if (name == nullptr || words == nullptr) return tr("signal %1").arg(signal);
    return QStringLiteral("SIG%1, %2").arg(QString::fromLatin1(name), QString::fromLatin1(words));
}

void WorkerProcess::start(const QString& program, const QStringList& arguments) { process_.start(program, arguments); }

bool WorkerProcess::send(const QJsonObject& message) {
    if (process_.state() != QProcess::Running && process_.state() != QProcess::Starting) return false;
    return process_.write(QJsonDocument(message).toJson(QJsonDocument::Compact) + '\n') > 0;
}

void WorkerProcess::signalChild(int signal) {
    // 0 once it is reaped: the number may be another's by then.
    if (const auto id = process_.processId(); id > 0) ::kill(static_cast<pid_t>(id), signal);
}

void WorkerProcess::pause() {
    if (!isRunning() || paused_ || cancelled_) return;
    signalChild(SIGSTOP);
    paused_ = true;
}

void WorkerProcess::resume() {
    if (!std::exchange(paused_, false)) return;
    signalChild(SIGCONT);
}

void WorkerProcess::cancel(int patience) {
    if (!isRunning() || cancelled_) return;
    cancelled_ = true;
    signalChild(SIGTERM);
    resume();
    killer_.start(patience);
}

void WorkerProcess::drain(bool atEnd) {
    takeOutput(out_, process_.readAllStandardOutput(), true, atEnd);
    takeOutput(err_, process_.readAllStandardError(), false, atEnd);
}

void WorkerProcess::takeOutput(QByteArray& rest, const QByteArray& fresh, bool json, bool atEnd) {
    qsizetype from = rest.size(), begin = 0;
    rest += fresh;
    for (qsizetype end; (end = rest.indexOf('\n', from)) >= 0; begin = from = end + 1)
        takeLine(rest.mid(begin, end - begin), json);
    rest.remove(0, begin);
    if (!rest.isEmpty() && (atEnd || rest.size() > kLongestLine)) takeLine(std::exchange(rest, {}), json);
}

void WorkerProcess::takeLine(const QByteArray& line, bool json) {
    if (json) {
        const auto parsed = QJsonDocument::fromJson(line);
        if (parsed.isObject()) {
            if (parsed[QLatin1String("type")].toString() == QLatin1String("result")) result_ = parsed.object();
            Q_EMIT message(parsed.object());
            return;
        }
    }
    // Programs that redraw a line write it again after a carriage return; the last is what stands.
    const auto shown = line.endsWith('\r') ? line.chopped(1) : line;
    const auto text = QString::fromUtf8(shown.mid(shown.lastIndexOf('\r') + 1).left(kLongestLogLine)).trimmed();
    if (!text.isEmpty()) note(text);
}

void WorkerProcess::note(const QString& line) {
    log_ << line;
    if (log_.size() > kLogLines) log_.removeFirst();
    Q_EMIT logLine(line);
}

void WorkerProcess::settle() {
    if (std::exchange(settled_, true)) return;
    killer_.stop();
    paused_ = false;
    drain(true);
    Outcome outcome;
    outcome.started = process_.error() != QProcess::FailedToStart;
    outcome.cancelled = cancelled_;
    // After a crash QProcess's exit code is the signal's number.
    if (outcome.started && process_.exitStatus() == QProcess::CrashExit) outcome.signal = process_.exitCode();
    else if (outcome.started) outcome.exitCode = process_.exitCode();
    outcome.result = result_;
    outcome.log = log_;
    Q_EMIT finished(outcome);
}

}  // namespace tintreel::ui
