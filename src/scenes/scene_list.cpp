// SPDX-License-Identifier: Apache-2.0
#include "tintreel/scenes/scene_list.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "scenes/scene_order.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel::scenes {
namespace {

constexpr std::uintmax_t kMostBytes = 64 << 20;

std::string endingOf(const std::filesystem::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending;
}

Unexpected unknownEnding(const std::filesystem::path& path) {
    return fail(ErrorCode::Usage, "'" + path.string() + "' has no ending of a scene list; use .csv, .edl or .otio.");
}

std::vector<std::string> cellsOf(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream row(line);
    for (std::string cell; std::getline(row, cell, ',');) cells.push_back(cell);
    return cells;
}

}  // namespace

Unexpected listError(const std::string& source, const std::string& place, const std::string& what) {
    return fail(ErrorCode::Input, fmt::format("{}: {}: {}", source, place, what));
}

Result<std::vector<FrameRange>> coveringScenes(const std::vector<ListedScene>& listed, const std::string& source,
                                               FrameIndex frameCount) {
    if (listed.empty()) return fail(ErrorCode::Input, source + " lists no scene; is it the right file?");
    std::vector<FrameRange> scenes;
    for (const auto& [range, place] : listed) {
        if (range.end > frameCount)
            return listError(
                source, place,
                fmt::format(
                    "the scene ends with frame {} (counted from 1), the film has {}; is this the list of another cut or rate?",
                    range.end, frameCount));
        if (!scenes.empty() && range.first < scenes.back().end)
            return listError(
                source, place,
                fmt::format("the scene overlaps the one before it, which ends with frame {}; put them in order.",
                            scenes.back().end));
        scenes.push_back(range);
    }
    scenes.front().first = 0;
    for (std::size_t i = 0; i + 1 < scenes.size(); ++i) scenes[i].end = scenes[i + 1].first;
    scenes.back().end = frameCount;
    return scenes;
}

Result<ListedFilm> listedFilm(const std::filesystem::path& path, Rational rate, FrameIndex frames,
                              const std::string& start) {
    ListedFilm film{path, frames, {rate, saysDropFrame(start)}, 0};
    if (start.empty()) return film;
    const auto frame = frameOfTimecode(start, film.timecode);
    if (film.timecode.dropFrame && !film.timecode.drops())
        return fail(
            ErrorCode::Usage,
            fmt::format(
                "The start timecode {} is drop-frame, which {:.3f} frames a second do not have; write it with ':' throughout.",
                start, rate.value()));
    if (!frame)
        return fail(ErrorCode::Usage,
                    fmt::format("'{}' is no timecode HH:MM:SS:FF at {:.3f} frames a second.", start, rate.value()));
    film.start = *frame;
    return film;
}

std::string scenesToCsv(const std::vector<FrameRange>& scenes, Rational rate) {
    std::string csv =
        "Scene Number,Start Frame,Start Timecode,Start Time (seconds),End Frame,End Timecode,End Time (seconds),Length (frames),Length (timecode),Length (seconds)\n";
    const double fps = rate.value() > 0 ? rate.value() : 1.0;
    const auto seconds = [&](FrameIndex frame) { return static_cast<double>(frame) / fps; };
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const auto& s = scenes[i];
        csv += fmt::format("{},{},{},{:.3f},{},{},{:.3f},{},{},{:.3f}\n", i + 1, s.first + 1, timecodeMs(s.first, rate),
                           seconds(s.first), s.end, timecodeMs(s.end, rate), seconds(s.end), s.length(),
                           timecodeMs(s.length(), rate), seconds(s.length()));
    }
    return csv;
}

Result<std::vector<FrameRange>> scenesFromCsv(const std::string& text, const std::string& source,
                                              FrameIndex frameCount) {
    std::istringstream in(text);
    std::string line;
    int lineNumber = 0;
    std::vector<ListedScene> scenes;
    std::size_t startColumn = 0, endColumn = 0;
    bool header = false;
    while (std::getline(in, line)) {
        const std::string place = fmt::format("line {}", ++lineNumber);
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty() || line.starts_with("Timecode List")) continue;
        const auto cells = cellsOf(line);
        if (!header) {
            header = true;
            const auto start = std::find(cells.begin(), cells.end(), "Start Frame"),
                       end = std::find(cells.begin(), cells.end(), "End Frame");
            if (start == cells.end() || end == cells.end())
                return listError(
                    source, place,
                    "the columns \"Start Frame\" and \"End Frame\" are missing; they are named in the first line, as PySceneDetect does.");
            startColumn = static_cast<std::size_t>(start - cells.begin());
            endColumn = static_cast<std::size_t>(end - cells.begin());
            continue;
        }
        FrameIndex first = 0, last = 0;
        const auto read = [&](std::size_t column, FrameIndex& value) {
            if (column >= cells.size()) return false;
            const auto& cell = cells[column];
            const auto [end, ec] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
            return ec == std::errc{} && end == cell.data() + cell.size();
        };
        if (!read(startColumn, first) || !read(endColumn, last))
            return listError(source, place, "start and end must be frame numbers.");
        if (first < 1 || last < first)
            return listError(
                source, place,
                fmt::format("a scene from frame {} to {} is none; numbers begin at 1, and the end is included.", first,
                            last));
        scenes.push_back({{first - 1, last}, place});
    }
    return coveringScenes(scenes, source, frameCount);
}

bool isSceneListName(const std::filesystem::path& path) {
    const auto ending = endingOf(path);
    return ending == ".csv" || ending == ".edl" || ending == ".otio";
}

Result<std::vector<FrameRange>> readSceneList(const std::filesystem::path& path, const ListedFilm& film) {
    if (!isSceneListName(path)) return unknownEnding(path);
    TT_ASSIGN(const std::string text, readFile(path, kMostBytes));
    const auto ending = endingOf(path);
    if (ending == ".edl") return scenesFromEdl(text, path.string(), film);
    if (ending == ".otio") return scenesFromOtio(text, path.string(), film);
    return scenesFromCsv(text, path.string(), film.frames);
}

Result<std::string> sceneListText(const std::filesystem::path& name, const std::vector<FrameRange>& scenes,
                                  const ListedFilm& film) {
    const auto ending = endingOf(name);
    if (ending == ".csv") return scenesToCsv(scenes, film.timecode.rate);
    if (ending == ".edl") return scenesToEdl(scenes, film);
    if (ending == ".otio") return scenesToOtio(scenes, film);
    return unknownEnding(name);
}

}  // namespace tintreel::scenes
