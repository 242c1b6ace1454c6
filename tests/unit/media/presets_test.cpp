// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "support/shell.h"
#include "support/temp_dir.h"
#include "tintreel/media/output_format.h"
#include "tintreel/media/presets.h"

namespace tintreel::media {
namespace {

namespace fs = std::filesystem;

/// Presets of the program, and a user's in a folder of the test's own.
class PresetsTest : public ::testing::Test {
protected:
    PresetsTest() {
        ::setenv("XDG_CONFIG_HOME", dir_.path().c_str(), 1);
        fs::create_directories(userPresetsFolder());
    }
    ~PresetsTest() override { ::unsetenv("XDG_CONFIG_HOME"); }

    fs::path write(const std::string& id, const std::string& text) const {
        const auto file = userPresetsFolder() / (id + ".json");
        std::ofstream(file) << text;
        return file;
    }
    /// The error names the file, the place and what to do.
    void expectRefused(const std::string& text, const std::vector<std::string>& words) const {
        const auto file = write("mine", text);
        const auto preset = findPreset("mine");
        ASSERT_FALSE(preset) << text;
        EXPECT_EQ(preset.error().code, ErrorCode::Usage);
        EXPECT_NE(describe(preset.error()).find(file.string()), std::string::npos) << describe(preset.error());
        for (const auto& word : words)
            EXPECT_NE(describe(preset.error()).find(word), std::string::npos)
                << word << " in: " << describe(preset.error());
        const auto list = listPresets();
        ASSERT_TRUE(list) << "a mistake in a user's file leaves the others usable";
        EXPECT_EQ(list->back().id, "mine");
        EXPECT_NE(list->back().unavailable.find("mine.json"), std::string::npos);
    }
    testing::TempDir dir_;
};

const std::string kGood =
    R"({"title": "Mine", "extensions": ["mkv"], "codec": "h264", "encoders": [{"name": "libx264", "options": {"crf": "30"}}], "pixel-formats": ["yuv420p"], "even-sides": true})";

std::string with(const std::string& from, const std::string& to) {
    std::string text = kGood;
    return text.replace(text.find(from), from.size(), to);
}

TEST_F(PresetsTest, TheProgramsOwnInOrder) {
    const auto list = listPresets();
    ASSERT_TRUE(list) << describe(list.error());
    std::vector<std::string> ids;
    for (const auto& p : *list) ids.push_back(p.id);
    EXPECT_EQ(ids, (std::vector<std::string>{"review", "web", "web-av1", "mezzanine", "mezzanine-dnxhr", "master",
                                             "frames", "frames-tiff", "frames-dpx", "review-nvenc", "web-nvenc"}));
    for (const auto& p : *list) {
        EXPECT_TRUE(p.builtIn);
        EXPECT_FALSE(p.title.empty());
        EXPECT_FALSE(p.description.empty());
        EXPECT_TRUE(p.unavailable.empty() || p.id.find("nvenc") != std::string::npos) << p.id << ": " << p.unavailable;
    }
}

TEST_F(PresetsTest, AUsersPresetComesLastAndIsUsed) {
    write("mine", kGood);
    const auto list = listPresets();
    ASSERT_TRUE(list);
    EXPECT_EQ(list->back().id, "mine");
    EXPECT_FALSE(list->back().builtIn);
    EXPECT_EQ(list->back().unavailable, "");
    MediaInfo film;
    film.width = film.height = 65;
    film.layout.name = "yuv420p";
    const auto format = outputFormatFor("mine", "x.mkv", film);
    ASSERT_TRUE(format) << describe(format.error());
    EXPECT_EQ(format->encoder.options.at("crf"), "30");
    EXPECT_EQ(format->codedWidth, 66);
    EXPECT_TRUE(tryEncoder(*format, film));
    EXPECT_EQ(outputFormatFor("mine", "x.mp4", film).error().code, ErrorCode::Usage);
}

TEST_F(PresetsTest, MistakesNameFileKeyAndRemedy) {
    expectRefused(with("\"even-sides\"", "\"even-side\""), {"even-side", "did you mean \"even-sides\""});
    expectRefused(with("\"codec\": \"h264\"", "\"codec\": \"h2640\""), {"codec", "h2640", "ffmpeg -codecs"});
    expectRefused(with("\"codec\": \"h264\"", "\"codec\": \"hevc\""), {"libx264", "hevc"});
    expectRefused(with("\"crf\": \"30\"", "\"crif\": \"30\""), {"libx264", "crif", "ffmpeg -h encoder=libx264"});
    expectRefused(with("\"30\"", "30"), {"crf", "text"});
    expectRefused(with("[\"yuv420p\"]", "[\"yuv421p\"]"), {"yuv421p", "ffmpeg -pix_fmts"});
    expectRefused(with("[\"yuv420p\"]", "[\"yuv410p\"]"), {"libx264", "yuv410p"});
    expectRefused(with("\"extensions\": [\"mkv\"], ", ""), {"extensions", "missing"});
    expectRefused(with("\"options\"", "\"settings\""), {"settings", "options"});
    expectRefused(with("true}", "\"yes\"}"), {"even-sides", "true or false"});
    expectRefused("{\"title\": ", {"JSON"});
    expectRefused("[]", {"object"});

    write("review", kGood);
    const auto list = listPresets();
    ASSERT_TRUE(list);
    EXPECT_NE(list->back().unavailable.find("another name"), std::string::npos) << "the program's names are taken";
    EXPECT_EQ(findPreset("review")->encoders[0].options.at("crf"), "17");
    EXPECT_EQ(findPreset("revue").error().code, ErrorCode::Usage);
    EXPECT_EQ(findPreset("../review").error().code, ErrorCode::Usage);
}

TEST_F(PresetsTest, AMissingEncoderIsNamedBeforeTheStart) {
    write("exotic", with("libx264", "libx264_of_tomorrow"));
    const auto preset = findPreset("exotic");
    ASSERT_TRUE(preset) << "no mistake of the file";
    EXPECT_EQ(preset->encoder(), nullptr);
    EXPECT_NE(listPresets()->back().unavailable.find("libx264_of_tomorrow"), std::string::npos);
    MediaInfo film;
    film.width = film.height = 64;
    film.layout.name = "yuv420p";
    const auto format = outputFormatFor("exotic", "x.mkv", film);
    ASSERT_FALSE(format);
    EXPECT_EQ(format.error().code, ErrorCode::Output);
    EXPECT_NE(format.error().userMessage.find("libx264_of_tomorrow"), std::string::npos);

    // What an encoder refuses is known without a frame.
    film.width = 20000;
    film.height = 2;
    const auto wide = tryEncoder(*outputFormatFor("review", "x.mp4", film), film);
    ASSERT_FALSE(wide);
    EXPECT_NE(wide.error().userMessage.find("20000x2"), std::string::npos);
    EXPECT_TRUE(tryEncoder(*outputFormatFor("master", "x.mkv", film), film));
}

TEST_F(PresetsTest, DepthRangeAndFieldsByTheStatedRules) {
    MediaInfo film;
    film.width = 640;
    film.height = 482;
    film.layout = {"yuv420p10le", 10, 1, 1, false, false, false};
    film.assumed.fullRange = true;
    EXPECT_EQ(outputFormatFor("web", "x.mp4", film)->pixelFormat, "yuv420p10le");
    EXPECT_EQ(outputFormatFor("master", "x.mkv", film)->pixelFormat, "yuv420p10le");
    EXPECT_TRUE(outputFormatFor("master", "x.mkv", film)->lumaExact);
    const auto review = outputFormatFor("review", "x.mp4", film),
               mezzanine = outputFormatFor("mezzanine", "x.mov", film);
    EXPECT_EQ(review->depth, 8);
    EXPECT_NE(review->notes.at(0).find("review keeps 8"), std::string::npos) << review->notes.at(0);
    EXPECT_EQ(mezzanine->depth, 10);
    EXPECT_FALSE(mezzanine->tags.fullRange);
    EXPECT_NE(mezzanine->notes.at(0).find("limited range"), std::string::npos);
    VideoFrame frame;
    frame.depth = 10;
    frame.fullRange = true;
    frame.y = Plane<std::uint16_t>(3, 1);
    frame.y.data = {0, 512, 1023};
    fitToOutput(frame, *mezzanine);
    EXPECT_EQ(frame.y.data, (std::vector<std::uint16_t>{64, 502, 940}))
        << "BT.709: black 64, white 940; 64 + 876·512/1023 = 502.4";

    film.fieldOrder = "tt";
    EXPECT_EQ(outputFormatFor("review", "x.mp4", film)->codedHeight, 484) << "whole chroma rows in each field";
    EXPECT_TRUE(outputFormatFor("mezzanine", "x.mov", film)->interlaced);
    const auto web = outputFormatFor("web", "x.mp4", film);
    ASSERT_FALSE(web);
    EXPECT_NE(web.error().userMessage.find("--deinterlace"), std::string::npos);
}

}  // namespace
}  // namespace tintreel::media
