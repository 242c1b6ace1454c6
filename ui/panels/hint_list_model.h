// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QAbstractTableModel>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// A hint with the number that the document knows it by.
struct HintRow {
    qint64 id = 0;  ///< above 0
    hints::Hint hint;
    bool operator==(const HintRow&) const = default;
};

/// "frame", "scene" or "frames 10 – 20", both ends included.
[[nodiscard]] QString spanWords(const hints::Hint& hint);

/// The hints of one frame: kind, colour, span, id. Read-only; edits go through the inspector.
class HintListModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { KindColumn, ColorColumn, SpanColumn, IdColumn, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// The same hints in the same order keep their rows; anything else is a reset.
    void setHints(std::vector<HintRow> rows);
    void setPalette(std::vector<hints::PaletteSlot> palette);
    [[nodiscard]] const std::vector<HintRow>& hints() const { return rows_; }
    /// The row of a hint, −1 when it is not here.
    [[nodiscard]] int rowOf(qint64 id) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    std::vector<HintRow> rows_;
    std::vector<hints::PaletteSlot> palette_;
};

}  // namespace tintreel::ui
