// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tintreel/base/media_time.h"
#include "tintreel/base/result.h"
#include "tintreel/base/timecode.h"

namespace tintreel::scenes {

/// What a scene list says of its film, and needs to know of it to be read. Frames are counted, whatever clock a film of
/// variable rate has.
struct ListedFilm {
    std::filesystem::path path;
    FrameIndex frames = 0;    ///< of the whole film
    TimecodeFormat timecode;  ///< rate, and whether its timecode drops
    FrameIndex start = 0;     ///< the frame count that its first frame's timecode names
};

/// `start`: "HH:MM:SS:FF", ';' before the frames for drop-frame; "" counts from 0. Error: Usage where the rate has no
/// such timecode.
[[nodiscard]] Result<ListedFilm> listedFilm(const std::filesystem::path& path, Rational rate, FrameIndex frames,
                                            const std::string& start);

// Writers. `scenes` are in order and cover the film.

/// PySceneDetect's columns: frame numbers start at 1, ends are included; times are seconds of the clock.
[[nodiscard]] std::string scenesToCsv(const std::vector<FrameRange>& scenes, Rational rate);
/// CMX 3600 edit decision list, one video cut a scene, source and record alike; out points are exclusive; the film's
/// start timecode counts. Hours wrap at 24, event numbers beyond 999 have more digits.
[[nodiscard]] std::string scenesToEdl(const std::vector<FrameRange>& scenes, const ListedFilm& film);
/// OpenTimelineIO JSON: Timeline.1 with one video track of Clip.2 that refer to the film.
[[nodiscard]] std::string scenesToOtio(const std::vector<FrameRange>& scenes, const ListedFilm& film);

// Readers. Scenes must lie in the film and must not overlap; gaps are filled, so that the scenes cover the film. Errors
// (Input) name `source`, the line or clip, and what to do.

[[nodiscard]] Result<std::vector<FrameRange>> scenesFromCsv(const std::string& text, const std::string& source,
                                                            FrameIndex frameCount);
/// Events of the video track by their record times, which count from the film's start timecode, or, where that does not
/// fit, from the first event on (an hour, mostly). FCM lines and ';' say what drops.
[[nodiscard]] Result<std::vector<FrameRange>> scenesFromEdl(const std::string& text, const std::string& source,
                                                            const ListedFilm& film);
/// The first video track. Clips that all refer to the film by its name lie where their source ranges say, others where
/// they lie in the track.
[[nodiscard]] Result<std::vector<FrameRange>> scenesFromOtio(const std::string& text, const std::string& source,
                                                             const ListedFilm& film);

/// The endings that readSceneList() and sceneListText() know.
[[nodiscard]] bool isSceneListName(const std::filesystem::path& path);
/// By the ending: .csv, .edl, .otio. Errors: Usage for another ending, Input as above.
[[nodiscard]] Result<std::vector<FrameRange>> readSceneList(const std::filesystem::path& path, const ListedFilm& film);
[[nodiscard]] Result<std::string> sceneListText(const std::filesystem::path& name,
                                                const std::vector<FrameRange>& scenes, const ListedFilm& film);

}  // namespace tintreel::scenes
