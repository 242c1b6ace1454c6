// SPDX-License-Identifier: Apache-2.0
#include "panels/source_inspector.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QScrollArea>
#include <QVBoxLayout>

#include "panels/media_words.h"

namespace tintreel::ui {

SourceInspector::SourceInspector(QWidget* parent)
    : QWidget(parent), form_(new QFormLayout), copy_(new QPushButton(tr("&Copy"))) {
    form_->setContentsMargins(8, 8, 8, 8);
    form_->setVerticalSpacing(4);
    form_->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form_->addRow(new QLabel(tr("No film is open.")));
    auto* facts = new QWidget;
    facts->setLayout(form_);
    auto* scroll = new QScrollArea;
    scroll->setAccessibleName(tr("About the source"));
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(facts);
    copy_->setObjectName(QStringLiteral("copySource"));
    copy_->setToolTip(tr("Puts all this on the clipboard as text"));
    copy_->setEnabled(false);
    connect(copy_, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text_); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 8);
    column->addWidget(scroll, 1);
    column->addWidget(copy_, 0, Qt::AlignRight);
}

void SourceInspector::setInfo(const media::MediaInfo& info) {
    while (form_->rowCount() > 0) form_->removeRow(0);
    text_.clear();
    for (const auto& warning : info.warnings) addRow(tr("⚠ Warning"), QString::fromStdString(warning));
    for (const auto& [label, value] : factsOf(info)) addRow(label, value);
    copy_->setEnabled(true);
}

void SourceInspector::addRow(const QString& label, const QString& value) {
    auto* shown = new QLabel(value);
    shown->setTextFormat(Qt::PlainText);  // file names and tags are no markup
    shown->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    shown->setWordWrap(true);
    shown->setAccessibleName(label);
    form_->addRow(tr("%1:").arg(label), shown);
    text_ += tr("%1: %2\n").arg(label, QString(value).replace(QLatin1Char('\n'), QStringLiteral("; ")));
}

}  // namespace tintreel::ui
