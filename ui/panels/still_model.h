// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QAbstractListModel>
#include <QImage>

#include "tintreel/base/media_time.h"
#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// A frame as it was once, and what made it so.
struct Still {
    QString name;  ///< not empty, unique but for case
    FrameIndex frame = 0;
    QImage picture;              ///< for the list; null: there is none at hand
    hints::HintDocument recipe;  ///< the frame's hints and the palette slots they use
};

/// The stills of a project. It never changes itself: a new name is asked for by renameWanted, and what became of it
/// comes back by setStills(). GUI thread.
class StillModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        FrameRole = Qt::UserRole + 1,  ///< qlonglong
        PictureRole,                   ///< QImage, null where there is none
    };
    static constexpr int kPictureSide = 320;  ///< pixels; larger pictures are scaled down
    static constexpr int kLongestName = 60;   ///< UTF-16 units, so that it fits into a file name

    using QAbstractListModel::QAbstractListModel;

    /// Rows are known by their names: those that stay are not removed, so selections and editors last.
    void setStills(std::vector<Still> stills);
    void setPicture(int row, const QImage& picture);
    /// First frames of the scenes, ascending: which scene a still is of.
    void setScenes(std::vector<FrameIndex> firsts);
    [[nodiscard]] const std::vector<Still>& stills() const { return stills_; }
    [[nodiscard]] int rowOf(const QString& name) const;  ///< -1: no such still

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    /// Two lines of text, name and place; to edit there is the name alone.
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void renameWanted(int row, const QString& name);
    /// A name was refused; why, for the user.
    void editRefused(const QString& reason);

private:
    [[nodiscard]] QString placeOf(const Still& still) const;

    std::vector<Still> stills_;
    std::vector<FrameIndex> scenes_;
};

}  // namespace tintreel::ui
