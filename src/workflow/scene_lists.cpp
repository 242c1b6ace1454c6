// SPDX-License-Identifier: Apache-2.0
#include "tintreel/workflow/scene_lists.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/media/picture.h"
#include "tintreel/workflow/screen.h"

namespace tintreel::workflow {
namespace fs = std::filesystem;
namespace {

constexpr int kPictureSide = 240;

bool isPage(const fs::path& output) {
    std::string ending = output.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".html" || ending == ".htm";
}

std::string escaped(const std::string& text) {
    std::string html;
    for (const char c : text) {
        if (c == '&') html += "&amp;";
        else if (c == '<') html += "&lt;";
        else if (c == '>') html += "&gt;";
        else html += c;
    }
    return html;
}

/// The page stands alone: pictures are part of it.
Result<std::string> pageOf(const std::vector<FrameRange>& scenes, const scenes::ListedFilm& film, JobContext& context) {
    TT_ASSIGN(auto reader, media::FrameReader::open(film.path));
    const auto shown = shownSize(reader.info());
    const int side = std::max(shown.width, shown.height), width = std::max(1, shown.width * kPictureSide / side),
              height = std::max(1, shown.height * kPictureSide / side);
    const std::string name = escaped(film.path.filename().string());
    std::string page = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Scenes of {0}</title>\n<style>body{{font:14px sans-serif;background:#222;color:#ddd}}td,th{{padding:4px 12px;text-align:left}}"
        "img{{display:block;width:{1}px;height:{2}px}}</style></head><body>\n<h1>{0}</h1>\n<p>{3} scenes, {4} frames</p>\n<table>\n<tr><th>Scene</th><th></th><th>In</th><th>Out</th><th>Frames</th><th>Length</th></tr>\n",
        name, width, height, scenes.size(), film.frames);
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        if (context.stopRequested()) return cancelled();
        const auto& scene = scenes[i];
        TT_TRY(reader.seek(scene.first + scene.length() / 2));
        TT_ASSIGN(const auto frame, reader.next());
        std::string picture;
        if (frame) {
            TT_ASSIGN(const std::string url, media::jpegUrl(sourcePicture(reader.info(), *frame, kPictureSide)));
            picture = fmt::format("<img alt=\"frame {}\" src=\"{}\">", frame->index, url);
        }
        page += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} – {}</td><td>{}</td></tr>\n", i + 1,
                            picture, timecodeText(film.start + scene.first, film.timecode),
                            timecodeText(film.start + scene.end, film.timecode), scene.first, scene.end - 1,
                            scene.length());
        context.report({"pictures", 0, 1, static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(scenes.size())});
    }
    return page + "</table>\n</body></html>\n";
}

}  // namespace

Result<scenes::ListedFilm> listedFilm(const media::MediaInfo& info, FrameIndex frames, const std::string& start) {
    if (!start.empty()) return scenes::listedFilm(info.path, info.frameRate, frames, start);
    // A timecode that the film's rate does not have is the film's fault: its list counts from 0.
    if (auto film = scenes::listedFilm(info.path, info.frameRate, frames, info.timecode)) return film;
    return scenes::listedFilm(info.path, info.frameRate, frames, {});
}

Result<SceneReport> loadScenes(const fs::path& film, const fs::path& list, const std::string& start, int threads,
                               JobContext& context) {
    TT_ASSIGN(auto reader, media::FrameReader::open(film, threads));
    SceneReport report;
    report.frameRate = reader.info().frameRate;
    report.frames = reader.info().expectedFrames;
    if (!reader.info().expectedIsExact) {
        report.frames = 0;
        while (true) {
            if (context.stopRequested()) return cancelled();
            TT_ASSIGN(const auto frame, reader.next());
            if (!frame) break;
            context.report({"frames", 0, 1, ++report.frames, reader.info().expectedFrames});
        }
        report.defects = reader.defects();
    }
    TT_ASSIGN(const auto listed, listedFilm(reader.info(), report.frames, start));
    TT_ASSIGN(report.scenes, scenes::readSceneList(list, listed));
    return report;
}

bool isSceneListOutput(const fs::path& output) { return scenes::isSceneListName(output) || isPage(output); }

Result<> writeSceneList(const fs::path& output, const std::vector<FrameRange>& scenes, const scenes::ListedFilm& film,
                        bool overwrite, JobContext& context) {
    if (!isPage(output)) {
        TT_ASSIGN(const std::string text, scenes::sceneListText(output, scenes, film));
        return writeFileAtomically(output, text, overwrite);
    }
    TT_TRY(PartFile::create(output, overwrite));  // before the pictures are made
    TT_ASSIGN(const std::string page, pageOf(scenes, film, context));
    return writeFileAtomically(output, page, overwrite);
}

}  // namespace tintreel::workflow
