// SPDX-License-Identifier: Apache-2.0
#include "timeline/scene_list_delegate.h"

#include <algorithm>

#include <QApplication>
#include <QListView>
#include <QPainter>

#include "timeline/scene_badge.h"
#include "timeline/scene_model.h"
#include "timeline/timeline_colors.h"

namespace tintreel::ui {
namespace {

constexpr int kMargin = 6;
constexpr int kPictureWidth = 96;
constexpr int kPictureHeight = 54;
constexpr int kCardWidth = 148;

bool isCard(const QStyleOptionViewItem& option) {
    const auto* list = qobject_cast<const QListView*>(option.widget);
    return list != nullptr && list->viewMode() == QListView::IconMode;
}

void paintPicture(QPainter& painter, const QRect& area, const QImage& image, const QPalette& palette) {
    painter.fillRect(area, blended(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.12));
    if (image.isNull()) return;
    const QSize size = image.size().scaled(area.size(), Qt::KeepAspectRatio);
    const QRect target(area.center() - QPoint(size.width() / 2 - 1, size.height() / 2 - 1), size);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.drawImage(target.intersected(area), image);
}

}  // namespace

void SceneListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    const auto* style = option.widget != nullptr ? option.widget->style() : QApplication::style();
    QStyleOptionViewItem panel = option;
    panel.showDecorationSelected = true;
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &panel, painter, option.widget);
    painter->save();
    QRect box = option.rect.adjusted(kMargin, kMargin, -kMargin, -kMargin);
    const bool card = isCard(option);
    const QSize pictureSize = card ? QSize(box.width(), box.width() * 9 / 16) : QSize(kPictureWidth, kPictureHeight);
    const QRect picture(box.topLeft(), pictureSize);
    paintPicture(*painter, picture, index.data(Qt::DecorationRole).value<QImage>(), option.palette);
    QRect text = card ? box.adjusted(0, pictureSize.height() + kMargin / 2, 0, 0)
                      : box.adjusted(pictureSize.width() + kMargin, 0, 0, 0);

    QPalette palette = option.palette;
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    if (selected) palette.setColor(QPalette::Text, palette.color(QPalette::HighlightedText));
    const auto range = index.data(SceneModel::RangeRole).value<FrameRange>();
    const int line = option.fontMetrics.height();
    const auto write = [&](const QString& words, const QFont& font, const QColor& color) {
        painter->setFont(font);
        painter->setPen(color);
        painter->drawText(text.left(), text.top(), text.width(), line, Qt::AlignLeft | Qt::AlignVCenter,
                          QFontMetrics(font).elidedText(words, Qt::ElideRight, text.width()));
        text.setTop(text.top() + line);
    };
    QFont bold = option.font;
    bold.setBold(true);
    const auto notes = index.data(SceneModel::NotesRole).toString();
    write(index.data().toString() + (notes.isEmpty() ? QString() : tr(" — %1").arg(notes.section(u'\n', 0, 0))), bold,
          palette.color(QPalette::Text));
    write(
        tr("%1 · %2 f", "first timecode and number of frames").arg(timecode(range.first, format_)).arg(range.length()),
        option.font,
        blended(palette.color(selected ? QPalette::Highlight : QPalette::Base), palette.color(QPalette::Text), 0.75));
    painter->setFont(option.font);
    paintSceneBadge(*painter, QRect(text.left(), text.top(), text.width(), line),
                    static_cast<SceneStatus>(index.data(SceneModel::StatusRole).toInt()), palette);
    painter->restore();
}

QSize SceneListDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
    const int lines = 3 * option.fontMetrics.height();
    if (isCard(option)) return {kCardWidth, 2 * kMargin + (kCardWidth - 2 * kMargin) * 9 / 16 + kMargin / 2 + lines};
    return {3 * kMargin + kPictureWidth + option.fontMetrics.averageCharWidth() * 22,
            2 * kMargin + std::max(kPictureHeight, lines)};
}

}  // namespace tintreel::ui
