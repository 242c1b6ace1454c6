// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStyledItemDelegate>

#include "timeline/timecode.h"

namespace tintreel::ui {

/// A SceneModel in a QListView as a lightbox: picture, name, first timecode and length, badge. Works as rows (ListMode)
/// and as cards (IconMode): the picture is on the left where the item is wide, else on top. GUI thread.
class SceneListDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void setFormat(const TimecodeFormat& format) { format_ = format; }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    TimecodeFormat format_;
};

}  // namespace tintreel::ui
