// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/frame_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>

#include <fmt/format.h>

#include "media/convert.h"
#include "media/deinterlacer.h"
#include "media/film_defects.h"
#include "media/frame_numbers.h"
#include "media/track_decoder.h"

namespace tintreel::media {
namespace {

// A jump that lands behind its target is tried again from so many seconds earlier, then from the start.
constexpr double kJumpBack[] = {0, 2, 20};
// So far ahead decoding on costs no more than a jump, wherever the key frames are; and with no key frame between, so
// far.
constexpr FrameIndex kDecodeOn = 16, kDecodeOnWithoutKey = 300;
// Packets are counted in place of frames only where so many at the start of the film were one frame each.
constexpr FrameIndex kProof = 8;

}  // namespace

struct FrameReader::Private {
    MediaInfo info;
    PictureList pictures;
    std::size_t nextPicture = 0;
    int threads = 0;
    TrackDecoder decoder;
    PlaneConverter converter;
    FilmDefects defects;
    DecodeStats stats;
    bool ended = false;
    FrameIndex index = 0;  // of the frame decoded next, where no skip is under way
    // pts by index: the first `met` frames as they were decoded one after the other, the others as their packets say. A
    // deque, for a day of film must not be copied while it grows.
    std::deque<std::int64_t> times;
    FrameIndex met = 0;
    bool whole = false;      // `met` are all there are
    FrameIndex passTo = -1;  // frames before this one are decoded and not given
    FrameIndex skipTo = -1;  // after a jump: the frame wanted
    std::int64_t skipToTime = 0;
    FrameIndex skipCount = -1;              // frames to pass over first where times cannot tell; -1: times tell
    std::optional<std::int64_t> countFrom;  // frames shown before this time are not counted in skipCount
    std::int64_t timeShift =
        0;  // joined MPEG streams start their clocks again; their times are moved behind the part before
    std::optional<std::int64_t> lastTime;  // of the frame decoded last
    bool timesTell = true;                 // false where frames have no times of their own, or the same time twice
    bool packetsTell = true;               // false where packets cannot be counted in place of frames
    bool indexTried = false;
    std::optional<SampleIndex> samples;
    std::shared_ptr<PacketTimes> scan;
    std::size_t scanAt = 0;  // number in it of the time that is looked at next
    FrameIndex scanned = 0;  // frames told by it
    bool deinterlaces = false;
    std::optional<Deinterlacer> deinterlacer;
    bool passOne = false;  // the deinterlacer was given the frame before the one wanted

    Result<> openFile(const std::filesystem::path& path, bool picture) {
        lastTime.reset();
        return decoder.open(path, picture, threads);
    }

    /// Where a frame is skipped to, damage on the way is not this frame's.
    Result<bool> decode() { return decoder.next(index, skipTo < 0 ? &defects : nullptr); }

    AVFrame& frame() { return decoder.frame(); }

    /// Moves the demuxer to a key frame before `target`, whose number is counted in the list of samples. false: it
    /// cannot be told.
    bool jumpBySamples(FrameIndex target) {
        AVStream* track = decoder.track();
        lastTime.reset();
        // Frames are shown that much later than the sample of the same number is decoded, or nearly so.
        std::int64_t time = samples->decodeTime(track, target) + times.front() - samples->decodeTime(track, 0);
        for (int attempt = 0; attempt < 4; ++attempt) {
            if (!decoder.land(time)) return false;
            const AVPacket& key = decoder.landedOn();
            const auto before = samples->shownBefore(track, key);
            if (!before || key.pts == AV_NOPTS_VALUE) return false;
            const auto leading = decoder.leadingPictures();
            if (!leading) return false;
            if (*before + *leading <= target) {
                skipTo = target;
                skipCount = target - *before - *leading;
                countFrom = key.pts;
                return true;
            }
            time = key.dts - 1;
        }
        return false;
    }

    /// Reads times of frames from packets up to `target` or the end. false: they do not tell.
    Result<bool> scanTo(FrameIndex target) {
        if (!scan) {
            TT_ASSIGN(scan, PacketTimes::of(info.path, info.container, decoder.trackNumber()));
            scanAt = 0;
        }
        const auto take = [&](std::int64_t time) {
            // What the decoder cannot show at the start, leading pictures without their key frame, is no frame.
            if (scanned == 0 && time < times.front()) return true;
            if (scanned < static_cast<FrameIndex>(times.size()))
                return times[static_cast<std::size_t>(scanned++)] == time;
            times.push_back(time);
            ++scanned;
            return true;
        };
        while (scanned <= target) {
            const auto piece = scan->from(scanAt);
            stats.packetsScanned += piece.packetsRead;
            if (!piece.told) return false;
            if (piece.times.empty()) return scanned >= met;
            for (const auto time : piece.times) {
                ++scanAt;
                if (!take(time)) return false;
            }
        }
        return true;
    }

    [[nodiscard]] bool seeksByTime() const { return skipTo >= 0 && skipCount < 0 && info.container != "pictures"; }

    /// Starts over; frames up to the wanted one are counted.
    Result<> rewind() {
        TT_TRY(openFile(info.path, false));
        skipCount = skipTo;
        countFrom.reset();
        return {};
    }

    /// Makes a frame the next whose time is known.
    Result<> seekKnown(FrameIndex target) {
        skipTo = target;
        skipToTime = times[static_cast<std::size_t>(target)];
        skipCount = -1;
        countFrom.reset();
        ended = false;
        lastTime.reset();
        if (timesTell)
            for (const double back : kJumpBack)
                if (decoder.jump(skipToTime, back)) return {};
        if (target >= met) return reachExactly(target);
        return rewind();
    }

    /// Makes a frame the next by decoding all between it and the last one met.
    Result<> reachExactly(FrameIndex target) {
        passTo = target;
        if (!ended && skipTo < 0 && index == met) return {};
        if (met > 0) return seekKnown(met - 1);
        skipTo = skipCount = -1;
        index = 0;
        ended = false;
        return openFile(info.path, false);
    }

    void distrustPackets() {
        packetsTell = false;
        samples.reset();
        scan.reset();
        times.resize(static_cast<std::size_t>(met));
    }

    /// Makes a frame the next that was not met yet.
    Result<> reach(FrameIndex target) {
        if (whole) return pastEnd();
        if (target - met <= kDecodeOn) return reachExactly(target);
        if (met < kProof) {
            TT_TRY(reachExactly(kProof - 1));
            TT_ASSIGN(const bool got, step());
            if (!got) return {};
            bool corrupt = false;
            note(corrupt);
            av_frame_unref(&frame());
            ++index;
            ++stats.framesDiscarded;
        }
        if (!packetsTell || !timesTell || !codecShowsEveryPacket(decoder.codec())) return reachExactly(target);
        if (!std::exchange(indexTried, true) && !decoder.watch().lostHead())
            samples = SampleIndex::of(decoder.input(), decoder.trackNumber());
        if (samples) {
            if (target >= samples->frames()) return pastEnd();
            passTo = -1;
            ended = false;
            if (jumpBySamples(target)) return {};
        } else {
            TT_ASSIGN(const bool told, scanTo(target));
            if (told && target < static_cast<FrameIndex>(times.size())) {
                passTo = -1;
                return seekKnown(target);
            }
            if (told) return pastEnd();
        }
        return givenUp(target);
    }

    Result<> pastEnd() {
        ended = true;
        skipTo = skipCount = passTo = -1;
        return {};
    }

    /// A jump failed and may have left the demuxer anywhere.
    Result<> givenUp(FrameIndex target) {
        distrustPackets();
        skipTo = target;
        return reachExactly(target);
    }

    /// Whether decoding on to `target` is the shortest way.
    [[nodiscard]] bool isNear(FrameIndex target) const {
        const FrameIndex at = skipTo >= 0 ? skipTo : index;
        if (ended || target < at || target - at > kDecodeOnWithoutKey) return false;
        if (target - at <= kDecodeOn) return true;
        if (skipTo >= 0 || !lastTime) return false;
        AVStream* track = decoder.track();
        std::int64_t time = 0;
        if (target < static_cast<FrameIndex>(times.size())) time = times[static_cast<std::size_t>(target)];
        else if (samples) time = samples->decodeTime(track, target) + times.front() - samples->decodeTime(track, 0);
        else return false;
        const auto* key = avformat_index_get_entry_from_timestamp(track, time, AVSEEK_FLAG_BACKWARD);
        return key != nullptr && key->timestamp <= *lastTime;
    }

    /// Presentation time of a frame not met before.
    std::int64_t newTime() {
        const std::int64_t duration = std::max<std::int64_t>(1, frameDuration());
        const std::int64_t after = met == 0 ? 0 : times[static_cast<std::size_t>(met - 1)] + duration;
        if (frame().best_effort_timestamp == AV_NOPTS_VALUE) {
            timesTell = false;
            return after;
        }
        const std::int64_t time = frame().best_effort_timestamp + timeShift;
        // A single frame out of order is damage; a jump back over several is another film's clock.
        if (met == 0 || !decoder.clockMayStartAgain() ||
            times[static_cast<std::size_t>(met - 1)] - time <= 3 * duration)
            return time;
        timesTell = false;
        timeShift += after - time;
        return after;
    }

    [[nodiscard]] std::int64_t frameDuration() {
        return info.container == "pictures" ? 1 : durationOf(decoder.frame());
    }

    /// Books the frame `index`, given or not. Its time.
    std::int64_t note(bool& corrupt) {
        std::int64_t time = frame().best_effort_timestamp;
        if (index < met) {
            time = times[static_cast<std::size_t>(index)];
        } else if (index == met) {
            time = newTime();
            if (met > 0) noteInterval(time - times[static_cast<std::size_t>(met - 1)]);
            if (met < static_cast<FrameIndex>(times.size()) && times[static_cast<std::size_t>(met)] != time)
                distrustPackets();
            if (met == static_cast<FrameIndex>(times.size())) times.push_back(time);
            ++met;
        }
        lastTime = time;
        corrupt = (frame().flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame().decode_error_flags != 0;
        if (corrupt)
            defects.add(index, "CORRUPT_FRAME", fmt::format("Frame {} is damaged; the decoder patched it.", index));
        if (const std::string complaint = decoder.complaint(); !complaint.empty() && !corrupt) {
            corrupt = true;
            defects.add(
                index, "CORRUPT_FRAME",
                fmt::format("Frame {} or one close to it is damaged; the decoder patched it ({}).", index, complaint));
        }
        defects.size(index, frame().width, frame().height);
        return time;
    }

    void noteInterval(std::int64_t interval) {
        // Two frames of one time cannot be told apart by it.
        if (interval <= 0) timesTell = false;
        defects.interval(met, static_cast<double>(interval) * info.timebase.value() * info.frameRate.value());
    }

    /// Decodes up to the next frame to give: `frame` then holds it, booked, and `index` is its number. false: at the
    /// end.
    Result<bool> step() {
        while (!ended) {
            TT_ASSIGN(const bool got, decode());
            const bool isPictures = info.container == "pictures";
            if (!got) {
                if (isPictures && ++nextPicture < pictures.files.size()) {
                    TT_TRY(openFile(pictures.files[nextPicture], true));
                    continue;
                }
                if (seeksByTime() || countFrom) {
                    TT_TRY(jumpedWrong());
                    continue;
                }
                ended = true;
                // A part of the film cannot tell how many frames the whole has.
                if (isPictures || (skipTo < 0 && index == met)) {
                    whole = !isPictures;
                    findMissing();
                }
                break;
            }
            if (isPictures) frame().best_effort_timestamp = index;
            const std::int64_t time = frame().best_effort_timestamp;
            const bool asSent = isPictures || decoder.watch().came(time);
            if (skipTo >= 0) {
                // Some streams time their frames by those before, which a jump leaves out. A number that was counted in
                // packets holds only while they are the frames.
                const bool trusted = skipTo < met || asSent;
                if (countFrom ? !trusted : seeksByTime() && (time > skipToTime || !trusted)) {
                    TT_TRY(jumpedWrong());
                    continue;
                }
                // After a jump: frames before the wanted one are decoded because later ones lean on them.
                const bool uncounted = countFrom && time < *countFrom;
                const bool wanted =
                    !uncounted && (isPictures || (skipCount >= 0 ? skipCount-- == 0 : time >= skipToTime));
                if (!wanted) {
                    ++stats.framesDiscarded;
                    av_frame_unref(&frame());
                    continue;
                }
                (void)decoder.complaint();
                index = skipTo;
                skipTo = skipCount = -1;
                countFrom.reset();
                if (isPictures) frame().best_effort_timestamp = index;
            } else if (index > met && (!asSent || (index < static_cast<FrameIndex>(times.size()) &&
                                                   time != times[static_cast<std::size_t>(index)]))) {
                TT_TRY(givenUp(index));
                continue;
            } else if (index == met && !asSent) {
                packetsTell = false;
            }
            if (index >= passTo) return true;
            bool corrupt = false;
            note(corrupt);
            av_frame_unref(&frame());
            ++index;
            ++stats.framesDiscarded;
        }
        return false;
    }

    Result<> seek(FrameIndex target);

    /// The next frame as it is in the film.
    Result<std::optional<VideoFrame>> read() {
        TT_ASSIGN(const bool got, step());
        if (!got) return std::optional<VideoFrame>();
        VideoFrame out;
        out.index = index;
        out.duration = frameDuration();
        out.pts = note(out.corrupt);
        out.fullRange = info.assumed.fullRange;
        out.interlaced = frame().interlaced_frame != 0;
        out.topFieldFirst = frame().top_field_first != 0;
        converter.convert(frame(), defects.width(), defects.height(), info.assumed, out);
        av_frame_unref(&frame());
        ++index;
        ++stats.framesDecoded;
        return std::optional<VideoFrame>(std::move(out));
    }

    /// The frame wanted did not come where the jump went.
    Result<> jumpedWrong() {
        if (skipTo >= met) return givenUp(skipTo);
        timesTell = false;
        return rewind();
    }

    void findMissing() {
        if (info.container == "pictures") {
            if (pictures.gaps > 0)
                defects.add(index, "SEQUENCE_GAP",
                            fmt::format("{} pictures are missing in the sequence.", pictures.gaps));
            return;
        }
        const double seconds = met > 0 ? static_cast<double>(times[static_cast<std::size_t>(met - 1)] - times.front()) *
                                             info.timebase.value()
                                       : 0.0;
        defects.finish(info, {index, seconds, decoder.hiddenPackets(), decoder.clockMayStartAgain(), timesTell,
                              codecShowsEveryPacket(decoder.codec())});
    }
};

FrameReader::FrameReader(std::unique_ptr<Private> p) : p_(std::move(p)) {}
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;
FrameReader::~FrameReader() = default;

Result<FrameReader> FrameReader::open(const std::filesystem::path& path, int threads) {
    auto p = std::make_unique<Private>();
    TT_ASSIGN(p->info, probe(path));
    p->threads = threads;
    p->pictures = listPictures(path);
    if (p->info.container == "pictures") TT_TRY(p->openFile(p->pictures.files.front(), true));
    else TT_TRY(p->openFile(path, false));
    return FrameReader(std::move(p));
}

const MediaInfo& FrameReader::info() const noexcept { return p_->info; }
const std::vector<Defect>& FrameReader::defects() const noexcept { return p_->defects.list(); }
const DecodeStats& FrameReader::stats() const noexcept {
    p_->stats.packetsRead = p_->decoder.packetsRead();
    return p_->stats;
}

Result<std::optional<VideoFrame>> FrameReader::next() {
    auto& p = *p_;
    if (!p.deinterlaces) return p.read();
    if (!p.deinterlacer) p.deinterlacer.emplace();
    const auto source = [&p] { return p.read(); };
    if (std::exchange(p.passOne, false)) TT_TRY(p.deinterlacer->next(source));
    return p.deinterlacer->next(source);
}

void FrameReader::deinterlace() { p_->deinterlaces = true; }

Result<> FrameReader::seek(FrameIndex target) {
    auto& p = *p_;
    if (target < 0) return fail(ErrorCode::Usage, "There is no frame before frame 0.");
    p.deinterlacer.reset();
    // A frame is made whole with a look at its neighbours.
    p.passOne = p.deinterlaces && target > 0;
    return p.seek(p.passOne ? target - 1 : target);
}

Result<> FrameReader::Private::seek(FrameIndex target) {
    auto& p = *this;
    ++p.stats.seeks;
    p.passTo = -1;
    if (p.info.container == "pictures") {
        if (target >= static_cast<FrameIndex>(p.pictures.files.size())) {
            p.ended = true;
            return {};
        }
        p.nextPicture = static_cast<std::size_t>(target);
        TT_TRY(p.openFile(p.pictures.files[p.nextPicture], true));
        p.ended = false;
        p.index = target;
        return {};
    }
    if (p.isNear(target)) {
        p.passTo = target;
        return {};
    }
    if (target < static_cast<FrameIndex>(p.times.size())) return p.seekKnown(target);
    return p.reach(target);
}

}  // namespace tintreel::media
