// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QPointer>
#include <QWidget>

#include "timeline/timeline_painter.h"

class QMenu;
class QScrollBar;

namespace tintreel::ui {

/// The timeline of a film: ruler, scenes, keys, results, confidence, work range, markers, playhead. It shows and asks;
/// it changes nothing but its own playhead and view: whoever holds the project answers the signals and sets the new
/// data. GUI thread.
///
/// Click or drag anywhere but on a cut scrubs; wheel scrolls, Ctrl+wheel zooms at the pointer. A cut is taken within 5
/// px where both of its scenes are at least 6 px wide; dragged, it stays between its neighbours; clicked, it is
/// selected for Delete; Esc lets go. Keys: ←/→ ±1 frame, Shift ±1 s, Alt previous/next key, Ctrl previous/next marker,
/// ↑/↓ previous/next cut, Home/End.
class TimelineWidget : public QWidget {
    Q_OBJECT
public:
    explicit TimelineWidget(QWidget* parent = nullptr);
    ~TimelineWidget() override;

    /// 0 frames = none. Another length shows the whole film again; keys, states and so on stay until they are set anew.
    void setFilm(FrameIndex frames, Rational rate, bool dropFrame = false);
    /// Not owned; null = no scenes.
    void setModel(SceneModel* model);
    void setKeys(std::vector<TimelineKey> keys);
    void setMarkers(std::vector<TimelineMarker> markers);
    void setStates(std::vector<StateRun> states);
    void setConfidence(std::vector<ConfidenceRun> confidence);
    /// First and last frame of the work range, both included.
    void setInOut(std::optional<FrameIndex> in, std::optional<FrameIndex> out);
    /// Clamped to the film; scrolls where it runs out of view. Emits nothing.
    void setPlayhead(FrameIndex frame);
    [[nodiscard]] FrameIndex playhead() const noexcept { return content_.playhead; }
    /// As a user does it: the frame is clamped, and playheadMoved() is emitted where it changes.
    void moveTo(FrameIndex frame);
    [[nodiscard]] FrameIndex frames() const noexcept { return content_.frames; }
    [[nodiscard]] QString valueText() const;  ///< timecode of the playhead; "" without a film

    void zoomIn();  ///< around the playhead
    void zoomOut();
    void fitFilm();
    void zoomToScene();  ///< the one under the playhead

    /// x in pixels of this widget.
    [[nodiscard]] const TimelineMapping& mapping() const noexcept { return view_.mapping; }
    /// The part of the lane that shows frames.
    [[nodiscard]] QRect laneRect(Lane lane) const { return view_.layout.laneRect(lane); }
    /// Where the colours hold least; -1 when unknown.
    [[nodiscard]] FrameIndex worstConfidence() const noexcept { return content_.confidence.worst(); }
    /// -1 = none.
    [[nodiscard]] FrameIndex selectedCut() const noexcept { return view_.selectedCut; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void playheadMoved(FrameIndex frame);           ///< by the user; continuous while scrubbing
    void cutMoved(FrameIndex from, FrameIndex to);  ///< once, at release
    void cutRemoved(FrameIndex frame);              ///< its first frame
    void sceneActivated(int row);                   ///< double click
    void suggestKeyRequested(FrameIndex frame);
    void keyMenuRequested(FrameIndex frame, QPoint globalPos);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    enum class Gesture { None, Scrub, Cut };

    void relayout();
    void viewChanged();
    void scenesChanged();
    void describe();
    void updatePlayheadStrip(FrameIndex frame);
    void showPlayhead(FrameIndex frame);
    void goTo(FrameIndex frame);
    void scrubTo(double x);
    void dragCutTo(double x);
    void endGesture();
    void removeSelectedCut();
    /// -1 = none.
    [[nodiscard]] FrameIndex cutAt(QPoint position) const;
    [[nodiscard]] const TimelineKey* keyAt(QPoint position) const;
    /// Where a key press would go; nothing where it is not one of ours.
    [[nodiscard]] std::optional<FrameIndex> targetOf(const QKeyEvent& event) const;
    [[nodiscard]] QString tipAt(QPoint position) const;
    void showMenu(FrameIndex frame, FrameIndex cut, QPoint globalPosition);

    TimelineContent content_;
    TimelineView view_;
    QPointer<SceneModel> model_;
    QScrollBar* scrollBar_;
    Gesture gesture_ = Gesture::None;
    QPoint pressed_;
};

}  // namespace tintreel::ui
