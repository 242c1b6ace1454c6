// SPDX-License-Identifier: Apache-2.0
#include "tintreel/color/corner_mark.h"

#include <gtest/gtest.h>

namespace tintreel::color {
namespace {

struct Picture {
    Plane<std::uint16_t> y, cb, cr;
    Picture(int width, int height, const YuvFormat& f, std::uint16_t luma)
        : y(width, height, luma),
          cb((width + (1 << f.chromaShiftX) - 1) >> f.chromaShiftX,
             (height + (1 << f.chromaShiftY) - 1) >> f.chromaShiftY, static_cast<std::uint16_t>(1 << (f.depth - 1))),
          cr(cb) {}
};

/// Turned clockwise as a player shows it.
Plane<std::uint16_t> shown(const Plane<std::uint16_t>& plane, int degrees) {
    if (degrees == 0) return plane;
    Plane<std::uint16_t> out(plane.height, plane.width);
    for (int y = 0; y < plane.height; ++y)
        for (int x = 0; x < plane.width; ++x) out.at(plane.height - 1 - y, x) = plane.at(x, y);
    return shown(out, degrees - 90);
}

TEST(CornerMark, StandsInTheLowerRightCornerWhicheverWayThePictureIsTurned) {
    const YuvFormat format{Matrix::Bt709, false, 8, 0, 0};
    Picture upright(640, 360, format, 100);
    const CornerMark mark(640, 360, 0, format);
    mark.draw(upright.y, upright.cb, upright.cr);
    const auto box = mark.box();
    EXPECT_GT(box.x, 320);
    EXPECT_GT(box.y, 300);
    EXPECT_LT(box.x + box.width, 640) << "with a margin";
    EXPECT_LT(box.y + box.height, 360);
    EXPECT_LT(box.width * box.height, 640 * 360 / 100) << "small";
    for (const int degrees : {90, 180, 270}) {
        const bool turned = degrees != 180;
        Picture coded(turned ? 360 : 640, turned ? 640 : 360, format, 100);
        CornerMark(coded.y.width, coded.y.height, degrees, format).draw(coded.y, coded.cb, coded.cr);
        EXPECT_EQ(shown(coded.y, degrees), upright.y) << degrees;
        EXPECT_EQ(shown(coded.cr, degrees), upright.cr) << degrees;
    }
}

TEST(CornerMark, ChangesLumaAndChromaInItsBoxAlone) {
    for (const auto& format : {YuvFormat{Matrix::Bt709, false, 8, 1, 1}, YuvFormat{Matrix::Bt601, true, 10, 1, 0},
                               YuvFormat{Matrix::Bt2020, false, 16, 0, 0}})
        for (const auto& [width, height] : {std::pair{1921, 1081}, {96, 64}, {20, 9}, {1, 1}}) {
            const auto grey = static_cast<std::uint16_t>(90 << (format.depth - 8));
            Picture picture(width, height, format, grey);
            const auto before = picture;
            const CornerMark mark(width, height, 0, format);
            mark.draw(picture.y, picture.cb, picture.cr);
            const auto box = mark.box();
            int changed = 0, brighter = 0, darker = 0, red = 0, blue = 0;
            for (int y = 0; y < height; ++y)
                for (int x = 0; x < width; ++x) {
                    const bool inside = x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
                    ASSERT_TRUE(inside || picture.y.at(x, y) == grey) << x << ' ' << y;
                    changed += picture.y.at(x, y) != grey;
                    brighter += picture.y.at(x, y) > grey;
                    darker += picture.y.at(x, y) < grey;
                }
            for (int y = 0; y < picture.cb.height; ++y)
                for (int x = 0; x < picture.cb.width; ++x) {
                    const bool inside = x >= box.x >> format.chromaShiftX && y >= box.y >> format.chromaShiftY &&
                                        x <= (box.x + box.width - 1) >> format.chromaShiftX &&
                                        y <= (box.y + box.height - 1) >> format.chromaShiftY;
                    ASSERT_TRUE(inside || picture.cb.at(x, y) == before.cb.at(x, y)) << x << ' ' << y;
                    ASSERT_LT(picture.cb.at(x, y), 1 << format.depth);
                    red += picture.cr.at(x, y) > before.cr.at(x, y);
                    blue += picture.cb.at(x, y) > before.cb.at(x, y);
                }
            if (width < 50) continue;
            EXPECT_GT(changed, 100);
            EXPECT_GT(brighter, 50) << "the word";
            EXPECT_GT(darker, 10) << "its shadow";
            EXPECT_GT(red, 3);
            EXPECT_GT(blue, 3);
        }
}

}  // namespace
}  // namespace tintreel::color
