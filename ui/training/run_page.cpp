// SPDX-License-Identifier: Apache-2.0
#include "training/run_page.h"

#include <algorithm>
#include <cmath>

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLocale>
#include <QMessageBox>
#include <QSplitter>
#include <QTime>
#include <QVBoxLayout>

namespace tintreel::ui {

RunPage::RunPage(Runner& runner, QWidget* parent)
    : QWidget(parent),
      runner_(runner),
      list_(new QListWidget),
      status_(new QLabel),
      sampleWords_(new QLabel),
      sample_(new QLabel),
      progress_(new QProgressBar),
      curves_(new CurveView),
      smoothing_(new QSlider(Qt::Horizontal)),
      sampleStep_(new QSlider(Qt::Horizontal)),
      sampleNumber_(new QSlider(Qt::Horizontal)),
      logarithmic_(new QCheckBox(tr("&Logarithmic loss"))),
      pause_(new QPushButton(tr("&Pause"))),
      stop_(new QPushButton(tr("&Stop and keep"))),
      goOn_(new QPushButton(tr("&Go on"))),
      discard_(new QPushButton(tr("&Delete the run…"))),
      result_(new QPushButton(tr("See the &result"))) {
    const auto name = [](QWidget* widget, const char* id, const QString& words) {
        widget->setObjectName(QString::fromLatin1(id));
        if (!words.isEmpty()) widget->setAccessibleName(words);
    };
    list_->viewport()->setBackgroundRole(
        QPalette::Window);  // on the base colour of a dark window empty ticks cannot be seen
    name(list_, "runList", tr("Runs; tick several to compare their curves"));
    name(status_, "runStatus", {});
    name(progress_, "runProgress", tr("Progress of the run"));
    name(curves_, "runCurves", {});
    name(smoothing_, "runSmoothing", tr("Smoothing of the loss"));
    name(sampleStep_, "sampleStep", tr("Step of the sample"));
    name(sampleNumber_, "sampleNumber", tr("Which sample"));
    name(sample_, "sampleView", tr("Sample: source, result and truth side by side"));
    name(logarithmic_, "runLog", {});
    name(pause_, "runPause", {});
    name(stop_, "runStop", {});
    name(goOn_, "runGoOn", {});
    name(discard_, "runDiscard", {});
    name(result_, "runResult", {});
    status_->setWordWrap(true);
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    logarithmic_->setChecked(true);
    smoothing_->setRange(0, 99);
    smoothing_->setValue(60);
    smoothing_->setMaximumWidth(160);
    sample_->setAlignment(Qt::AlignCenter);
    sample_->setMinimumHeight(120);
    sampleNumber_->setMaximumWidth(120);

    auto* buttons = new QHBoxLayout;
    for (auto* button : {pause_, stop_, goOn_, result_}) buttons->addWidget(button);
    buttons->addStretch(1);
    buttons->addWidget(discard_);
    auto* plotRow = new QHBoxLayout;
    plotRow->addWidget(logarithmic_);
    auto* smoothingLabel = new QLabel(tr("S&moothing"));
    smoothingLabel->setBuddy(smoothing_);
    plotRow->addWidget(smoothingLabel);
    plotRow->addWidget(smoothing_);
    plotRow->addStretch(1);
    auto* sampleRow = new QHBoxLayout;
    sampleRow->addWidget(sampleWords_);
    sampleRow->addWidget(sampleStep_, 1);
    sampleRow->addWidget(sampleNumber_);
    auto* plotBox = new QWidget;
    auto* plotColumn = new QVBoxLayout(plotBox);
    plotColumn->setContentsMargins(0, 0, 0, 0);
    plotColumn->addWidget(curves_, 1);
    plotColumn->addLayout(plotRow);
    auto* sampleBox = new QWidget;
    auto* sampleColumn = new QVBoxLayout(sampleBox);
    sampleColumn->setContentsMargins(0, 0, 0, 0);
    sampleColumn->addWidget(sample_, 1);
    sampleColumn->addLayout(sampleRow);
    auto* rows = new QSplitter(Qt::Vertical);
    rows->addWidget(plotBox);
    rows->addWidget(sampleBox);
    rows->setStretchFactor(0, 3);
    rows->setStretchFactor(1, 2);
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(buttons);
    column->addWidget(progress_);
    column->addWidget(status_);
    column->addWidget(rows, 1);
    auto* split = new QSplitter;
    split->addWidget(list_);
    split->addWidget(right);
    split->setStretchFactor(1, 1);
    split->setSizes({260, 700});
    auto* whole = new QVBoxLayout(this);
    whole->addWidget(split);

    connect(list_, &QListWidget::currentRowChanged, this, [this] {
        if (filling_) return;
        followSamples_ = true;
        showRun();
        showCurves();
        Q_EMIT currentChanged();
    });
    connect(list_, &QListWidget::itemChanged, this, [this] {
        if (!filling_) showCurves();
    });
    connect(logarithmic_, &QCheckBox::toggled, curves_, &CurveView::setLogarithmic);
    connect(smoothing_, &QSlider::valueChanged, this, [this](int value) { curves_->setSmoothing(value / 100.0); });
    connect(sampleStep_, &QSlider::valueChanged, this, [this] {
        followSamples_ = sampleStep_->value() == sampleStep_->maximum();
        showSamples();
    });
    connect(sampleNumber_, &QSlider::valueChanged, this, &RunPage::showSamples);
    connect(pause_, &QPushButton::clicked, this, [this] {
        const auto* run = runner_.find(current());
        if (run != nullptr && run->state == RunInfo::State::Paused) runner_.resume();
        else runner_.pause();
    });
    connect(stop_, &QPushButton::clicked, &runner_, &Runner::stopAndKeep);
    connect(goOn_, &QPushButton::clicked, this, [this] { runner_.start({current()}); });
    connect(result_, &QPushButton::clicked, this, &RunPage::resultWanted);
    connect(discard_, &QPushButton::clicked, this, [this] {
        if (QMessageBox::question(
                this, tr("Delete the run?"),
                tr("“%1” with its weights and samples is deleted.").arg(QFileInfo(current()).fileName())) ==
            QMessageBox::Yes)
            runner_.discard(current());
    });
    connect(&runner_, &Runner::listChanged, this, &RunPage::fill);
    connect(&runner_, &Runner::runChanged, this, [this](const QString& folder) {
        refreshItem(folder);
        if (folder == current()) showRun();
        showCurves();
    });
    connect(&runner_, &Runner::progressed, this, [this](const QString& folder, int step, int steps, double left) {
        if (folder != current()) return;
        progress_->setRange(0, std::max(1, steps));
        progress_->setValue(step);
        progress_->setFormat(
            left < 0 ? tr("step %v of %m")
                     : tr("step %v of %m, %1 left")
                           .arg(QTime(0, 0).addSecs(static_cast<int>(left)).toString(QStringLiteral("H:mm:ss"))));
    });
    fill();
}

QString RunPage::current() const {
    const auto* item = list_->currentItem();
    return item == nullptr ? QString() : item->data(Qt::UserRole).toString();
}

void RunPage::select(const QString& folder) {
    for (int i = 0; i < list_->count(); ++i)
        if (list_->item(i)->data(Qt::UserRole).toString() == folder) list_->setCurrentRow(i);
}

void RunPage::fill() {
    filling_ = true;
    const auto before = current();
    QStringList ticked;
    for (int i = 0; i < list_->count(); ++i)
        if (list_->item(i)->checkState() == Qt::Checked) ticked << list_->item(i)->data(Qt::UserRole).toString();
    list_->clear();
    for (const auto& run : runner_.runs()) {
        auto* item = new QListWidgetItem(list_);
        item->setData(Qt::UserRole, run.folder);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
        item->setCheckState(ticked.contains(run.folder) ? Qt::Checked : Qt::Unchecked);
        refreshItem(run.folder);
    }
    list_->setCurrentRow(list_->count() > 0 ? 0 : -1);
    select(before);
    filling_ = false;
    showRun();
    showCurves();
    Q_EMIT currentChanged();
}

void RunPage::refreshItem(const QString& folder) {
    const auto* run = runner_.find(folder);
    for (int i = 0; run != nullptr && i < list_->count(); ++i) {
        if (list_->item(i)->data(Qt::UserRole).toString() != folder) continue;
        const auto best = run->figures.best();
        const bool before = std::exchange(filling_, true);
        list_->item(i)->setText(
            tr("%1\n%2, step %3 of %4%5")
                .arg(run->name, stateWord(run->state))
                .arg(run->figures.step)
                .arg(run->steps)
                .arg(std::isnan(best)
                         ? QString()
                         : tr(", %1 dB (base %2)").arg(best, 0, 'f', 2).arg(run->figures.base, 0, 'f', 2)));
        filling_ = before;
    }
}

void RunPage::showRun() {
    const auto* run = runner_.find(current());
    const bool active = run != nullptr && run->folder == runner_.active();
    pause_->setEnabled(active);
    pause_->setText(run != nullptr && run->state == RunInfo::State::Paused ? tr("&Resume") : tr("&Pause"));
    stop_->setEnabled(active);
    goOn_->setEnabled(run != nullptr && run->canGoOn() && runner_.active().isEmpty());
    discard_->setEnabled(run != nullptr && !active);
    result_->setEnabled(run != nullptr && !run->figures.score.steps.isEmpty());
    progress_->setVisible(run != nullptr);
    if (run == nullptr) {
        status_->setText(tr("No run yet."));
        sample_->clear();
        return;
    }
    if (!active || run->figures.step > progress_->value() || progress_->maximum() != run->steps) {
        progress_->setRange(0, std::max(1, run->steps));
        progress_->setValue(run->figures.step);
        if (!active) progress_->setFormat(tr("step %v of %m"));
    }
    QString text = tr("%1: %2.").arg(run->name, stateWord(run->state));
    const auto& f = run->figures;
    if (!std::isnan(f.base))
        text += tr(" On the pictures held back: grey %1 dB, base model %2 dB, now %3 dB, best %4 dB at step %5.")
                    .arg(f.grey, 0, 'f', 2)
                    .arg(f.base, 0, 'f', 2)
                    .arg(f.score.values.last(), 0, 'f', 2)
                    .arg(f.best(), 0, 'f', 2)
                    .arg(f.bestStep);
    if (!f.rehearsal.values.isEmpty())
        text += tr(" On what the base knew: %1 dB (base %2).")
                    .arg(f.rehearsal.values.last(), 0, 'f', 2)
                    .arg(f.rehearsalBase, 0, 'f', 2);
    if (!run->message.isEmpty()) text += QLatin1Char('\n') + run->message;
    status_->setText(text);
    {
        const QSignalBlocker block(sampleStep_);
        const int last = static_cast<int>(f.samples.size()) - 1;
        sampleStep_->setRange(0, std::max(0, last));
        if (followSamples_) sampleStep_->setValue(last);
        sampleStep_->setEnabled(last > 0);
    }
    showSamples();
}

void RunPage::showCurves() {
    QList<CurveView::Shown> shown;
    for (int i = 0; i < list_->count(); ++i) {
        const auto folder = list_->item(i)->data(Qt::UserRole).toString();
        if (folder != current() && list_->item(i)->checkState() != Qt::Checked) continue;
        if (const auto* run = runner_.find(folder)) shown << CurveView::Shown{run->name, run->figures, run->steps};
    }
    curves_->setRuns(shown);
}

void RunPage::showSamples() {
    const auto* run = runner_.find(current());
    if (run == nullptr || run->figures.samples.empty()) {
        sample_->setText(run == nullptr ? QString() : tr("Samples come with the first validation."));
        sampleWords_->clear();
        sampleNumber_->setEnabled(false);
        return;
    }
    const auto at = std::next(run->figures.samples.begin(),
                              std::clamp(sampleStep_->value(), 0, static_cast<int>(run->figures.samples.size()) - 1));
    {
        const QSignalBlocker block(sampleNumber_);
        sampleNumber_->setRange(0, static_cast<int>(at->second.size()) - 1);
        sampleNumber_->setEnabled(at->second.size() > 1);
    }
    const QPixmap picture(at->second.value(sampleNumber_->value()));
    sampleWords_->setText(tr("Step %1, sample %2 of %3: source, result, truth")
                              .arg(at->first)
                              .arg(sampleNumber_->value() + 1)
                              .arg(at->second.size()));
    sample_->setAccessibleDescription(sampleWords_->text());
    if (picture.isNull())
        sample_->setText(tr("The picture “%1” cannot be read.").arg(at->second.value(sampleNumber_->value())));
    else
        sample_->setPixmap(
            picture.scaled(sample_->size().expandedTo({200, 100}), Qt::KeepAspectRatio, Qt::SmoothTransformation));
}

}  // namespace tintreel::ui
