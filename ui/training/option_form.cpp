// SPDX-License-Identifier: Apache-2.0
#include "training/option_form.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleValidator>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>

namespace tintreel::ui {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

/// "base-pull" as people read it.
QString titleOf(const std::string& name) {
    QString title = text(name).replace(QLatin1Char('-'), QLatin1Char(' '));
    title[0] = title[0].toUpper();
    return title;
}

}  // namespace

OptionForm::OptionForm(OptionTable table, const QStringList& names, const QStringList& without, QWidget* parent)
    : QWidget(parent) {
    if (names.isEmpty()) {
        for (auto& field : table)
            if (!without.contains(text(field.name))) table_.push_back(field);
    } else {
        for (const auto& name : names)
            for (const auto& field : table)
                if (text(field.name) == name) table_.push_back(field);
    }
    auto* form = new QFormLayout(this);
    form->setContentsMargins(0, 0, 0, 0);
    for (auto& field : table_) {
        auto* editor = editorFor(field);
        editor->setObjectName(QStringLiteral("option-") + text(field.name));
        editor->setAccessibleName(titleOf(field.name));
        editor->setAccessibleDescription(text(field.help));
        editor->setToolTip(text(field.help));
        auto* label = new QLabel(titleOf(field.name));
        label->setToolTip(text(field.help));
        label->setBuddy(editor);
        form->addRow(label, editor);
    }
    refresh();
}

void OptionForm::refresh() {
    refreshing_ = true;
    for (const auto& one : refreshers_) one();
    refreshing_ = false;
}

QWidget* OptionForm::editorFor(OptionField& field) {
    const auto changed = [this] {
        if (!refreshing_) Q_EMIT edited();
    };
    if (auto* const* target = std::get_if<bool*>(&field.target)) {
        auto* box = new QCheckBox;
        connect(box, &QCheckBox::toggled, this, [t = *target, changed](bool on) { *t = on, changed(); });
        refreshers_.emplace_back([box, t = *target] { box->setChecked(*t); });
        return box;
    }
    if (auto* const* target = std::get_if<int*>(&field.target)) {
        auto* box = new QSpinBox;
        const double most = std::numeric_limits<int>::max();
        box->setRange(static_cast<int>(std::clamp(field.min, -most, most)),
                      static_cast<int>(std::clamp(field.max, -most, most)));
        box->setGroupSeparatorShown(true);
        connect(box, &QSpinBox::valueChanged, this, [t = *target, changed](int value) { *t = value, changed(); });
        refreshers_.emplace_back([box, t = *target] { box->setValue(*t); });
        return box;
    }
    if (auto* const* target = std::get_if<double*>(&field.target)) {
        // A spin box has a fixed number of digits, which 1e-4 and 1000 do not share.
        auto* line = new QLineEdit;
        auto* validator = new QDoubleValidator(std::max(field.min, -1e300), std::min(field.max, 1e300), 12, line);
        validator->setLocale(QLocale::c());
        line->setValidator(validator);
        connect(line, &QLineEdit::textEdited, this, [line, t = *target, changed](const QString& typed) {
            if (line->hasAcceptableInput()) *t = QLocale::c().toDouble(typed), changed();
        });
        refreshers_.emplace_back([line, t = *target] { line->setText(QLocale::c().toString(*t, 'g', 6)); });
        return line;
    }
    auto* target = std::get<std::string*>(field.target);
    if (!field.choices.empty()) {
        auto* box = new QComboBox;
        for (const auto& choice : field.choices) box->addItem(text(choice));
        connect(box, &QComboBox::currentTextChanged, this,
                [target, changed](const QString& chosen) { *target = chosen.toStdString(), changed(); });
        refreshers_.emplace_back([box, target] { box->setCurrentText(text(*target)); });
        return box;
    }
    auto* line = new QLineEdit;
    connect(line, &QLineEdit::textEdited, this,
            [target, changed](const QString& typed) { *target = typed.toStdString(), changed(); });
    refreshers_.emplace_back([line, target] { line->setText(text(*target)); });
    return line;
}

}  // namespace tintreel::ui
