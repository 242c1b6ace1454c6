// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QWidget>

namespace tintreel::ui {

/// A patch of one colour.
class ColorSwatch : public QWidget {
    Q_OBJECT
public:
    explicit ColorSwatch(QSize size, QWidget* parent = nullptr);

    /// `words` is what a screen reader says.
    void setColor(const QColor& color, const QString& words);
    [[nodiscard]] QColor color() const { return color_; }
    [[nodiscard]] QSize sizeHint() const override { return size_; }
    [[nodiscard]] QSize minimumSizeHint() const override { return size_; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QSize size_;
    QColor color_ = Qt::gray;
};

}  // namespace tintreel::ui
