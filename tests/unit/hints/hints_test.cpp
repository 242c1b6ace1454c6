// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "tintreel/hints/hint.h"

namespace tintreel::hints {
namespace {

const std::string kExample = R"({
  "format": "tintreel-hints", "version": 1,
  "palette": [ { "name": "dress", "color": { "rgb": "#a03040" } } ],
  "hints": [
    { "frame": 0, "span": "scene", "kind": "dot", "points": [[0.41, 0.37]], "radius": 0.012, "color": { "ab": [18.2, 21.0] } },
    { "frame": 0, "span": "frame", "kind": "stroke", "points": [[0.10, 0.80], [0.15, 0.82]], "radius": 0.02, "color": { "palette": "dress" } },
    { "frame": 48, "span": [48, 96], "kind": "region", "points": [[0.1, 0.1], [0.9, 0.1], [0.5, 0.6]], "color": { "rgb": "#7088a0" } },
    { "frame": 48, "span": "frame", "kind": "dot", "points": [[0.7, 0.2]], "radius": 0.02, "color": "neutral" }
  ]
})";

TEST(HintsFile, ReadsTheFormatsExampleAndWritesItBack) {
    const auto document = parseHints(kExample, "x.json");
    ASSERT_TRUE(document) << describe(document.error());
    EXPECT_EQ(document->hints.size(), 4U);
    EXPECT_EQ(document->frames(), (std::vector<FrameIndex>{0, 48}));
    EXPECT_NEAR(document->colorOf(document->hints[1]).a, 46.5, 1.0) << "#a03040 in CIELAB";
    EXPECT_EQ(document->colorOf(document->hints[3]), AbColor{});
    const auto again = parseHints(writeHints(*document), "y.json");
    ASSERT_TRUE(again) << describe(again.error());
    EXPECT_EQ(*again, *document);
}

struct Bad {
    const char* hint;
    const char* message;  // must be part of it
};

class BadHint : public ::testing::TestWithParam<Bad> {};

TEST_P(BadHint, IsRefusedWithItsPlace) {
    const std::string text =
        std::string(
            R"({"format":"tintreel-hints","version":1,"hints":[{"frame":1,"kind":"dot","points":[[0,0]],"radius":0.1,"color":"neutral"},)") +
        GetParam().hint + "]}";
    const auto document = parseHints(text, "h.json");
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().code, ErrorCode::Input);
    EXPECT_NE(document.error().userMessage.find(GetParam().message), std::string::npos) << document.error().userMessage;
    EXPECT_NE(document.error().userMessage.find("h.json"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadHint,
    ::testing::Values(
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"radius":0.1,"colour":"neutral"})",
            "hints[1].colour: unknown key, did you mean \"color\"?"},
        Bad{R"({"frame":-1,"kind":"dot","points":[[0,0]],"radius":0.1,"color":"neutral"})", "hints[1].frame"},
        Bad{R"({"frame":1.5,"kind":"dot","points":[[0,0]],"radius":0.1,"color":"neutral"})", "hints[1].frame"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,1.2]],"radius":0.1,"color":"neutral"})", "hints[1].points[0][1]"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,NaN]],"radius":0.1,"color":"neutral"})", "NaN"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,1e999]],"radius":0.1,"color":"neutral"})", "h.json"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0],[1,1]],"radius":0.1,"color":"neutral"})", "a dot has one point"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"color":"neutral"})", "radius"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"radius":0,"color":"neutral"})", "hints[1].radius"},
        Bad{R"({"frame":0,"kind":"region","points":[[0,0],[1,1]],"color":"neutral"})", "at least three"},
        Bad{R"({"frame":0,"kind":"region","points":[[0,0],[1,1],[0,1]],"radius":0.1,"color":"neutral"})", "no radius"},
        Bad{R"({"frame":0,"kind":"blob","points":[[0,0]],"radius":0.1,"color":"neutral"})", "hints[1].kind"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"radius":0.1,"color":{"ab":[200,0]}})", "hints[1].color.ab[0]"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"radius":0.1,"color":{"rgb":"red"}})", "hints[1].color.rgb"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"radius":0.1,"color":{"palette":"x"}})", "no slot 'x'"},
        Bad{R"({"frame":0,"kind":"dot","points":[[0,0]],"radius":0.1,"color":{"ab":[1,1],"rgb":"#000000"}})", "one of"},
        Bad{R"({"frame":0,"span":[1,5],"kind":"dot","points":[[0,0]],"radius":0.1,"color":"neutral"})", "own frame"},
        Bad{R"({"frame":0,"span":[5,1],"kind":"dot","points":[[0,0]],"radius":0.1,"color":"neutral"})",
            "hints[1].span"},
        Bad{R"({"frame":0,"frame":0,"kind":"dot","points":[[0,0]],"radius":0.1,"color":"neutral"})", "twice"}));

TEST(HintsFile, DamagedTextNeverCrashes) {
    std::mt19937 random(1);
    for (int i = 0; i < 3000; ++i) {
        std::string text = kExample;
        for (int k = 0; k < 3; ++k) text[random() % text.size()] = static_cast<char>(random());
        const auto document = parseHints(text, "fuzz");
        if (document) {
            EXPECT_TRUE(parseHints(writeHints(*document), "again"));
        }
    }
    EXPECT_FALSE(parseHints("", "empty"));
    EXPECT_FALSE(parseHints("[]", "list"));
    EXPECT_FALSE(parseHints(R"({"format":"tintreel-hints","version":2,"hints":[]})", "v2"));
}

TEST(HintsFile, FramesBeyondTheFilmAreNamed) {
    const auto document = parseHints(kExample, "x.json");
    EXPECT_TRUE(checkFrames(*document, 96, "x.json"));
    EXPECT_FALSE(checkFrames(*document, 95, "x.json")) << "the range ends at 96";
    const auto refused = checkFrames(*document, 40, "x.json");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().userMessage.find("hints[2].frame: frame 48"), std::string::npos)
        << refused.error().userMessage;
}

HintRaster raster(const std::vector<Hint>& hints, int width, int height) {
    HintDocument document;
    std::vector<const Hint*> all;
    for (const auto& hint : hints) all.push_back(&hint);
    return rasterize(document, all, width, height);
}

TEST(Rasterize, CoverageAgreesWithSupersampling) {
    const Hint dot{0, HintSpan::Scene, {}, HintKind::Dot, {{0.43, 0.61}}, 0.2, AbColor{30, -20}};
    const Hint stroke{0,    HintSpan::Scene, {}, HintKind::Stroke, {{0.2, 0.2}, {0.8, 0.5}, {0.3, 0.9}},
                      0.07, AbColor{30, -20}};
    const Hint region{0, HintSpan::Scene, {}, HintKind::Region, {{0.1, 0.1}, {0.95, 0.3}, {0.5, 0.9}},
                      0, AbColor{30, -20}};
    constexpr int kWidth = 60, kHeight = 40, kSub = 16;
    const auto segment = [](double x, double y, Point p, Point q) {
        const double dx = q.x - p.x, dy = q.y - p.y, l = dx * dx + dy * dy,
                     t = l > 0 ? std::clamp(((x - p.x) * dx + (y - p.y) * dy) / l, 0.0, 1.0) : 0;
        return std::hypot(x - p.x - t * dx, y - p.y - t * dy);
    };
    for (const auto& hint : {dot, stroke, region}) {
        const auto result = raster({hint}, kWidth, kHeight);
        double difference = 0;
        for (int y = 0; y < kHeight; ++y)
            for (int x = 0; x < kWidth; ++x) {
                int hits = 0;
                for (int s = 0; s < kSub * kSub; ++s) {
                    const double px = x + (s % kSub + 0.5) / kSub, py = y + (s / kSub + 0.5) / kSub;
                    bool in = false;
                    std::vector<Point> points;
                    for (auto p : hint.points) points.push_back({p.x * kWidth, p.y * kHeight});
                    if (hint.kind == HintKind::Region) {
                        for (std::size_t i = 0; i < points.size(); ++i) {
                            const auto &p = points[i], &q = points[(i + 1) % points.size()];
                            if ((p.y <= py) != (q.y <= py) && px < p.x + (py - p.y) / (q.y - p.y) * (q.x - p.x))
                                in = !in;
                        }
                    } else {
                        for (std::size_t i = 0; i < points.size(); ++i)
                            in = in || segment(px, py, points[i > 0 ? i - 1 : 0], points[i]) <= hint.radius * kHeight;
                    }
                    hits += in;
                }
                difference = std::max(difference, std::fabs(double(hits) / (kSub * kSub) - result.mask.at(x, y)));
                if (result.mask.at(x, y) > 0) {
                    ASSERT_NEAR(result.ab.a.at(x, y), 30, 1e-4);
                    ASSERT_NEAR(result.ab.b.at(x, y), -20, 1e-4);
                }
            }
        EXPECT_LT(difference, 0.25) << "kind " << static_cast<int>(hint.kind);
    }
}

TEST(Rasterize, LaterHintsLieOnTopAndTheSmallestDotIsSeen) {
    const Hint below{0, HintSpan::Scene, {}, HintKind::Dot, {{0.5, 0.5}}, 0.3, AbColor{40, 0}};
    const Hint above{0, HintSpan::Scene, {}, HintKind::Dot, {{0.5, 0.5}}, 0.1, NeutralColor{}};
    const auto both = raster({below, above}, 64, 64);
    EXPECT_EQ(both.ab.a.at(32, 32), 0);
    EXPECT_EQ(both.ab.a.at(20, 32), 40);
    EXPECT_EQ(both.mask.at(2, 2), 0);
    const Hint tiny{0, HintSpan::Scene, {}, HintKind::Dot, {{1.0, 1.0}}, 1e-6, AbColor{5, 5}};
    EXPECT_EQ(raster({tiny}, 64, 64).mask.at(63, 63), 1);
}

TEST(References, AreFoundByTheirNumbers) {
    const testing::TempDir dir;
    EXPECT_FALSE(listReferences(dir / "none"));
    EXPECT_FALSE(listReferences(dir.path())) << "an empty folder is an error, not nothing to do";
    for (const char* name : {"ref_000048.png", "ref_000000.JPG", "other.png", "ref_x.png"})
        std::ofstream(dir / name) << "x";
    const auto found = listReferences(dir.path());
    ASSERT_TRUE(found);
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ((*found)[0].frame, 0);
    EXPECT_EQ((*found)[1].frame, 48);
    std::ofstream(dir / "ref_48.png") << "x";
    EXPECT_FALSE(listReferences(dir.path())) << "two pictures for one frame";
}

TEST(References, AspectMayDifferByTwoPercent) {
    EXPECT_TRUE(checkAspect("r.png", 450, 256, 448, 256));
    const auto refused = checkAspect("r.png", 400, 400, 448, 256);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().userMessage.find("400x400"), std::string::npos);
    EXPECT_NE(refused.error().userMessage.find("448x256"), std::string::npos);
}

}  // namespace
}  // namespace tintreel::hints
