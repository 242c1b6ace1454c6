// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <fstream>
#include <set>
#include <vector>

#include "e2e/program.h"
#include "support/temp_dir.h"
#include "tintreel/base/atomic_file.h"
#include "tintreel/base/hash.h"

namespace tintreel::testing {

namespace fs = std::filesystem;

/// One row of the media checklist: films made by ffmpeg, coloured by the program with its own networks, looked at with
/// ffprobe and ffmpeg.
class Row {
public:
    fs::path operator/(const fs::path& name) const { return dir_ / name; }

    fs::path make(const std::string& name, const std::string& arguments) const {
        const auto result = ffmpeg(arguments + ' ' + quoted(dir_ / name));
        EXPECT_EQ(result.exit, 0) << result.output;
        return dir_ / name;
    }
    /// Colours `in`, which may not change by it; the report is the last line.
    nlohmann::json colorize(const fs::path& in, const fs::path& out, const std::string& more = {}, int exit = 0) const {
        const bool isFile = fs::is_regular_file(in);
        const auto before = isFile ? *sha256OfFile(in) : std::string();
        const auto run = program("colorize " + quoted(in) + " -o " + quoted(out) +
                                 " --working-size 64 --scenes single --json " + more);
        EXPECT_EQ(run.exit, exit) << run.output;
        EXPECT_EQ(isFile ? *sha256OfFile(in) : std::string(), before) << "the source is never written";
        auto report = lastLine(run.output);
        EXPECT_TRUE(report.is_object()) << run.output;
        if (exit == 0 || exit == 5) {
            EXPECT_EQ(report["frames_in"], report["frames_out"]);
        } else {
            EXPECT_EQ(leftOf(out), "") << "nothing under the final name, nor a part of it";
        }
        return report.is_object() ? report : nlohmann::json::object();
    }
    /// ffprobe's values of the picture track, comma-separated.
    static std::string video(const fs::path& file, const std::string& entries) {
        return line("ffprobe -v error -select_streams v:0 -show_entries stream=" + entries + " -of csv=p=0 " +
                    url(file));
    }
    static int frames(const fs::path& file) {
        return std::atoi(
            line("ffprobe -v error -count_frames -select_streams v:0 -show_entries stream=nb_read_frames -of csv=p=0 " +
                 url(file))
                .c_str());
    }
    /// Times of the picture's packets in seconds, in order of showing.
    static std::vector<double> times(const fs::path& file) {
        std::istringstream in(
            shell("ffprobe -v error -select_streams v:0 -show_entries packet=pts_time -of csv=p=0 " + url(file))
                .output);
        std::vector<double> all;
        for (std::string text; in >> text;) all.push_back(std::stod(text));
        std::sort(all.begin(), all.end());
        return all;
    }
    static std::string lumaHash(const fs::path& file) {
        return line("ffmpeg -nostdin -v error -noautorotate -i " + url(file) +
                    " -map 0:v:0 -fps_mode passthrough -vf extractplanes=y -f md5 -");
    }
    /// Samples of the first frame as 16-bit words in the given pixel format.
    std::vector<std::uint16_t> samples(const fs::path& file, const std::string& pixelFormat,
                                       const std::string& filter = "null") const {
        EXPECT_EQ(ffmpeg("-i " + url(file) + " -frames:v 1 -vf " + filter + " -f rawvideo -pix_fmt " + pixelFormat +
                         ' ' + quoted(dir_ / "samples"))
                      .exit,
                  0);
        const auto bytes = readFile(dir_ / "samples");
        std::vector<std::uint16_t> words(bytes ? bytes->size() / 2 : 0);
        if (bytes) std::memcpy(words.data(), bytes->data(), words.size() * 2);
        return words;
    }
    static std::size_t levels(const std::vector<std::uint16_t>& samples) {
        return std::set<std::uint16_t>(samples.begin(), samples.end()).size();
    }
    static std::string warningsOf(const nlohmann::json& report) {
        return report.value("warnings", nlohmann::json::array()).dump(-1, ' ', false);
    }
    static bool lists(const nlohmann::json& report, const std::string& code) {
        const auto defects = report.value("defect_list", nlohmann::json::array());
        return std::any_of(defects.begin(), defects.end(), [&](const nlohmann::json& d) { return d["code"] == code; });
    }
    static std::string url(const fs::path& file) { return testing::quoted(fs::path("file:" + file.string())); }
    static std::string line(const std::string& command) {
        auto text = shell("( " + command + " )").output;
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }

private:
    TempDir dir_;
};

inline void expectWords(const std::string& text, const std::vector<std::string>& words) {
    for (const auto& word : words) EXPECT_NE(text.find(word), std::string::npos) << '"' << word << "\" in: " << text;
}

}  // namespace tintreel::testing
