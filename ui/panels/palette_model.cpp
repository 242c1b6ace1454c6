// SPDX-License-Identifier: Apache-2.0
#include "panels/palette_model.h"

#include <algorithm>

#include <QGuiApplication>

#include "panels/color_words.h"

namespace tintreel::ui {

void PaletteModel::setSlots(std::vector<hints::PaletteSlot> palette) {
    const auto before = static_cast<int>(palette_.size()), after = static_cast<int>(palette.size());
    if (after < before) {
        beginRemoveRows({}, after, before - 1);
        palette_.resize(palette.size());
        endRemoveRows();
    }
    const auto kept = palette_.size();
    for (std::size_t i = 0; i < kept; ++i) {
        if (palette_[i] == palette[i]) continue;
        palette_[i] = palette[i];
        const auto at = index(static_cast<int>(i));
        Q_EMIT dataChanged(at, at);
    }
    if (after > before) {
        beginInsertRows({}, before, after - 1);
        palette_ = std::move(palette);
        endInsertRows();
    }
}

int PaletteModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(palette_.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& slot = palette_[static_cast<std::size_t>(index.row())];
    const auto name = QString::fromStdString(slot.name);
    switch (role) {
        case Qt::DisplayRole:
            return index.row() < 9 ? tr("%1  %2").arg(index.row() + 1).arg(name) : tr("–  %1").arg(name);
        case Qt::EditRole:
        case NameRole: return name;
        case Qt::DecorationRole: return swatchIcon(slotColor(slot.color), QGuiApplication::palette());
        case ColorRole: return slotColor(slot.color);
        case Qt::ToolTipRole:
        case Qt::AccessibleDescriptionRole:
            return std::visit([](const auto& color) { return wordsOf(color); }, slot.color);
        default: return {};
    }
}

bool PaletteModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return false;
    if (role == Qt::EditRole || role == NameRole) return rename(index.row(), value.toString().simplified());
    const auto color = value.value<QColor>();
    if (role != ColorRole || !color.isValid()) return false;
    Q_EMIT slotEdited(index.row(), {palette_[static_cast<std::size_t>(index.row())].name,
                                    hints::RgbColor{color.red(), color.green(), color.blue()}});
    return true;
}

bool PaletteModel::rename(int row, const QString& name) {
    const auto slot = palette_[static_cast<std::size_t>(row)];
    const auto wanted = name.toStdString();
    if (wanted == slot.name) return false;
    if (name.isEmpty()) {
        Q_EMIT editRefused(tr("A slot needs a name."));
        return false;
    }
    if (std::any_of(palette_.begin(), palette_.end(), [&](const auto& other) { return other.name == wanted; })) {
        Q_EMIT editRefused(tr("Another slot is called “%1” already.").arg(name));
        return false;
    }
    Q_EMIT slotEdited(row, {wanted, slot.color});
    return true;
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const {
    const auto flags = QAbstractListModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsEditable | Qt::ItemNeverHasChildren : flags;
}

}  // namespace tintreel::ui
