// SPDX-License-Identifier: Apache-2.0
#include "training/result_page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QVBoxLayout>

namespace tintreel::ui {

ResultPage::ResultPage(TrainingHost host, QWidget* parent)
    : QWidget(parent),
      host_(std::move(host)),
      figures_(new QLabel),
      said_(new QLabel),
      name_(new QLineEdit),
      notes_(new QLineEdit),
      use_(new QPushButton(tr("&Use this model"))),
      discard_(new QPushButton(tr("&Discard…"))),
      compare_(new CompareView(host_)) {
    figures_->setObjectName(QStringLiteral("resultFigures"));
    figures_->setWordWrap(true);
    figures_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    said_->setObjectName(QStringLiteral("resultSaid"));
    said_->setWordWrap(true);
    name_->setObjectName(QStringLiteral("resultName"));
    name_->setAccessibleName(tr("Name of the model"));
    notes_->setObjectName(QStringLiteral("resultNotes"));
    notes_->setAccessibleName(tr("Notes about the model"));
    use_->setObjectName(QStringLiteral("resultUse"));
    discard_->setObjectName(QStringLiteral("resultDiscard"));
    auto* form = new QFormLayout;
    form->addRow(tr("Name of the model"), name_);
    form->addRow(tr("Notes"), notes_);
    auto* row = new QHBoxLayout;
    row->addWidget(use_);
    row->addWidget(discard_);
    row->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->addWidget(figures_);
    column->addWidget(compare_, 1);
    column->addLayout(form);
    column->addWidget(said_);
    column->addLayout(row);
    connect(use_, &QPushButton::clicked, this, &ResultPage::use);
    connect(discard_, &QPushButton::clicked, this, [this] {
        if (QMessageBox::question(
                this, tr("Discard the run?"),
                tr("“%1” with its weights and samples is deleted.").arg(QFileInfo(folder_).fileName())) ==
            QMessageBox::Yes)
            Q_EMIT discardRequested(folder_);
    });
    setRun(nullptr);
}

QString ResultPage::freeName() const {
    auto stem = host_.project.empty() ? QStringLiteral("model") : QString::fromStdString(host_.project.stem().string());
    for (auto& c : stem)
        if (c.unicode() > 127 ||
            !(c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('_') || c == QLatin1Char('.')))
            c = QLatin1Char('-');
    while (!stem.isEmpty() && !stem.front().isLetterOrNumber()) stem.remove(0, 1);
    stem = QStringLiteral("%1-%2").arg(stem.isEmpty() ? QStringLiteral("film") : stem.left(40), role_);
    const workflow::ModelLibrary library(host_.models);
    QString name = stem;
    for (int n = 2; library.find(name.toStdString()); ++n) name = QStringLiteral("%1-%2").arg(stem).arg(n);
    return name;
}

void ResultPage::setRun(const RunInfo* run) {
    const bool there = run != nullptr && !run->figures.score.steps.isEmpty();
    folder_ = run == nullptr ? QString() : run->folder;
    role_ = run != nullptr && run->stage == QStringLiteral("keyframe") ? QStringLiteral("keyframe")
                                                                       : QStringLiteral("frame");
    use_->setEnabled(there);
    discard_->setEnabled(run != nullptr && run->state != RunInfo::State::Running &&
                         run->state != RunInfo::State::Paused);
    compare_->setEnabled(there);
    if (!there) {
        figures_->setText(run == nullptr ? tr("Choose a run first.") : tr("This run has not been measured yet."));
        prepared_.clear();
        compare_->clear();
        return;
    }
    const auto& f = run->figures;
    QString text =
        tr("On the pictures held back: grey %1 dB, base model %2 dB, this one %3 dB (%4%5 dB), from step %6.")
            .arg(f.grey, 0, 'f', 2)
            .arg(f.base, 0, 'f', 2)
            .arg(f.best(), 0, 'f', 2)
            .arg(f.best() >= f.base ? QStringLiteral("+") : QString())
            .arg(f.best() - f.base, 0, 'f', 2)
            .arg(f.bestStep);
    if (f.bestStep == 0) text += tr(" Nothing was gained: these are the base model's weights.");
    if (const auto at = std::find(f.rehearsal.steps.begin(), f.rehearsal.steps.end(), f.bestStep);
        at != f.rehearsal.steps.end())
        text += tr(" On what the base knew: %1 dB (base %2).")
                    .arg(f.rehearsal.values[at - f.rehearsal.steps.begin()], 0, 'f', 2)
                    .arg(f.rehearsalBase, 0, 'f', 2);
    figures_->setText(text);
    if (std::exchange(prepared_, folder_) == folder_) return;
    name_->setText(freeName());
    notes_->clear();
    said_->clear();
    const auto networks = host_.film ? host_.film().networks : inference::ColorizerOptions{};
    compare_->setSides(tr("Before"), {{}, networks}, tr("After"), {folder_.toStdString(), networks});
}

void ResultPage::use() {
    workflow::ModelLibrary library(host_.models);
    const auto added = library.importFrom(folder_.toStdString(), name_->text().trimmed().toStdString());
    if (!added) return said_->setText(QString::fromStdString(describe(added.error())));
    if (!notes_->text().isEmpty())
        if (const auto noted = library.setNotes(added->id, notes_->text().toStdString()); !noted)
            said_->setText(QString::fromStdString(describe(noted.error())));
    const auto id = QString::fromStdString(added->id);
    const bool used = host_.useModel && host_.useModel(QString::fromStdString(added->role),
                                                       QString::fromStdString(nn::modelReference(*added)));
    said_->setText(
        used ? tr("“%1” is in the library, and this project uses it from now on. Undo takes that back.").arg(id)
             : tr("“%1” is in the library.").arg(id));
    name_->setText(freeName());
    Q_EMIT this->used(id);
}

}  // namespace tintreel::ui
