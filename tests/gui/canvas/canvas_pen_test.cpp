// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

#include <QPointingDevice>
#include <QTabletEvent>

#include "canvas/stroke_builder.h"

namespace tintreel::ui {
namespace {

class CanvasPen : public CanvasTest {
protected:
    void send(const QPointingDevice& device, QEvent::Type type, QPointF at, double pressure, Qt::MouseButton button,
              Qt::MouseButtons held) {
        QTabletEvent event(type, &device, at, canvas.mapToGlobal(at), pressure, 0, 0, 0, 0, 0, {}, button, held);
        QApplication::sendEvent(&canvas, &event);
        EXPECT_TRUE(event.isAccepted()) << "or Qt sends a mouse event besides";
    }
    void draw(const QPointingDevice& device, std::vector<QPointF> points, double pressure) {
        send(device, QEvent::TabletPress, points.front(), pressure, Qt::LeftButton, Qt::LeftButton);
        for (const auto& p : points) send(device, QEvent::TabletMove, p, pressure, Qt::NoButton, Qt::LeftButton);
        send(device, QEvent::TabletRelease, points.back(), 0, Qt::LeftButton, {});
    }

    static constexpr auto kAll = QInputDevice::Capability::Position | QInputDevice::Capability::Pressure;
    QPointingDevice pen{
        QStringLiteral("pen"), 1, QInputDevice::DeviceType::Stylus, QPointingDevice::PointerType::Pen, kAll, 1, 3};
    QPointingDevice rubber{QStringLiteral("rubber"),
                           2,
                           QInputDevice::DeviceType::Stylus,
                           QPointingDevice::PointerType::Eraser,
                           kAll,
                           1,
                           3};
    QPointingDevice plain{QStringLiteral("plain"),
                          3,
                          QInputDevice::DeviceType::Stylus,
                          QPointingDevice::PointerType::Pen,
                          QInputDevice::Capability::Position,
                          1,
                          1};
};

TEST_F(CanvasPen, PressureIsTheStrokesWidth) {
    canvas.setBrushRadius(0.1);
    draw(pen, {at(0.2, 0.3), at(0.5, 0.3)}, 0.4);
    ASSERT_EQ(drawn.size(), 1);
    EXPECT_NEAR(lastDrawn().radius, 0.1 * radiusScale(0.4), 1e-9);
    EXPECT_LT(lastDrawn().radius, 0.09);
    draw(pen, {at(0.2, 0.3), at(0.5, 0.3)}, 1.0);
    EXPECT_NEAR(lastDrawn().radius, 0.1, 1e-9);
    draw(plain, {at(0.2, 0.3), at(0.5, 0.3)}, 0.0);
    EXPECT_NEAR(lastDrawn().radius, 0.1, 1e-9) << "a pen that knows no pressure paints like a mouse";
}

TEST_F(CanvasPen, TheOtherEndErases) {
    canvas.setHints({dot(5, 0.4, 0.5)});
    draw(rubber, {at(0.2, 0.5), at(0.6, 0.5)}, 0.5);
    ASSERT_EQ(erased.size(), 1);
    EXPECT_THAT(erased[0].at(0).value<QList<qint64>>(), ::testing::ElementsAre(5));
    EXPECT_EQ(drawn.size(), 0);
    EXPECT_EQ(canvas.tool(), Tool::Brush) << "the tool is as it was";
    draw(pen, {at(0.2, 0.3), at(0.5, 0.3)}, 0.5);
    EXPECT_EQ(drawn.size(), 1);
}

TEST_F(CanvasPen, HoveringMovesTheRing) {
    send(pen, QEvent::TabletMove, at(0.5, 0.25), 0, Qt::NoButton, {});
    ASSERT_EQ(pointer.size(), 1);
    EXPECT_NEAR(pointer[0].at(0).toPointF().x(), 0.5, pixel());
    EXPECT_EQ(drawing.size(), 0);
}

}  // namespace
}  // namespace tintreel::ui
