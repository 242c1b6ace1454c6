// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <QPainter>
#include <QWidget>

#include "tintreel/base/image.h"
#include "tintreel/color/ycbcr.h"

namespace tintreel::ui {

/// What the four scopes share: title, frame, counting only while on show.
class ScopeView : public QWidget {
    Q_OBJECT
public:
    using Frame = std::shared_ptr<const RgbImage>;

    explicit ScopeView(const QString& title, QWidget* parent = nullptr);

    /// Null: none. Counted at once when the view is on show, else when it next is.
    void setFrame(Frame frame, color::Matrix matrix);
    /// How often frames were counted so far, so that tests can see idle scopes idle.
    [[nodiscard]] int countings() const { return countings_; }
    /// The plot in words, for screen readers and the heading; "" without a frame.
    [[nodiscard]] QString summary() const { return summary_; }

    [[nodiscard]] QSize sizeHint() const override { return {220, 190}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {110, 90}; }

protected:
    /// Counts a frame that is not empty; returns the summary.
    [[nodiscard]] virtual QString count(const RgbImage& frame, color::Matrix matrix) = 0;
    virtual void paintPlot(QPainter& painter, const QRectF& area) = 0;

    /// Text colour at an opacity of 0..1, for graticules.
    [[nodiscard]] QColor ink(float opacity) const;
    /// Lines across the plot at 0, 25, 50, 75 and 100 %, labelled.
    void paintLevels(QPainter& painter, const QRectF& area) const;

    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void countIfShown();

    QString title_, summary_;
    Frame frame_;
    color::Matrix matrix_ = color::Matrix::Bt709;
    bool counted_ = false;
    int countings_ = 0;
};

}  // namespace tintreel::ui
