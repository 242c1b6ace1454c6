// SPDX-License-Identifier: Apache-2.0
#include "panels/hint_list_model.h"

#include <algorithm>

#include <QCoreApplication>
#include <QGuiApplication>

#include "panels/color_words.h"

namespace tintreel::ui {
namespace {

constexpr float kListLightness = 62;

QString kindWords(hints::HintKind kind) {
    switch (kind) {
        case hints::HintKind::Dot: return HintListModel::tr("● Dot");
        case hints::HintKind::Stroke: return HintListModel::tr("∿ Stroke");
        case hints::HintKind::Region: return HintListModel::tr("▱ Region");
    }
    return {};
}

}  // namespace

QString spanWords(const hints::Hint& hint) {
    switch (hint.span) {
        case hints::HintSpan::Frame: return HintListModel::tr("frame");
        case hints::HintSpan::Scene: return HintListModel::tr("scene");
        case hints::HintSpan::Range:
            return HintListModel::tr("frames %1 – %2").arg(hint.range.first).arg(hint.range.end - 1);
    }
    return {};
}

void HintListModel::setHints(std::vector<HintRow> rows) {
    const auto sameId = [](const HintRow& x, const HintRow& y) { return x.id == y.id; };
    if (!std::equal(rows.begin(), rows.end(), rows_.begin(), rows_.end(), sameId)) {
        beginResetModel();
        rows_ = std::move(rows);
        endResetModel();
        return;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows_[i] == rows[i]) continue;
        rows_[i] = std::move(rows[i]);
        Q_EMIT dataChanged(index(static_cast<int>(i), 0), index(static_cast<int>(i), ColumnCount - 1));
    }
}

void HintListModel::setPalette(std::vector<hints::PaletteSlot> palette) {
    palette_ = std::move(palette);
    if (!rows_.empty()) Q_EMIT dataChanged(index(0, ColorColumn), index(rowCount() - 1, ColorColumn));
}

int HintListModel::rowOf(qint64 id) const {
    const auto row = std::find_if(rows_.begin(), rows_.end(), [&](const auto& r) { return r.id == id; });
    return row == rows_.end() ? -1 : static_cast<int>(row - rows_.begin());
}

int HintListModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}
int HintListModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant HintListModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& [id, hint] = rows_[static_cast<std::size_t>(index.row())];
    if (role == Qt::DecorationRole && index.column() == ColorColumn)
        return swatchIcon(shownColor(abOf(hint.color, palette_), kListLightness), QGuiApplication::palette());
    if (role != Qt::DisplayRole) return {};
    switch (index.column()) {
        case KindColumn: return kindWords(hint.kind);
        case ColorColumn: return wordsOf(hint.color);
        case SpanColumn: return spanWords(hint);
        case IdColumn: return id;
        default: return {};
    }
}

QVariant HintListModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return QAbstractTableModel::headerData(section, orientation, role);
    switch (section) {
        case KindColumn: return tr("Kind");
        case ColorColumn: return tr("Colour");
        case SpanColumn: return tr("Holds for");
        case IdColumn: return tr("No.");
        default: return {};
    }
}

}  // namespace tintreel::ui
