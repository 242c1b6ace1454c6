// SPDX-License-Identifier: Apache-2.0
#include "training/training_window.h"

#include <QVBoxLayout>

#include "tintreel/workflow/training_set.h"

namespace tintreel::ui {

TrainingWindow::TrainingWindow(const TrainingHost& host, QWidget* parent)
    : QDialog(parent),
      host_(host),
      runner_(host.program, QString::fromStdString((workflow::trainingFolder(host.project) / "runs").string())),
      pages_(new QTabWidget),
      data_(new DataPage(host)),
      settings_(new SettingsPage(host)),
      runs_(new RunPage(runner_)),
      result_(new ResultPage(host)),
      problem_(new QLabel) {
    setWindowTitle(tr("Train on this film"));
    setWindowFlags(windowFlags() | Qt::WindowMinMaxButtonsHint);
    setSizeGripEnabled(true);
    resize(980, 760);
    pages_->setObjectName(QStringLiteral("trainingPages"));
    pages_->setAccessibleName(tr("Steps of the training"));
    pages_->addTab(data_, tr("&1 Data set"));
    pages_->addTab(settings_, tr("&2 Settings"));
    pages_->addTab(runs_, tr("&3 Runs"));
    pages_->addTab(result_, tr("&4 Result"));
    problem_->setObjectName(QStringLiteral("trainingProblem"));
    problem_->setWordWrap(true);
    problem_->hide();
    auto* column = new QVBoxLayout(this);
    column->addWidget(problem_);
    column->addWidget(pages_);
    settings_->setShard(data_->shard(), data_->hasClips());
    connect(data_, &DataPage::changed, this, [this] { settings_->setShard(data_->shard(), data_->hasClips()); });
    connect(settings_, &SettingsPage::startRequested, this, &TrainingWindow::start);
    connect(runs_, &RunPage::currentChanged, this, [this] { result_->setRun(runner_.find(runs_->current())); });
    connect(runs_, &RunPage::resultWanted, this, [this] { pages_->setCurrentWidget(result_); });
    connect(&runner_, &Runner::runChanged, this, [this](const QString& folder) {
        if (folder == runs_->current()) result_->setRun(runner_.find(folder));
    });
    connect(&runner_, &Runner::finished, this, [this](const QString& folder) {
        if (const auto* run = runner_.find(folder))
            settings_->setSecondsPerStep(run->stage, run->figures.secondsPerStep);
    });
    connect(result_, &ResultPage::discardRequested, this, [this](const QString& folder) {
        runner_.discard(folder);
        pages_->setCurrentWidget(runs_);
    });
    for (const auto& run : runner_.runs()) settings_->setSecondsPerStep(run.stage, run.figures.secondsPerStep);
    result_->setRun(runner_.find(runs_->current()));
    data_->setFocus();
    if (!runner_.runs().isEmpty() && runner_.runs().first().state == RunInfo::State::Interrupted)
        pages_->setCurrentWidget(runs_);
}

void TrainingWindow::start() {
    problem_->hide();
    QStringList folders;
    QString error;
    for (const auto& config : settings_->configs()) {
        const auto folder = runner_.create(config, error);
        if (folder.isEmpty()) {
            problem_->setText(error);
            problem_->show();
            return;
        }
        folders << folder;
    }
    runs_->select(folders.first());
    pages_->setCurrentWidget(runs_);
    runner_.start(folders);
}

}  // namespace tintreel::ui
