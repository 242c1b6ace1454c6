// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <QImage>
#include <QList>
#include <QWidget>

#include "canvas/canvas_types.h"
#include "canvas/canvas_view.h"

namespace tintreel::ui {

/// The picture of the film with its hints, and the tools that make them. It keeps no document: it shows what it is
/// given and tells by signals what the user did; who owns the hints gives them back by setHints(). GUI thread. Frame
/// coordinates are 0..1 of the picture as shown, radii shares of its shorter side.
class Canvas : public QWidget {
    Q_OBJECT

public:
    explicit Canvas(QWidget* parent = nullptr);
    ~Canvas() override;

    /// Size of the picture in square pixels; empty: no film, the empty text is shown.
    void setShownSize(QSizeF size);
    /// The black-and-white and the coloured frame, each of any resolution of that aspect. Null: there is none (yet).
    void setSource(const QImage& image);
    void setResult(const QImage& image);
    /// What to do when there is no film.
    void setEmptyText(const QString& text);
    /// One line of status in a corner of the picture.
    void setHud(const QString& text);
    /// What stands over the source's side: "SOURCE", unless another picture was given as the source.
    void setSourceName(const QString& name);
    [[nodiscard]] QString hud() const;

    /// Later ones lie on top. A gesture on a hint that is not among them any more is cancelled.
    void setHints(std::vector<CanvasHint> hints);
    /// Of neighbouring keyframes: faint and dashed, not editable.
    void setOnionHints(std::vector<CanvasHint> hints);
    /// Hidden hints cannot be selected or erased either.
    void setHintsVisible(bool visible);
    [[nodiscard]] qint64 selectedHint() const;

    void setTool(Tool tool);
    [[nodiscard]] Tool tool() const;
    /// Kept within kSmallestBrush..kLargestBrush.
    void setBrushRadius(double share);
    [[nodiscard]] double brushRadius() const;
    /// What new hints carry. A hint in the making on another frame is cancelled.
    void setBrush(hints::HintColor color, QColor shown);
    void setSpan(hints::HintSpan span);
    void setFrame(FrameIndex frame);

    void setCompare(Compare compare);
    [[nodiscard]] Compare compare() const;
    /// Position 0..1 of the picture's width (vertical line: source on its left) or height (source above).
    void setWipe(double position, bool vertical);
    /// Shows a small mark that the network is at work.
    void setBusy(bool busy);

    void fit();
    void actualSize();
    void toggleFit();
    void zoomIn();
    void zoomOut();
    /// Device pixels a picture pixel: 1 is 100 %.
    [[nodiscard]] double zoom() const;
    void setSurround(QColor color);
    /// Where the picture lies, widget coordinates; in Split that of the left pane (the right one is half the width
    /// further).
    [[nodiscard]] QRectF pictureRect() const;
    [[nodiscard]] const CanvasView& view() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The hint in the making at every change, also one that is moved; then one of hintDrawn, hintMoved,
    /// drawingCancelled.
    void hintDrawing(const tintreel::hints::Hint& hint);
    /// The gesture is over: one undo step.
    void hintDrawn(const tintreel::hints::Hint& hint);
    void drawingCancelled();
    void hintMoving(qint64 id, const tintreel::hints::Hint& hint);
    void hintMoved(qint64 id, const tintreel::hints::Hint& hint);
    /// By eraser, Delete or right click: one undo step.
    void hintsErased(const QList<qint64>& ids);
    /// 0: none.
    void hintSelected(qint64 id);
    void pointerMoved(QPointF frame, bool inside);
    /// By the picker, or Ctrl and the button; again for each move with the button down.
    void colorPicked(QPointF frame);
    void brushRadiusChanged(double share);
    void wipeChanged(double position, bool vertical);
    void viewChanged();
    /// Space was pressed and released, and not used to pan.
    void spaceTapped();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void tabletEvent(QTabletEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tintreel::ui
