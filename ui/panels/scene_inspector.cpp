// SPDX-License-Identifier: Apache-2.0
#include "panels/scene_inspector.h"

#include <QFormLayout>
#include <QScopedValueRollback>
#include <QVBoxLayout>

namespace tintreel::ui {

SceneInspector::SceneInspector(QWidget* parent)
    : QWidget(parent),
      title_(new QLabel),
      range_(fact("sceneRange", tr("Range"))),
      status_(fact("sceneStatus", tr("Status"))),
      models_(fact("sceneModels", tr("Model"))),
      confidence_(fact("sceneConfidence", tr("Mean confidence"))),
      notes_(new QPlainTextEdit),
      approve_(new QCheckBox(tr("&Approved"))) {
    title_->setObjectName(QStringLiteral("sceneTitle"));
    auto font = title_->font();
    font.setBold(true);
    title_->setFont(font);
    notes_->setObjectName(QStringLiteral("sceneNotes"));
    notes_->setAccessibleName(tr("Notes on the scene"));
    notes_->setPlaceholderText(tr("Notes on this scene"));
    notes_->setTabChangesFocus(true);
    notes_->installEventFilter(this);
    approve_->setObjectName(QStringLiteral("sceneApproved"));
    approve_->setToolTip(tr("The scene is finished; it is marked on the timeline"));
    typed_.setSingleShot(true);
    typed_.setInterval(kNotesDelay);

    auto* form = new QFormLayout;
    form->setVerticalSpacing(4);
    form->setLabelAlignment(Qt::AlignRight | Qt::AlignTop);
    for (auto* label : {range_, status_, models_, confidence_})
        form->addRow(tr("%1:").arg(label->accessibleName()), label);
    auto* notesLabel = new QLabel(tr("&Notes"));
    notesLabel->setBuddy(notes_);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(title_);
    column->addLayout(form);
    column->addWidget(approve_);
    column->addWidget(notesLabel);
    column->addWidget(notes_, 1);

    connect(notes_, &QPlainTextEdit::textChanged, this, [this] {
        if (!setting_) typed_.start();
    });
    connect(&typed_, &QTimer::timeout, this, [this] { Q_EMIT notesEdited(notes_->toPlainText()); });
    connect(approve_, &QCheckBox::toggled, this, [this](bool on) {
        if (!setting_) Q_EMIT approvedChanged(on);
    });
    setScene({});
}

QLabel* SceneInspector::fact(const char* name, const QString& words) {
    auto* label = new QLabel(this);
    label->setObjectName(QString::fromLatin1(name));
    label->setAccessibleName(words);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

void SceneInspector::setScene(const SceneDetails& scene) {
    const bool typing = typed_.isActive();
    const int before = std::exchange(number_, scene.number);
    const QScopedValueRollback setting(setting_, true);
    if (typing && before != scene.number) {
        typed_.stop();
        Q_EMIT earlierNotesEdited(before, notes_->toPlainText());
    }
    const bool any = scene.number > 0;
    title_->setText(any ? tr("Scene %1").arg(scene.number) : tr("No scene"));
    range_->setText(scene.range);
    status_->setText(scene.status);
    models_->setText(any && scene.models.isEmpty() ? tr("none yet") : scene.models);
    confidence_->setText(!any                   ? QString()
                         : scene.confidence < 0 ? tr("unknown")
                                                : tr("%1 %").arg(qRound(scene.confidence * 100)));
    // Setting an equal text would throw the cursor back to the start.
    const bool keep = (typing && before == scene.number) || notes_->toPlainText() == scene.notes;
    if (!keep) notes_->setPlainText(scene.notes);
    approve_->setChecked(scene.approved);
    notes_->setEnabled(any);
    approve_->setEnabled(any);
}

void SceneInspector::flush() {
    if (!typed_.isActive()) return;
    typed_.stop();
    Q_EMIT notesEdited(notes_->toPlainText());
}

bool SceneInspector::eventFilter(QObject* object, QEvent* event) {
    if (object == notes_ && event->type() == QEvent::FocusOut) flush();
    return QWidget::eventFilter(object, event);
}

}  // namespace tintreel::ui
