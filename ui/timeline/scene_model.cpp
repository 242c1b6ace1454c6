// SPDX-License-Identifier: Apache-2.0
#include "timeline/scene_model.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "timeline/scene_badge.h"

namespace tintreel::ui {
namespace {

QList<int> changedRoles(const TimelineScene& a, const TimelineScene& b) {
    QList<int> roles;
    if (a.range != b.range) roles << SceneModel::RangeRole << Qt::DecorationRole;
    if (a.status != b.status) roles << SceneModel::StatusRole << SceneModel::StatusTextRole;
    if (a.notes != b.notes) roles << SceneModel::NotesRole;
    if (a.cutByHand != b.cutByHand) roles << SceneModel::CutByHandRole;
    if (!roles.isEmpty()) roles << Qt::ToolTipRole << Qt::AccessibleDescriptionRole;
    return roles;
}

}  // namespace

SceneModel::SceneModel(QObject* parent) : QAbstractListModel(parent), thumbnails_(kThumbnailCacheKilobytes) {}

void SceneModel::setScenes(std::vector<TimelineScene> scenes) {
    const auto sameRange = [](const TimelineScene& a, const TimelineScene& b) { return a.range == b.range; };
    const auto forward = std::mismatch(scenes_.begin(), scenes_.end(), scenes.begin(), scenes.end(), sameRange);
    const auto head = static_cast<std::size_t>(forward.first - scenes_.begin());
    const auto oldRest = std::make_reverse_iterator(forward.first);
    const auto newRest = std::make_reverse_iterator(forward.second);
    const auto tail = static_cast<std::size_t>(
        std::mismatch(scenes_.rbegin(), oldRest, scenes.rbegin(), newRest, sameRange).first - scenes_.rbegin());
    if (scenes_.size() != scenes.size() && head + tail == 0) {
        beginResetModel();
        scenes_ = std::move(scenes);
        numbers_.resize(scenes_.size());
        std::iota(numbers_.begin(), numbers_.end(), 1);
        endResetModel();
        return;
    }
    // Between the scenes that stayed: as many as there are on both sides change, the others come or go.
    const std::size_t oldMiddle = scenes_.size() - head - tail;
    const std::size_t newMiddle = scenes.size() - head - tail;
    const std::size_t common = head + std::min(oldMiddle, newMiddle);
    setRows(0, scenes.begin(), common);
    const auto at = static_cast<std::ptrdiff_t>(common);
    if (oldMiddle > newMiddle) {
        const auto gone = static_cast<std::ptrdiff_t>(oldMiddle - newMiddle);
        beginRemoveRows({}, static_cast<int>(at), static_cast<int>(at + gone) - 1);
        scenes_.erase(scenes_.begin() + at, scenes_.begin() + at + gone);
        numbers_.erase(numbers_.begin() + at, numbers_.begin() + at + gone);
        endRemoveRows();
    } else if (newMiddle > oldMiddle) {
        const auto come = static_cast<std::ptrdiff_t>(newMiddle - oldMiddle);
        beginInsertRows({}, static_cast<int>(at), static_cast<int>(at + come) - 1);
        scenes_.insert(scenes_.begin() + at, scenes.begin() + at, scenes.begin() + at + come);
        numbers_.insert(numbers_.begin() + at, static_cast<std::size_t>(come), 0);
        std::iota(numbers_.begin() + at, numbers_.begin() + at + come, static_cast<int>(at) + 1);
        endInsertRows();
    }
    const std::size_t rest = scenes_.size() - tail;
    setRows(rest, scenes.begin() + static_cast<std::ptrdiff_t>(rest), tail);
    if (oldMiddle != newMiddle) renumber(rest);
}

/// Neighbouring rows with the same changes go out as one signal.
void SceneModel::setRows(std::size_t first, std::vector<TimelineScene>::const_iterator from, std::size_t count) {
    for (std::size_t row = first; row < first + count;) {
        const auto roles = changedRoles(scenes_[row], from[static_cast<std::ptrdiff_t>(row - first)]);
        std::size_t end = row;
        for (; end < first + count; ++end) {
            const auto& scene = from[static_cast<std::ptrdiff_t>(end - first)];
            if (changedRoles(scenes_[end], scene) != roles) break;
            scenes_[end] = scene;
        }
        if (!roles.isEmpty()) Q_EMIT dataChanged(index(static_cast<int>(row)), index(static_cast<int>(end) - 1), roles);
        row = end;
    }
}

void SceneModel::renumber(std::size_t first) {
    if (first >= scenes_.size()) return;
    std::iota(numbers_.begin() + static_cast<std::ptrdiff_t>(first), numbers_.end(), static_cast<int>(first) + 1);
    Q_EMIT dataChanged(index(static_cast<int>(first)), index(rowCount() - 1),
                       {Qt::DisplayRole, Qt::ToolTipRole, Qt::AccessibleTextRole});
}

void SceneModel::setScene(int row, const TimelineScene& scene) {
    if (row < 0 || row >= rowCount()) return;
    const std::vector<TimelineScene> one{scene};
    setRows(static_cast<std::size_t>(row), one.begin(), 1);
}

void SceneModel::setStatus(int row, SceneStatus status) {
    if (row < 0 || row >= rowCount()) return;
    auto scene = scenes_[static_cast<std::size_t>(row)];
    scene.status = status;
    setScene(row, scene);
}

void SceneModel::setNotes(int row, const QString& notes) {
    if (row < 0 || row >= rowCount()) return;
    auto scene = scenes_[static_cast<std::size_t>(row)];
    scene.notes = notes;
    setScene(row, scene);
}

int SceneModel::rowAt(FrameIndex frame) const {
    const auto after = std::upper_bound(scenes_.begin(), scenes_.end(), frame,
                                        [](FrameIndex f, const TimelineScene& s) { return f < s.range.first; });
    if (after == scenes_.begin() || !std::prev(after)->range.contains(frame)) return -1;
    return static_cast<int>(after - scenes_.begin()) - 1;
}

FrameIndex SceneModel::thumbnailFrame(int row) const {
    if (row < 0 || row >= rowCount()) return -1;
    const auto& range = scenes_[static_cast<std::size_t>(row)].range;
    return range.first + range.length() / 2;
}

void SceneModel::setThumbnail(FrameIndex frame, const QImage& image) {
    if (image.isNull()) {
        requested_.insert(frame);
        return;
    }
    requested_.erase(frame);
    auto small =
        image.height() > kThumbnailHeight ? image.scaledToHeight(kThumbnailHeight, Qt::SmoothTransformation) : image;
    const auto kilobytes = std::max<qsizetype>(small.sizeInBytes() / 1024, 1);
    thumbnails_.insert(frame, new QImage(std::move(small)), kilobytes);
    const int row = rowAt(frame);
    if (row >= 0 && thumbnailFrame(row) == frame) Q_EMIT dataChanged(index(row), index(row), {Qt::DecorationRole});
}

QImage SceneModel::thumbnail(int row) const {
    const FrameIndex frame = thumbnailFrame(row);
    if (frame < 0) return {};
    if (const auto* image = thumbnails_.object(frame)) return *image;
    if (requested_.insert(frame).second) {
        // Painting asks for many: they go out together, and not from within a paint event.
        auto* self = const_cast<SceneModel*>(this);
        if (wanted_.empty()) QMetaObject::invokeMethod(self, &SceneModel::emitWanted, Qt::QueuedConnection);
        wanted_.push_back(frame);
    }
    return {};
}

void SceneModel::emitWanted() {
    for (const auto wanted = std::exchange(wanted_, {}); const FrameIndex frame : wanted) Q_EMIT thumbnailWanted(frame);
}

void SceneModel::forgetRequests() {
    requested_.clear();
    if (!scenes_.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1), {Qt::DecorationRole});
}

void SceneModel::clearThumbnails() {
    thumbnails_.clear();
    forgetRequests();
}

int SceneModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(scenes_.size());
}

QVariant SceneModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || !checkIndex(index, CheckIndexOption::ParentIsInvalid)) return {};
    const auto& scene = scenes_[static_cast<std::size_t>(index.row())];
    const int number = numbers_[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole: return tr("Scene %1").arg(number);
        case Qt::DecorationRole: {
            const auto image = thumbnail(index.row());
            return image.isNull() ? QVariant() : QVariant(image);
        }
        case Qt::ToolTipRole:
        case Qt::AccessibleDescriptionRole: {
            auto text = tr("Scene %1, frames %2 to %3: %4")
                            .arg(number)
                            .arg(scene.range.first)
                            .arg(scene.range.end - 1)
                            .arg(sceneStatusText(scene.status));
            if (scene.cutByHand) text += tr(", cut by hand");
            return scene.notes.isEmpty() ? text : text + u'\n' + scene.notes;
        }
        case RangeRole: return QVariant::fromValue(scene.range);
        case StatusRole: return static_cast<int>(scene.status);
        case StatusTextRole: return sceneStatusText(scene.status);
        case NotesRole: return scene.notes;
        case CutByHandRole: return scene.cutByHand;
        default: return {};
    }
}

QHash<int, QByteArray> SceneModel::roleNames() const {
    auto names = QAbstractListModel::roleNames();
    names.insert({{RangeRole, "range"},
                  {StatusRole, "status"},
                  {StatusTextRole, "statusText"},
                  {NotesRole, "notes"},
                  {CutByHandRole, "cutByHand"}});
    return names;
}

}  // namespace tintreel::ui
