// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "tintreel/scenes/scene_splitter.h"

namespace tintreel::scenes {

std::string scenesToCsv(const std::vector<FrameRange>& scenes, Rational rate) {
    std::string csv = "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),Length (frames),Length (timecode),Length (seconds)\n";
    const double fps = rate.value() > 0 ? rate.value() : 1.0;
    const auto seconds = [&](FrameIndex frame) { return static_cast<double>(frame) / fps; };
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const auto& s = scenes[i];
        csv += fmt::format("{},{},{},{:.3f},{},{},{:.3f},{},{},{:.3f}\n", i + 1, s.first + 1, timecodeMs(s.first, rate), seconds(s.first), s.end, timecodeMs(s.end, rate), seconds(s.end),
                           s.length(), timecodeMs(s.length(), rate), seconds(s.length()));
    }
    return csv;
}

Result<std::vector<FrameRange>> scenesFromCsv(const std::string& text, const std::string& source, FrameIndex frameCount) {
    std::istringstream in(text);
    std::string line;
    int lineNumber = 0;
    std::vector<FrameRange> scenes;
    const auto error = [&](const std::string& what) { return fail(ErrorCode::Input, fmt::format("{}: line {}: {}.", source, lineNumber, what)); };
    std::size_t startColumn = 1, endColumn = 4;
    bool header = false;
    while (std::getline(in, line)) {
        ++lineNumber;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty() || line.starts_with("Timecode List")) continue;
        std::vector<std::string> cells;
        std::istringstream row(line);
        for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
        if (!header) {
            header = true;
            bool start = false, end = false;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (cells[i] == "Start Frame") start = true, startColumn = i;
                if (cells[i] == "End Frame") end = true, endColumn = i;
            }
            if (!start || !end) return error("the columns \"Start Frame\" and \"End Frame\" are missing");
            continue;
        }
        FrameIndex first = 0, last = 0;
        const auto read = [&](std::size_t column, FrameIndex& value) {
            if (column >= cells.size()) return false;
            const auto& cell = cells[column];
            const auto [end, ec] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
            return ec == std::errc{} && end == cell.data() + cell.size();
        };
        if (!read(startColumn, first) || !read(endColumn, last)) return error("start and end must be frame numbers");
        if (first < 1 || last < first) return error(fmt::format("a scene from frame {} to {} is none; numbers begin at 1", first, last));
        if (last > frameCount) return error(fmt::format("ends at frame {}, the film has {}", last, frameCount));
        if (!scenes.empty() && first - 1 < scenes.back().end) return error("overlaps the scene before it");
        scenes.push_back({first - 1, last});
    }
    if (scenes.empty()) return fail(ErrorCode::Input, source + " lists no scene.");
    scenes.front().first = 0;
    for (std::size_t i = 0; i + 1 < scenes.size(); ++i) scenes[i].end = scenes[i + 1].first;
    scenes.back().end = frameCount;
    return scenes;
}

}  // namespace tintreel::scenes
