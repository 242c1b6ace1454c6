// SPDX-License-Identifier: Apache-2.0
#include "canvas_fixture.h"

#include <algorithm>

namespace tintreel::ui {
namespace {

class CanvasSelect : public CanvasTest {
protected:
    CanvasSelect() {
        canvas.setTool(Tool::Select);
        canvas.setHints({dot(1, 0.2, 0.5), stroke(2, {{0.5, 0.4}, {0.7, 0.6}})});
    }
};

TEST_F(CanvasSelect, AClickSelectsAndAClickBesideItDoesNot) {
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.2, 0.5));
    EXPECT_EQ(canvas.selectedHint(), 1);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.6, 0.5));
    EXPECT_EQ(canvas.selectedHint(), 2);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.9, 0.1));
    EXPECT_EQ(canvas.selectedHint(), 0);
    ASSERT_EQ(selected.size(), 3);
    EXPECT_EQ(selected[1].at(0).toLongLong(), 2);
    EXPECT_EQ(moved.size() + moving.size(), 0);
}

TEST_F(CanvasSelect, ADragMovesTheWholeHint) {
    testing::drag(canvas, {at(0.6, 0.5), at(0.65, 0.45), at(0.7, 0.4)});
    ASSERT_EQ(moved.size(), 1);
    EXPECT_GE(moving.size(), 1);
    EXPECT_EQ(drawing.size(), moving.size()) << "the preview follows a move like a stroke";
    EXPECT_EQ(moved[0].at(0).toLongLong(), 2);
    const auto hint = moved[0].at(1).value<hints::Hint>();
    ASSERT_EQ(hint.points.size(), 2U);
    EXPECT_NEAR(hint.points[0].x, 0.6, 2 * pixel());
    EXPECT_NEAR(hint.points[0].y, 0.3, 4 * pixel());
    EXPECT_NEAR(hint.points[1].x - hint.points[0].x, 0.2, 1e-9);
    EXPECT_EQ(hint.color, hints::HintColor(hints::AbColor{20, 30})) << "the hint's own colour, not the brush's";
}

TEST_F(CanvasSelect, AMovedHintStaysInThePictureAndWhole) {
    testing::drag(canvas, {at(0.6, 0.5), QPoint(5000, -5000)});
    ASSERT_EQ(moved.size(), 1);
    const auto hint = moved[0].at(1).value<hints::Hint>();
    EXPECT_NEAR(hint.points[1].x, 1.0, 1e-12);
    EXPECT_NEAR(hint.points[0].y, 0.0, 1e-12);
    EXPECT_NEAR(hint.points[1].x - hint.points[0].x, 0.2, 1e-9);
    EXPECT_NEAR(hint.points[1].y - hint.points[0].y, 0.2, 1e-9);
    for (const auto& p : hint.points) EXPECT_TRUE(p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1);
}

TEST_F(CanvasSelect, EscapePutsItBack) {
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.5));
    testing::hover(canvas, at(0.4, 0.5), Qt::LeftButton);
    EXPECT_GE(moving.size(), 1);
    QTest::keyClick(&canvas, Qt::Key_Escape);
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.4, 0.5));
    EXPECT_EQ(cancelled.size(), 1);
    EXPECT_EQ(moved.size(), 0);
}

TEST_F(CanvasSelect, DeleteRemovesTheSelectedOne) {
    QTest::keyClick(&canvas, Qt::Key_Delete);
    EXPECT_EQ(erased.size(), 0);
    QTest::mouseClick(&canvas, Qt::LeftButton, {}, at(0.2, 0.5));
    QTest::keyClick(&canvas, Qt::Key_Delete);
    ASSERT_EQ(erased.size(), 1);
    EXPECT_THAT(erased[0].at(0).value<QList<qint64>>(), ::testing::ElementsAre(1));
    canvas.setHints({stroke(2, {{0.5, 0.4}, {0.7, 0.6}})});
    EXPECT_EQ(canvas.selectedHint(), 0);
    EXPECT_EQ(selected.back().at(0).toLongLong(), 0);
}

TEST_F(CanvasSelect, AHintThatVanishesIsLetGo) {
    QTest::mousePress(&canvas, Qt::LeftButton, {}, at(0.2, 0.5));
    testing::hover(canvas, at(0.4, 0.5), Qt::LeftButton);
    canvas.setHints({});
    QTest::mouseRelease(&canvas, Qt::LeftButton, {}, at(0.4, 0.5));
    EXPECT_EQ(moved.size(), 0);
    EXPECT_EQ(cancelled.size(), 1);
}

TEST_F(CanvasSelect, HintsAreSeenAndTellTheirKind) {
    // The area around the mark: how the picture under it was changed.
    const auto patch = [&](CanvasHint hint) {
        canvas.setHints({std::move(hint)});
        const QPoint middle = at(0.5, 0.5);
        return canvas.grab(QRect(middle - QPoint(9, 9), QSize(19, 19))).toImage();
    };
    auto free = dot(1, 0.5, 0.5), palette = free, neutral = free;
    palette.hint.color = hints::PaletteColor{"sky"};
    neutral.hint.color = hints::NeutralColor{};
    const auto asFree = patch(free), asPalette = patch(palette), asNeutral = patch(neutral);
    EXPECT_NE(asFree, asPalette) << "the same colour, another form";
    EXPECT_NE(asFree, asNeutral);
    EXPECT_NE(asPalette, asNeutral);
    canvas.setHintsVisible(false);
    EXPECT_EQ(seen(at(0.5, 0.5)), kOrange);
}

TEST_F(CanvasSelect, OutlinesShowOnBlackAndOnWhite) {
    canvas.setHints({dot(1, 0.5, 0.5, 0.1)});
    for (const QColor& ground : {QColor(Qt::black), QColor(Qt::white)}) {
        QImage image(160, 90, QImage::Format_RGB32);
        image.fill(ground);
        canvas.setResult(image);
        // Along a line from the dot outwards, over its edge.
        const QImage line = canvas.grab(QRect(at(0.5, 0.5) + QPoint(20, 0), QSize(30, 1))).toImage();
        int most = 0;
        for (int x = 0; x < line.width(); ++x)
            most = std::max(most, std::abs(qGray(line.pixel(x, 0)) - qGray(ground.rgb())));
        EXPECT_GT(most, 80);
    }
}

}  // namespace
}  // namespace tintreel::ui
