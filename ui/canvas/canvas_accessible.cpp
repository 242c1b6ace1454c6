// SPDX-License-Identifier: Apache-2.0
#include "canvas/canvas_accessible.h"

#include <QAccessibleWidget>

#include "canvas/canvas.h"

namespace tintreel::ui {
namespace {

class CanvasAccessible : public QAccessibleWidget {
public:
    explicit CanvasAccessible(Canvas* canvas) : QAccessibleWidget(canvas, QAccessible::Canvas), canvas_(canvas) {}
    [[nodiscard]] QString text(QAccessible::Text what) const override {
        return what == QAccessible::Value ? canvas_->hud() : QAccessibleWidget::text(what);
    }

private:
    Canvas* canvas_;
};

QAccessibleInterface* make(const QString&, QObject* object) {
    auto* canvas = qobject_cast<Canvas*>(object);
    return canvas != nullptr ? new CanvasAccessible(canvas) : nullptr;
}

}  // namespace

void installCanvasAccessible() {
    static const bool once = (QAccessible::installFactory(make), true);
    Q_UNUSED(once);
}

}  // namespace tintreel::ui
