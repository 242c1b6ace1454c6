// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "panels/histogram_view.h"
#include "panels/parade_view.h"
#include "panels/scope_image.h"
#include "panels/scopes_panel.h"
#include "panels/vectorscope_view.h"
#include "panels/waveform_view.h"
#include "support/events.h"

namespace tintreel::ui {
namespace {

RgbImage filled(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
    RgbImage rgb(width, height);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            auto* p = rgb.pixel(x, y);
            p[0] = r;
            p[1] = g;
            p[2] = b;
        }
    return rgb;
}

int countings(const ScopesPanel& panel) {
    int sum = 0;
    for (const auto* view : panel.findChildren<ScopeView*>()) sum += view->countings();
    return sum;
}

TEST(ScopesPanel, CountsNothingWhileHidden) {
    ScopesPanel panel;
    panel.setFrame(filled(64, 48, 100, 100, 100), color::Matrix::Bt709);
    panel.setFrame(filled(64, 48, 120, 100, 100), color::Matrix::Bt709);
    EXPECT_EQ(countings(panel), 0);
    panel.show();
    EXPECT_EQ(countings(panel), 4);
    EXPECT_TRUE(panel.findChild<ParadeView*>()->summary().contains(QStringLiteral("red 120")));
    panel.setFrame(filled(64, 48, 30, 30, 30), color::Matrix::Bt709);
    EXPECT_EQ(countings(panel), 8);
    panel.hide();
    panel.setFrame(filled(64, 48, 40, 40, 40), color::Matrix::Bt709);
    EXPECT_EQ(countings(panel), 8);
    panel.show();
    EXPECT_TRUE(panel.findChild<WaveformView*>()->summary().contains(QStringLiteral("from 40 to 40")));
}

TEST(ScopesPanel, OneScopeByKeyboardLeavesTheOthersIdle) {
    ScopesPanel panel;
    panel.show();
    auto* choice = panel.findChild<QComboBox*>(QStringLiteral("scopeChoice"));
    QTest::keyClick(choice, Qt::Key_Down);
    EXPECT_TRUE(panel.findChild<VectorscopeView*>()->isVisible());
    EXPECT_FALSE(panel.findChild<HistogramView*>()->isVisible());
    panel.setFrame(filled(8, 8, 1, 2, 3), color::Matrix::Bt601);
    EXPECT_EQ(countings(panel), 1);
    QTest::keyClick(choice, Qt::Key_Home);
    EXPECT_EQ(countings(panel), 4);
}

TEST(ScopesPanel, NoFrameSaysSo) {
    ScopesPanel panel;
    panel.show();
    panel.setFrame(filled(8, 8, 1, 2, 3), color::Matrix::Bt709);
    panel.setFrame({}, color::Matrix::Bt709);
    for (const auto* view : panel.findChildren<ScopeView*>()) {
        EXPECT_TRUE(view->summary().isEmpty());
        EXPECT_EQ(view->accessibleDescription(), QStringLiteral("no frame"));
    }
    panel.grab();
}

TEST(ScopesPanel, LargeFramesAreSampledNotMixed) {
    RgbImage stripes(1921, 10);
    for (int y = 0; y < 10; ++y)
        for (int x = 0; x < 1921; ++x)
            std::fill_n(stripes.pixel(x, y), 3, static_cast<std::uint8_t>(x % 2 == 0 ? 255 : 0));
    const auto small = sampled(stripes, 480);
    EXPECT_LE(small.width, 480);
    EXPECT_GE(small.width, 380);
    EXPECT_GE(small.height, 2);
    for (const auto sample : small.data) ASSERT_TRUE(sample == 0 || sample == 255);
    EXPECT_EQ(sampled(filled(480, 20, 1, 1, 1), 480).width, 480);
    EXPECT_TRUE(sampled({}, 480).empty());
}

TEST(ScopesPanel, CountsShowInTheirLogarithm) {
    color::Counts counts(3, 1);
    counts.at(1, 0) = 99;
    counts.at(2, 0) = 999;
    const auto image = imageOfCounts(counts, Qt::white);
    EXPECT_EQ(qAlpha(image.pixel(0, 0)), 0);
    EXPECT_NEAR(qAlpha(image.pixel(1, 0)), 170, 2);  // log 100 / log 1000 = ⅔
    EXPECT_EQ(qAlpha(image.pixel(2, 0)), 255);
}

TEST(ScopesPanel, TheWaveformHasTheFramesLevelAtItsPlace) {
    WaveformView view;
    view.resize(260, 280);
    view.show();
    const auto lit = [&](double level) {
        const auto image = view.grab().toImage();
        const auto base = view.palette().color(QPalette::Base);
        const int heading = image.height() - static_cast<int>(image.height() * level);
        int most = 0;
        for (int y = std::max(heading - 12, 0); y < std::min(heading + 12, image.height()); ++y)
            most = std::max(most, std::abs(qGray(image.pixel(200, y)) - qGray(base.rgb())));
        return most;
    };
    view.setFrame(std::make_shared<const RgbImage>(filled(64, 64, 160, 160, 160)), color::Matrix::Bt709);
    const int at = lit(0.60), below = lit(0.35);
    EXPECT_GT(at, below + 60);
}

TEST(ScopesPanel, NeutralFramesShowInTheMiddleOfTheVectorscope) {
    VectorscopeView view;
    view.resize(300, 320);
    view.show();
    view.setFrame(std::make_shared<const RgbImage>(filled(16, 16, 90, 90, 90)), color::Matrix::Bt709);
    EXPECT_TRUE(view.summary().contains(QStringLiteral("Cb 0.0 %, Cr 0.0 %")));
    view.setFrame(std::make_shared<const RgbImage>(filled(16, 16, 191, 0, 0)), color::Matrix::Bt709);
    EXPECT_TRUE(view.summary().contains(QStringLiteral("Cb -8.6 %, Cr 37.3 %"))) << view.summary().toStdString();
    view.grab();
}

}  // namespace
}  // namespace tintreel::ui
