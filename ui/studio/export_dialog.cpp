// SPDX-License-Identifier: Apache-2.0
#include "studio/export_dialog.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "tintreel/media/frame_writer.h"

namespace tintreel::ui {

ExportDialog::ExportDialog(const media::MediaInfo& film, FrameIndex frames, const QString& suggestedName, QWidget* parent)
    : QDialog(parent), film_(film), frames_(frames), file_(new QLineEdit(suggestedName)), preset_(new QComboBox), workingSize_(new QComboBox), notes_(new QLabel),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Cancel)) {
    setWindowTitle(tr("Export the coloured film"));
    file_->setObjectName(QStringLiteral("exportFile"));
    file_->setAccessibleName(tr("Output file"));
    file_->setMinimumWidth(420);
    preset_->setObjectName(QStringLiteral("exportPreset"));
    preset_->addItem(tr("Review — H.264, plays everywhere (.mp4)"), QStringLiteral("review"));
    preset_->addItem(tr("Master — FFV1, luma and depth untouched (.mkv)"), QStringLiteral("master"));
    workingSize_->setObjectName(QStringLiteral("exportSize"));
    for (const int size : {256, 384, 512}) workingSize_->addItem(size == 256 ? tr("256 (as on the screen)") : QString::number(size), size);
    notes_->setWordWrap(true);
    notes_->setObjectName(QStringLiteral("exportNotes"));
    auto* browse = new QPushButton(tr("Browse…"));
    auto* row = new QHBoxLayout;
    row->addWidget(file_, 1);
    row->addWidget(browse);
    auto* form = new QFormLayout;
    form->addRow(tr("File"), row);
    form->addRow(tr("Purpose"), preset_);
    form->addRow(tr("Size the networks see"), workingSize_);
    auto* go = buttons_->addButton(tr("Export"), QDialogButtonBox::AcceptRole);
    go->setObjectName(QStringLiteral("exportGo"));
    go->setDefault(true);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(notes_);
    column->addWidget(buttons_);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(preset_, &QComboBox::currentIndexChanged, this, &ExportDialog::presetChanged);
    connect(workingSize_, &QComboBox::currentIndexChanged, this, &ExportDialog::check);
    connect(file_, &QLineEdit::textChanged, this, &ExportDialog::check);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons_, &QDialogButtonBox::accepted, this, [this] {
        if (QFileInfo::exists(file_->text()) &&
            QMessageBox::question(this, tr("Replace the file?"), tr("“%1” exists already. Replace it when the export is whole?").arg(file_->text())) != QMessageBox::Yes)
            return;
        accept();
    });
    check();
}

void ExportDialog::presetChanged() {
    const QFileInfo info(file_->text());
    const auto suffix = preset_->currentData().toString() == QStringLiteral("master") ? QStringLiteral("mkv") : QStringLiteral("mp4");
    file_->setText(info.path() + QLatin1Char('/') + info.completeBaseName() + QLatin1Char('.') + suffix);
    check();
}

void ExportDialog::browse() {
    const auto file = QFileDialog::getSaveFileName(this, tr("Export to"), file_->text(), {}, nullptr, QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty()) file_->setText(file);
}

void ExportDialog::check() {
    const auto format = media::outputFormatFor(preset_->currentData().toString().toStdString(), file_->text().toStdString(), film_);
    QStringList lines;
    if (!format) {
        lines << QString::fromStdString(describe(format.error()));
    } else {
        lines << tr("%1 frames, %2×%3, %4. Sound and other tracks are copied.").arg(frames_).arg(format->width).arg(format->height).arg(QString::fromStdString(format->pixelFormat));
        for (const auto& note : format->notes) lines << QString::fromStdString(note);
        if (workingSize_->currentData().toInt() != 256) lines << tr("Scenes that were coloured on the screen are coloured anew at this size.");
    }
    const QFileInfo folder(QFileInfo(file_->text()).path());
    const bool writable = folder.isDir() && folder.isWritable();
    if (!writable) lines << tr("The folder “%1” cannot be written; choose another.").arg(folder.filePath());
    const bool source = QFileInfo(file_->text()) == QFileInfo(QString::fromStdString(film_.path.string()));
    if (source) lines << tr("This is the source film, which is never written; choose another name.");
    notes_->setText(lines.join(QLatin1Char('\n')));
    for (auto* button : buttons_->buttons())
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) button->setEnabled(format && writable && !source);
}

workflow::RenderOptions ExportDialog::options() const {
    workflow::RenderOptions options;
    options.output = file_->text().toStdString();
    options.preset = preset_->currentData().toString().toStdString();
    options.workingSize = workingSize_->currentData().toInt();
    options.overwrite = true;  // asked for in this dialog
    return options;
}

}  // namespace tintreel::ui
