// SPDX-License-Identifier: Apache-2.0
#include "panels/still_model.h"

#include <algorithm>

#include <QGuiApplication>
#include <QIcon>
#include <QPainter>
#include <QPalette>

namespace tintreel::ui {
namespace {

QImage scaledDown(const QImage& picture) {
    const QSize most(StillModel::kPictureSide, StillModel::kPictureSide);
    if (picture.width() <= most.width() && picture.height() <= most.height()) return picture;
    return picture.scaled(most, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

bool same(const Still& a, const Still& b) {
    return a.name == b.name && a.frame == b.frame && a.picture.cacheKey() == b.picture.cacheKey() &&
           a.recipe == b.recipe;
}

/// A crossed-out frame: there is a still, its picture is not at hand.
QPixmap placeholder() {
    QPixmap pixmap(StillModel::kPictureSide, StillModel::kPictureSide * 9 / 16);
    pixmap.fill(QGuiApplication::palette().color(QPalette::AlternateBase));
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(QGuiApplication::palette().color(QPalette::PlaceholderText), 4));
    const auto box = pixmap.rect().adjusted(2, 2, -2, -2);
    painter.drawRect(box);
    painter.drawLine(box.topLeft(), box.bottomRight());
    painter.drawLine(box.bottomLeft(), box.topRight());
    return pixmap;
}

}  // namespace

void StillModel::setStills(std::vector<Still> stills) {
    for (auto& still : stills) still.picture = scaledDown(still.picture);
    const auto named = [](const Still& a, const Still& b) { return a.name == b.name; };
    const auto head =
        std::mismatch(stills_.begin(), stills_.end(), stills.begin(), stills.end(), named).first - stills_.begin();
    const auto shorter = std::min(stills_.size(), stills.size()) - static_cast<std::size_t>(head);
    auto tail =
        std::mismatch(stills_.rbegin(), stills_.rbegin() + static_cast<std::ptrdiff_t>(shorter), stills.rbegin(), named)
            .first -
        stills_.rbegin();
    // Between what is the same at both ends rows are changed in place as far as both have them; only the rest comes or
    // goes.
    const auto place = head + static_cast<std::ptrdiff_t>(shorter) - tail;
    const auto more = static_cast<std::ptrdiff_t>(stills.size()) - static_cast<std::ptrdiff_t>(stills_.size());
    if (more < 0) {
        beginRemoveRows({}, static_cast<int>(place), static_cast<int>(place - more - 1));
        stills_.erase(stills_.begin() + place, stills_.begin() + place - more);
        endRemoveRows();
    } else if (more > 0) {
        beginInsertRows({}, static_cast<int>(place), static_cast<int>(place + more - 1));
        stills_.insert(stills_.begin() + place, stills.begin() + place, stills.begin() + place + more);
        endInsertRows();
    }
    for (std::size_t i = 0; i < stills.size(); ++i) {
        if (same(stills_[i], stills[i])) continue;
        stills_[i] = std::move(stills[i]);
        const auto at = index(static_cast<int>(i));
        Q_EMIT dataChanged(at, at);
    }
}

void StillModel::setPicture(int row, const QImage& picture) {
    if (row < 0 || row >= rowCount()) return;
    stills_[static_cast<std::size_t>(row)].picture = scaledDown(picture);
    Q_EMIT dataChanged(index(row), index(row),
                       {Qt::DecorationRole, PictureRole, Qt::ToolTipRole, Qt::AccessibleDescriptionRole});
}

void StillModel::setScenes(std::vector<FrameIndex> firsts) {
    if (firsts == scenes_) return;
    scenes_ = std::move(firsts);
    if (!stills_.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DisplayRole});
}

int StillModel::rowOf(const QString& name) const {
    const auto found =
        std::find_if(stills_.begin(), stills_.end(), [&](const auto& still) { return still.name == name; });
    return found == stills_.end() ? -1 : static_cast<int>(found - stills_.begin());
}

QString StillModel::placeOf(const Still& still) const {
    const auto scene = std::upper_bound(scenes_.begin(), scenes_.end(), still.frame) - scenes_.begin();
    return scene == 0 ? tr("frame %1").arg(still.frame) : tr("scene %1, frame %2").arg(scene).arg(still.frame);
}

int StillModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(stills_.size());
}

QVariant StillModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
    const auto& still = stills_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole: return QString(still.name + QLatin1Char('\n') + placeOf(still));
        case Qt::EditRole: return still.name;
        case Qt::DecorationRole: {
            const auto pixmap = still.picture.isNull() ? placeholder() : QPixmap::fromImage(still.picture);
            QIcon icon(pixmap);
            // A style would tint the chosen one, whose colours are looked at.
            icon.addPixmap(pixmap, QIcon::Selected);
            return icon;
        }
        case Qt::ToolTipRole:
        case Qt::AccessibleDescriptionRole: {
            const auto hints = tr("%n hint(s)", nullptr, static_cast<int>(still.recipe.hints.size()));
            return still.picture.isNull() ? tr("%1; its picture is made anew when frame %2 is shown with these hints")
                                                .arg(hints)
                                                .arg(still.frame)
                                          : hints;
        }
        case FrameRole: return static_cast<qlonglong>(still.frame);
        case PictureRole: return still.picture;
        default: return {};
    }
}

bool StillModel::setData(const QModelIndex& index, const QVariant& value, int role) {
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return false;
    const auto name = value.toString().simplified().left(kLongestName);
    if (name == stills_[static_cast<std::size_t>(index.row())].name) return false;
    if (name.isEmpty()) {
        Q_EMIT editRefused(tr("A still needs a name."));
        return false;
    }
    for (int row = 0; row < rowCount(); ++row) {
        // Names are files' names too, and not every disk tells case apart.
        if (row == index.row() || stills_[static_cast<std::size_t>(row)].name.compare(name, Qt::CaseInsensitive) != 0)
            continue;
        Q_EMIT editRefused(tr("Another still is called “%1” already.").arg(name));
        return false;
    }
    Q_EMIT renameWanted(index.row(), name);
    return true;
}

Qt::ItemFlags StillModel::flags(const QModelIndex& index) const {
    const auto flags = QAbstractListModel::flags(index);
    return index.isValid() ? flags | Qt::ItemIsEditable | Qt::ItemNeverHasChildren : flags;
}

}  // namespace tintreel::ui
