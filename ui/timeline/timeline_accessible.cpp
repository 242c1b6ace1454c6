// SPDX-License-Identifier: Apache-2.0
#include "timeline/timeline_accessible.h"

#include <QAccessibleWidget>

#include "timeline/timeline_widget.h"

namespace tintreel::ui {
namespace {

class TimelineAccessible final : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit TimelineAccessible(TimelineWidget* timeline)
        : QAccessibleWidget(timeline, QAccessible::Slider), timeline_(timeline) {}

    void* interface_cast(QAccessible::InterfaceType type) override {
        return type == QAccessible::ValueInterface ? static_cast<QAccessibleValueInterface*>(this)
                                                   : QAccessibleWidget::interface_cast(type);
    }
    [[nodiscard]] QString text(QAccessible::Text what) const override {
        return what == QAccessible::Value ? timeline_->valueText() : QAccessibleWidget::text(what);
    }

    [[nodiscard]] QVariant currentValue() const override { return static_cast<qlonglong>(timeline_->playhead()); }
    void setCurrentValue(const QVariant& value) override { timeline_->moveTo(value.toLongLong()); }
    [[nodiscard]] QVariant maximumValue() const override {
        return static_cast<qlonglong>(std::max<FrameIndex>(0, timeline_->frames() - 1));
    }
    [[nodiscard]] QVariant minimumValue() const override { return static_cast<qlonglong>(0); }
    [[nodiscard]] QVariant minimumStepSize() const override { return static_cast<qlonglong>(1); }

    [[nodiscard]] QStringList actionNames() const override {
        return QStringList{increaseAction(), decreaseAction()} + QAccessibleWidget::actionNames();
    }
    void doAction(const QString& name) override {
        if (name == increaseAction()) timeline_->moveTo(timeline_->playhead() + 1);
        else if (name == decreaseAction()) timeline_->moveTo(timeline_->playhead() - 1);
        else QAccessibleWidget::doAction(name);
    }

private:
    TimelineWidget* timeline_;
};

QAccessibleInterface* make(const QString&, QObject* object) {
    auto* timeline = qobject_cast<TimelineWidget*>(object);
    return timeline != nullptr ? new TimelineAccessible(timeline) : nullptr;
}

}  // namespace

void installTimelineAccessible() {
    static const bool once = (QAccessible::installFactory(make), true);
    Q_UNUSED(once);
}

}  // namespace tintreel::ui
