// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

#include "canvas/canvas.h"
#include "panels/color_panel.h"
#include "panels/hint_inspector.h"
#include "studio/studio.h"

namespace tintreel::ui {

/// Joins the canvas, the colour panel and the list of hints with the studio: what is painted becomes edits, what the
/// document holds is shown. GUI thread.
class CanvasBinding : public QObject {
    Q_OBJECT
public:
    CanvasBinding(Studio& studio, Canvas& canvas, ColorPanel& colors, HintInspector& hints, QObject* parent);

    void setOnionSkin(bool on);
    void setSpan(hints::HintSpan span);
    [[nodiscard]] hints::HintSpan span() const { return span_; }
    /// The colour that the next hint carries.
    void setColor(const hints::HintColor& color);

Q_SIGNALS:
    /// Where the pointer is and what it shows, for the status line.
    void pointerText(const QString& text);
    void spanChanged();

private:
    void showFrame();
    void showView();
    void pointAt(QPointF frame, bool inside);
    void showPointer();
    void pick(QPointF frame);
    hints::Hint withRange(hints::Hint hint) const;
    [[nodiscard]] std::vector<CanvasHint> shown(const std::vector<project::StoredHint>& hints) const;

    Studio& studio_;
    Canvas& canvas_;
    ColorPanel& colors_;
    HintInspector& hints_;
    hints::HintSpan span_ = hints::HintSpan::Scene;
    bool onionSkin_ = true;
    QPointF pointer_{0.5, 0.5};
    bool inside_ = false;
    QTimer rest_;  // the pointer rests: suggestions are asked for
};

}  // namespace tintreel::ui
