// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QAbstractListModel>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// The document's palette. It never changes itself: an edit is sent as slotEdited, and what the document makes of it
/// comes back by setSlots().
class PaletteModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        ColorRole = Qt::UserRole + 1,  ///< QColor as in slotColor(); may be set: an RGB colour for the slot
        NameRole,                      ///< the bare name
    };

    using QAbstractListModel::QAbstractListModel;

    /// Rows that stay the same are not touched, so selections and editors last.
    void setSlots(std::vector<hints::PaletteSlot> palette);
    [[nodiscard]] const std::vector<hints::PaletteSlot>& palette() const { return palette_; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// The text begins with the slot's key, 1 to 9, where it has one.
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    /// Names must not be empty nor another slot's.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void slotEdited(int slot, const tintreel::hints::PaletteSlot& value);
    /// A name was refused; why, for the user.
    void editRefused(const QString& reason);

private:
    bool rename(int row, const QString& name);

    std::vector<hints::PaletteSlot> palette_;
};

}  // namespace tintreel::ui
