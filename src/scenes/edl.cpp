// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/format.h>

#include "scenes/scene_order.h"
#include "tintreel/scenes/scene_list.h"

namespace tintreel::scenes {
namespace {

/// Reel names of CMX 3600 are of up to eight letters and digits.
std::string reelOf(const std::filesystem::path& film) {
    std::string reel;
    for (const char c : film.stem().string())
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 && reel.size() < 8)
            reel += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return reel.empty() ? "AX" : reel;
}

/// A name on one line.
std::string plainLine(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' '; }, ' ');
    return text;
}

FrameIndex dayOf(const TimecodeFormat& format) { return framesOfDuration(FrameIndex{format.base()} * 86400, format); }

struct Event {
    std::string number;
    FrameIndex in = 0, out = 0;  // of the record, as spelled out; no later than `in` behind midnight
    std::string place;
};

bool isVideo(const std::string& track) { return track == "B" || track.find('V') != std::string::npos; }

class Reader {
public:
    Reader(const std::string& source, const ListedFilm& film) : source_(source), format_(film.timecode) {}

    Result<std::vector<Event>> read(const std::string& text) {
        std::istringstream in(text);
        format_.dropFrame = false;
        for (std::string line; std::getline(in, line);) {
            ++number_;
            while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) line.pop_back();
            if (line.starts_with("FCM:")) TT_TRY(frameCode(line));
            else if (!line.empty() && std::isdigit(static_cast<unsigned char>(line.front())) != 0) TT_TRY(event(line));
        }
        return std::move(events_);
    }

private:
    [[nodiscard]] std::string place() const { return fmt::format("line {}", number_); }

    Result<> frameCode(const std::string& line) {
        format_.dropFrame = line.find("NON") == std::string::npos;
        if (format_.dropFrame && !format_.drops())
            return listError(
                source_, place(),
                fmt::format(
                    "drop-frame timecode does not exist at the film's {:.3f} frames a second; this is the list of another film.",
                    format_.rate.value()));
        return {};
    }

    Result<FrameIndex> time(const std::string& text) const {
        TimecodeFormat format = format_;
        format.dropFrame = format.dropFrame || saysDropFrame(text);
        if (const auto frame = frameOfTimecode(text, format)) return *frame;
        return listError(
            source_, place(),
            fmt::format(
                "'{}' is no {}timecode at the film's {:.3f} frames a second; was the list made at another rate?", text,
                format.drops() ? "drop-frame " : "", format.rate.value()));
    }

    /// 001  REEL  V  C  SOURCE-IN SOURCE-OUT RECORD-IN RECORD-OUT; a dissolve or wipe has its length before the times.
    Result<> event(const std::string& line) {
        std::vector<std::string> words;
        std::istringstream in(line);
        for (std::string word; in >> word;) words.push_back(word);
        if (words.size() < 8 || words.size() > 9)
            return listError(source_, place(),
                             "an event has number, reel, track, transition and four timecodes; some are missing.");
        if (!isVideo(words[2])) return {};
        TT_ASSIGN(const FrameIndex begin, time(words[words.size() - 2]));
        TT_ASSIGN(const FrameIndex end, time(words[words.size() - 1]));
        // The first half of a dissolve has the same number and lasts no time.
        if (!events_.empty() && events_.back().number == words[0] && events_.back().in == events_.back().out)
            events_.pop_back();
        events_.push_back({words[0], begin, end, place()});
        return {};
    }

    const std::string& source_;
    TimecodeFormat format_;
    std::vector<Event> events_;
    int number_ = 0;
};

/// Where events lie in a film whose first frame is at `start`. Timecode starts again at midnight; a film that goes on
/// then has its events in order.
std::vector<ListedScene> placed(const std::vector<Event>& events, FrameIndex start, const ListedFilm& film) {
    const FrameIndex day = dayOf(film.timecode);
    const bool pastMidnight = start + film.frames >= day;
    std::vector<ListedScene> scenes;
    FrameIndex before = start;
    for (const auto& event : events) {
        FrameRange range{event.in, event.out};
        if (pastMidnight)
            while (range.first < before) range.first += day;
        if (pastMidnight)
            while (range.end <= range.first) range.end += day;
        before = range.first;
        scenes.push_back({{range.first - start, range.end - start}, event.place});
    }
    return scenes;
}

bool inside(const std::vector<ListedScene>& scenes, FrameIndex frames) {
    return std::all_of(scenes.begin(), scenes.end(),
                       [&](const ListedScene& scene) { return scene.range.first >= 0 && scene.range.end <= frames; });
}

}  // namespace

std::string scenesToEdl(const std::vector<FrameRange>& scenes, const ListedFilm& film) {
    const FrameIndex day = dayOf(film.timecode);
    const auto time = [&](FrameIndex frame) { return timecodeText((film.start + frame) % day, film.timecode); };
    std::string edl = fmt::format("TITLE: {}\nFCM: {}DROP FRAME\n\n", plainLine(film.path.stem().string()),
                                  film.timecode.drops() ? "" : "NON-");
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        const std::string in = time(scenes[i].first), out = time(scenes[i].end);
        edl += fmt::format("{:03}  {:<8} V     C        {} {} {} {}\n* FROM CLIP NAME: {}\n", i + 1, reelOf(film.path),
                           in, out, in, out, plainLine(film.path.filename().string()));
    }
    return edl;
}

Result<std::vector<FrameRange>> scenesFromEdl(const std::string& text, const std::string& source,
                                              const ListedFilm& film) {
    TT_ASSIGN(const auto events, Reader(source, film).read(text));
    auto scenes = placed(events, film.start, film);
    if (!events.empty() && !inside(scenes, film.frames)) {
        auto fromFirst = placed(events, events.front().in, film);
        if (inside(fromFirst, film.frames)) scenes = std::move(fromFirst);
    }
    for (const auto& [range, place] : scenes) {
        if (range.length() <= 0) return listError(source, place, "the event's record out is not behind its record in.");
        if (range.first < 0)
            return listError(
                source, place,
                fmt::format("the event begins before the film, which starts at {}; is this the list of another film?",
                            timecodeText(film.start, film.timecode)));
    }
    std::stable_sort(scenes.begin(), scenes.end(),
                     [](const ListedScene& a, const ListedScene& b) { return a.range.first < b.range.first; });
    return coveringScenes(scenes, source, film.frames);
}

}  // namespace tintreel::scenes
