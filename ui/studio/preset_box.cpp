// SPDX-License-Identifier: Apache-2.0
#include "studio/preset_box.h"

#include <algorithm>

#include <QAbstractItemView>
#include <QStandardItemModel>

namespace tintreel::ui {
namespace {

/// What a preset is for: ours are named by it.
QString purposeOf(const media::ExportPreset& preset) {
    if (!preset.builtIn) return PresetBox::tr("Your own");
    const auto word = preset.id.substr(0, preset.id.find('-'));
    if (word == "review") return PresetBox::tr("To look at");
    if (word == "web") return PresetBox::tr("For the web");
    if (word == "mezzanine") return PresetBox::tr("For editing and grading");
    if (word == "master") return PresetBox::tr("For the archive");
    if (word == "frames") return PresetBox::tr("Numbered pictures");
    return PresetBox::tr("Other");
}

}  // namespace

PresetBox::PresetBox(QWidget* parent) : QComboBox(parent) {
    auto found = media::listPresets();
    if (!found) {
        problem_ = QString::fromStdString(describe(found.error()));
        return;
    }
    presets_ = std::move(*found);
    QStringList purposes;
    for (const auto& preset : presets_)
        if (!purposes.contains(purposeOf(preset))) purposes << purposeOf(preset);
    for (const auto& purpose : purposes) {
        addHeading(purpose);
        for (const auto& preset : presets_)
            if (purposeOf(preset) == purpose) addPreset(preset);
    }
    choose({});
    // Reasons are long; the box itself need not be.
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(32);
    view()->setMinimumWidth(std::min(900, view()->sizeHintForColumn(0) + 40));
}

void PresetBox::addHeading(const QString& text) {
    addItem(text);
    auto* item = qobject_cast<QStandardItemModel*>(model())->item(count() - 1);
    item->setFlags(Qt::NoItemFlags);
    auto bold = font();
    bold.setBold(true);
    item->setFont(bold);
}

void PresetBox::addPreset(const media::ExportPreset& preset) {
    const auto title = QStringLiteral("    ") + QString::fromStdString(preset.title);
    const auto why = QString::fromStdString(preset.unavailable);
    addItem(why.isEmpty() ? title : QStringLiteral("%1 — %2").arg(title, why), QString::fromStdString(preset.id));
    setItemData(count() - 1, why.isEmpty() ? QString::fromStdString(preset.description) : why, Qt::ToolTipRole);
    setItemData(count() - 1, why.isEmpty() ? title.trimmed() : QStringLiteral("%1. %2").arg(title.trimmed(), why),
                Qt::AccessibleTextRole);
    if (!why.isEmpty()) qobject_cast<QStandardItemModel*>(model())->item(count() - 1)->setFlags(Qt::NoItemFlags);
}

const media::ExportPreset* PresetBox::preset() const {
    const auto id = currentData().toString().toStdString();
    const auto found =
        std::find_if(presets_.begin(), presets_.end(), [&](const auto& preset) { return preset.id == id; });
    return found == presets_.end() ? nullptr : &*found;
}

bool PresetBox::choose(const QString& id) {
    const auto* items = qobject_cast<QStandardItemModel*>(model());
    const int wanted = id.isEmpty() ? -1 : findData(id);
    if (wanted >= 0 && items->item(wanted)->isEnabled()) {
        setCurrentIndex(wanted);
        return true;
    }
    for (int i = 0; i < count(); ++i)
        if (items->item(i)->isEnabled()) {
            setCurrentIndex(i);
            break;
        }
    return false;
}

}  // namespace tintreel::ui
