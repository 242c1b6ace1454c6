// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QSpinBox>
#include <QTimer>
#include <QWidget>

#include "tintreel/hints/hint.h"

namespace tintreel::ui {

/// How long a hint holds: this frame, a range of frames, the scene. Ends are shown included; the range always contains
/// the hint's own frame.
class SpanEditor : public QWidget {
    Q_OBJECT
public:
    explicit SpanEditor(QWidget* parent = nullptr);

    void setFrameCount(FrameIndex count);
    /// Shows a hint's span, without a signal.
    void setHint(const hints::Hint& hint);
    /// Puts the span on show into a hint.
    void applyTo(hints::Hint& hint) const;
    /// Sends an edit that waits for the end of its gesture.
    void flush();
    [[nodiscard]] bool waiting() const { return stepped_.isActive(); }

Q_SIGNALS:
    /// Once a gesture: a choice, or a number some time after its last step.
    void edited();

private:
    void updateLimits();
    void onNumber();

    QComboBox* kind_;
    QSpinBox* from_;
    QSpinBox* to_;
    QTimer stepped_;
    FrameIndex frame_ = 0, count_ = 1;
    bool setting_ = false;
};

}  // namespace tintreel::ui
