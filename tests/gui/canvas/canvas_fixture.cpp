// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

namespace tintreel::ui {
namespace {

QImage plain(const QColor& color) {
    QImage image(320, 180, QImage::Format_RGB32);
    image.fill(color);
    return image;
}

CanvasHint hintOf(qint64 id, hints::HintKind kind, std::vector<hints::Point> points, double radius) {
    CanvasHint hint;
    hint.id = id;
    hint.hint.kind = kind;
    hint.hint.points = std::move(points);
    hint.hint.radius = radius;
    hint.hint.color = hints::AbColor{20, 30};
    hint.color = QColor(200, 80, 80);
    return hint;
}

}  // namespace

CanvasTest::CanvasTest() {
    canvas.resize(660, 380);
    canvas.show();
    canvas.setFocus();
    canvas.setShownSize({1600, 900});
    canvas.setSource(plain(kGrey));
    canvas.setResult(plain(kOrange));
    canvas.setBrush(hints::RgbColor{10, 200, 30}, QColor(10, 200, 30));
    canvas.setFrame(7);
    testing::settle();
    for (auto* spy : {&drawing, &drawn, &cancelled, &radius, &viewed, &pointer}) spy->clear();
}

QPoint CanvasTest::at(double x, double y) const { return canvas.view().canvasFromFrame({x, y}).toPoint(); }

QColor CanvasTest::seen(QPoint where) {
    const QImage image = canvas.grab().toImage();
    return QColor(image.pixel((QPointF(where) * image.devicePixelRatio()).toPoint()));
}

CanvasHint CanvasTest::dot(qint64 id, double x, double y, double radius) {
    return hintOf(id, hints::HintKind::Dot, {{x, y}}, radius);
}

CanvasHint CanvasTest::stroke(qint64 id, std::vector<hints::Point> points, double radius) {
    return hintOf(id, hints::HintKind::Stroke, std::move(points), radius);
}

CanvasHint CanvasTest::region(qint64 id, std::vector<hints::Point> corners) {
    return hintOf(id, hints::HintKind::Region, std::move(corners), 0);
}

}  // namespace tintreel::ui
