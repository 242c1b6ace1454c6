// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <vector>

#include <QAbstractListModel>
#include <QCache>
#include <QImage>

#include "timeline/timeline_data.h"

namespace tintreel::ui {

/// The scenes of a film, in order. Thumbnails come lazily: whoever paints a scene asks for its decoration, and where
/// there is none yet, thumbnailWanted() says so from the event loop. GUI thread.
class SceneModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        RangeRole = Qt::UserRole + 1,  ///< FrameRange
        StatusRole,                    ///< int of SceneStatus
        StatusTextRole,                ///< QString, translated
        NotesRole,                     ///< QString
        CutByHandRole                  ///< bool
    };

    explicit SceneModel(QObject* parent = nullptr);

    /// Ranges must be ascending and may not overlap. Tells views of what differs only: rows that changed, or that came
    /// and went; a reset happens where no scene is left of the ones before.
    void setScenes(std::vector<TimelineScene> scenes);
    /// Changes one scene; out of range rows are left alone.
    void setScene(int row, const TimelineScene& scene);
    void setStatus(int row, SceneStatus status);
    void setNotes(int row, const QString& notes);

    [[nodiscard]] const std::vector<TimelineScene>& scenes() const noexcept { return scenes_; }
    /// The scene of a frame; -1 where there is none. O(log n).
    [[nodiscard]] int rowAt(FrameIndex frame) const;
    /// The frame that stands for a scene: its middle, as many scenes begin with black.
    [[nodiscard]] FrameIndex thumbnailFrame(int row) const;

    /// A picture of thumbnailFrame() of a scene; is scaled down to kThumbnailHeight. A null one = there is none to be
    /// had, it is not asked for again.
    void setThumbnail(FrameIndex frame, const QImage& image);
    /// The thumbnail, or null (and then it is asked for). The cache is bounded: what was not painted for long is
    /// forgotten.
    [[nodiscard]] QImage thumbnail(int row) const;
    /// Forgets what was asked for and not answered (the loader gave it up): it is asked for again when painted.
    void forgetRequests();
    void clearThumbnails();

    static constexpr int kThumbnailHeight = 180;  ///< pixels; two of them for each logical one of the lightbox
    static constexpr int kThumbnailCacheKilobytes = 65536;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    /// Once for each frame until setThumbnail() answers; the scenes painted last come first.
    void thumbnailWanted(FrameIndex frame);

private:
    void setRows(std::size_t first, std::vector<TimelineScene>::const_iterator from, std::size_t count);
    void renumber(std::size_t first);
    void emitWanted();

    std::vector<TimelineScene> scenes_;
    // Views may look in between "rows came" and "those behind them have other numbers now": a row keeps its name until
    // it is told.
    std::vector<int> numbers_;
    mutable QCache<FrameIndex, QImage> thumbnails_;
    mutable std::set<FrameIndex> requested_;
    mutable std::vector<FrameIndex> wanted_;
};

}  // namespace tintreel::ui
