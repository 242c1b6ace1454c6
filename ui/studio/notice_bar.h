// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QLabel>
#include <QTimer>

namespace tintreel::ui {

/// One line over the canvas: what went wrong, until it is closed, or what went well, for a while. Its text can be
/// copied.
class NoticeBar : public QFrame {
    Q_OBJECT
public:
    static constexpr int kShownMilliseconds = 8000;

    explicit NoticeBar(QWidget* parent = nullptr);
    void show(const QString& text, bool problem);
    [[nodiscard]] QString text() const { return text_->text(); }
    [[nodiscard]] bool isProblem() const { return problem_; }

private:
    QLabel* mark_;
    QLabel* text_;
    QTimer hide_;
    bool problem_ = false;
};

}  // namespace tintreel::ui
