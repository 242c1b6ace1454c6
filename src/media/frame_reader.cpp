// SPDX-License-Identifier: Apache-2.0
#include "tintreel/media/frame_reader.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <deque>

#include <fmt/format.h>

#include "media/convert.h"
#include "media/deinterlacer.h"
#include "media/demux.h"
#include "media/frame_numbers.h"

namespace tintreel::media {
namespace {

constexpr int kMaxListedDefects = 1000;
// A jump that lands behind its target is tried again from so many seconds earlier, then from the start.
constexpr double kJumpBack[] = {0, 2, 20};
// So far ahead decoding on costs no more than a jump, wherever the key frames are; and with no key frame between, so far.
constexpr FrameIndex kDecodeOn = 16, kDecodeOnWithoutKey = 300;
// Packets are counted in place of frames only where so many at the start of the film were one frame each.
constexpr FrameIndex kProof = 8;
// Packets read ahead of a key frame's pictures until all that are shown before it are known.
constexpr std::size_t kMaxHeld = 256;
// Intervals, in frames. A field that is repeated (soft telecine) makes one and a half.
constexpr double kGap = 1.75;

}  // namespace

struct FrameReader::Private {
    MediaInfo info;
    PictureList pictures;
    std::size_t nextPicture = 0;
    int threads = 0;
    DecoderComplaints complaints;  // before the codec, whose threads may still write to it when it closes
    InputPtr input;
    CodecPtr codec;
    int stream = -1;
    FramePtr frame{av_frame_alloc()};
    PacketPtr packet{av_packet_alloc()};
    std::deque<PacketPtr> held;       // packets that a jump read and that are not yet decoded
    PlaneConverter converter;
    bool draining = false, ended = false;
    FrameIndex index = 0;             // of the frame decoded next, where no skip is under way
    std::int64_t discardPackets = 0;  // frames an edit list hides
    std::optional<std::int64_t> lastDiscard;
    // pts by index: the first `met` frames as they were decoded one after the other, the others as their packets say. A
    // deque, for a day of film must not be copied while it grows.
    std::deque<std::int64_t> times;
    FrameIndex met = 0;
    bool whole = false;               // `met` are all there are
    FrameIndex passTo = -1;           // frames before this one are decoded and not given
    FrameIndex skipTo = -1;           // after a jump: the frame wanted
    std::int64_t skipToTime = 0;
    FrameIndex skipCount = -1;        // frames to pass over first where times cannot tell; -1: times tell
    std::optional<std::int64_t> countFrom;  // frames shown before this time are not counted in skipCount
    std::int64_t timeShift = 0;       // joined MPEG streams start their clocks again; their times are moved behind the part before
    std::optional<std::int64_t> lastTime;   // of the frame decoded last
    int firstWidth = 0, firstHeight = 0;
    std::vector<Defect> defects;
    DecodeStats stats;
    bool sizeReported = false;
    bool timesTell = true;            // false where frames have no times of their own, or the same time twice
    bool packetsTell = true;          // false where packets cannot be counted in place of frames
    PacketWatch watch;
    bool indexTried = false;
    std::optional<SampleIndex> samples;
    std::shared_ptr<PacketTimes> scan;
    std::size_t scanAt = 0;           // number in it of the time that is looked at next
    FrameIndex scanned = 0;           // frames told by it
    std::vector<std::pair<FrameIndex, std::int64_t>> gaps;  // frame after the gap, frames missing
    std::int64_t gapCount = 0, missing = 0;
    bool deinterlaces = false;
    std::optional<Deinterlacer> deinterlacer;
    bool passOne = false;             // the deinterlacer was given the frame before the one wanted

    /// Once a frame and code: a seek reads the same damage again.
    void defect(std::string code, std::string message) {
        if (skipTo >= 0 || defects.size() >= kMaxListedDefects) return;
        if (std::none_of(defects.begin(), defects.end(), [&](const Defect& d) { return d.frame == index && d.code == code; }))
            defects.push_back({index, std::move(code), std::move(message)});
    }

    Result<> openCodec(const std::filesystem::path& path, bool picture) {
        TT_ASSIGN(input, openInput(path, picture));
        stream = chooseVideo(input.get());
        if (stream < 0) return fail(ErrorCode::Input, "'" + path.string() + "' has no video track; give a film.");
        for (unsigned i = 0; i < input->nb_streams; ++i)
            if (static_cast<int>(i) != stream) input->streams[i]->discard = AVDISCARD_ALL;
        const auto* parameters = input->streams[stream]->codecpar;
        const AVCodec* decoder = avcodec_find_decoder(parameters->codec_id);
        if (decoder == nullptr)
            return fail(ErrorCode::Input, fmt::format("'{}' is coded as {}, which this FFmpeg cannot decode; convert it first.", path.string(), avcodec_get_name(parameters->codec_id)));
        codec.reset(avcodec_alloc_context3(decoder));
        avcodec_parameters_to_context(codec.get(), parameters);
        codec->thread_count = threads;
        codec->pkt_timebase = input->streams[stream]->time_base;
        codec->opaque = &complaints;
        if (const int rc = avcodec_open2(codec.get(), decoder, nullptr); rc < 0)
            return fail(ErrorCode::Input, "The decoder for '" + path.string() + "' cannot be started.", avText(rc));
        draining = false;
        held.clear();
        watch.start();
        lastTime.reset();
        return {};
    }

    bool readPacket(AVPacket* into) {
        while (true) {
            av_packet_unref(into);
            if (av_read_frame(input.get(), into) < 0) return false;
            if (into->stream_index != stream) continue;
            ++stats.packetsRead;
            return true;
        }
    }

    /// Moves the demuxer to `time` or before and reads on to a key packet, which is then held. Its time; nothing on failure.
    std::optional<std::int64_t> land(std::int64_t time) {
        if (av_seek_frame(input.get(), stream, time, AVSEEK_FLAG_BACKWARD) < 0) return std::nullopt;
        avcodec_flush_buffers(codec.get());
        draining = false;
        held.clear();
        watch.stop();
        lastTime.reset();
        PacketPtr key(av_packet_alloc());
        do
            if (!readPacket(key.get())) return std::nullopt;
        while ((key->flags & AV_PKT_FLAG_KEY) == 0);
        const std::int64_t at = key->pts != AV_NOPTS_VALUE ? key->pts : key->dts;
        if (key->pts != AV_NOPTS_VALUE) watch.start(key->pts);
        held.push_back(std::move(key));
        return at;
    }

    /// Moves the demuxer to a key packet shown at `time` or before. false: it cannot be told to land there; MPEG streams
    /// have no index and land where they will.
    bool jump(std::int64_t time, double secondsBack) {
        const auto back = static_cast<std::int64_t>(secondsBack / av_q2d(input->streams[stream]->time_base));
        const auto at = land(time - back);
        return at && (*at == AV_NOPTS_VALUE || *at <= time);
    }

    /// Moves the demuxer to a key frame before `target`, whose number is counted in the list of samples. false: it cannot be told.
    bool jumpBySamples(FrameIndex target) {
        AVStream* s = input->streams[stream];
        // Frames are shown that much later than the sample of the same number is decoded, or nearly so.
        std::int64_t time = samples->decodeTime(s, target) + times.front() - samples->decodeTime(s, 0);
        for (int attempt = 0; attempt < 4; ++attempt) {
            const auto at = land(time);
            if (!at) return false;
            const AVPacket& key = *held.front();
            const auto before = samples->shownBefore(s, key);
            if (!before || key.pts == AV_NOPTS_VALUE) return false;
            // Once a packet is decoded later than the key frame is shown, none can be shown before it.
            FrameIndex leading = 0;
            while (held.back()->dts < key.pts) {
                PacketPtr ahead(av_packet_alloc());
                if (!readPacket(ahead.get())) break;
                if (ahead->pts == AV_NOPTS_VALUE || ahead->dts == AV_NOPTS_VALUE || held.size() >= kMaxHeld) return false;
                if (ahead->pts < key.pts && (ahead->flags & AV_PKT_FLAG_DISCARD) == 0) ++leading;
                held.push_back(std::move(ahead));
            }
            if (*before + leading <= target) {
                skipTo = target;
                skipCount = target - *before - leading;
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
            TT_ASSIGN(scan, PacketTimes::of(info.path, info.container, stream));
            scanAt = 0;
        }
        const auto take = [&](std::int64_t time) {
            // What the decoder cannot show at the start, leading pictures without their key frame, is no frame.
            if (scanned == 0 && time < times.front()) return true;
            if (scanned < static_cast<FrameIndex>(times.size())) return times[static_cast<std::size_t>(scanned++)] == time;
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
        TT_TRY(openCodec(info.path, false));
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
        if (timesTell)
            for (const double back : kJumpBack)
                if (jump(skipToTime, back)) return {};
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
        return openCodec(info.path, false);
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
            av_frame_unref(frame.get());
            ++index;
            ++stats.framesDiscarded;
        }
        if (!packetsTell || !timesTell || !codecShowsEveryPacket(codec->codec_id)) return reachExactly(target);
        if (!std::exchange(indexTried, true) && !watch.lostHead()) samples = SampleIndex::of(input.get(), stream);
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
        AVStream* s = input->streams[stream];
        std::int64_t time = 0;
        if (target < static_cast<FrameIndex>(times.size()))
            time = times[static_cast<std::size_t>(target)];
        else if (samples)
            time = samples->decodeTime(s, target) + times.front() - samples->decodeTime(s, 0);
        else
            return false;
        const auto* key = avformat_index_get_entry_from_timestamp(s, time, AVSEEK_FLAG_BACKWARD);
        return key != nullptr && key->timestamp <= *lastTime;
    }

    /// Feeds packets until the decoder gives a frame. false: at the end.
    Result<bool> decode() {
        while (true) {
            const int rc = avcodec_receive_frame(codec.get(), frame.get());
            if (rc == 0) return true;
            if (rc == AVERROR_EOF) return false;
            if (rc != AVERROR(EAGAIN)) {
                defect("CORRUPT_FRAME", fmt::format("Frame {} cannot be decoded: {}.", index, avText(rc)));
                (void)complaints.take();
                if (draining) return false;
            }
            if (draining) continue;
            int got = 0;
            if (!held.empty()) {
                packet = std::move(held.front());
                held.pop_front();
            } else {
                got = av_read_frame(input.get(), packet.get());
                if (got >= 0 && packet->stream_index == stream) ++stats.packetsRead;
            }
            if (got < 0) {
                if (got != AVERROR_EOF) defect("TRUNCATED", fmt::format("Reading stopped after frame {}: {}.", index, avText(got)));
                draining = true;
                avcodec_send_packet(codec.get(), nullptr);
                continue;
            }
            if (packet->stream_index == stream) {
                if ((packet->flags & AV_PKT_FLAG_DISCARD) && (!lastDiscard || packet->dts == AV_NOPTS_VALUE || packet->dts > *lastDiscard)) {
                    ++discardPackets;
                    lastDiscard = packet->dts;
                }
                if (packet->flags & AV_PKT_FLAG_CORRUPT) defect("CORRUPT_PACKET", fmt::format("A packet near frame {} is marked as damaged.", index));
                watch.went(*packet);
                const int sent = avcodec_send_packet(codec.get(), packet.get());
                if (sent < 0 && sent != AVERROR(EAGAIN) && sent != AVERROR_EOF) {
                    defect("CORRUPT_PACKET", fmt::format("A packet near frame {} cannot be decoded: {}.", index, avText(sent)));
                    (void)complaints.take();
                }
            }
            av_packet_unref(packet.get());
        }
    }

    /// Presentation time of a frame not met before.
    std::int64_t newTime() {
        const std::int64_t duration = std::max<std::int64_t>(1, frameDuration());
        const std::int64_t after = met == 0 ? 0 : times[static_cast<std::size_t>(met - 1)] + duration;
        if (frame->best_effort_timestamp == AV_NOPTS_VALUE) {
            timesTell = false;
            return after;
        }
        const std::int64_t time = frame->best_effort_timestamp + timeShift;
        // A single frame out of order is damage; a jump back over several is another film's clock.
        if (met == 0 || (input->iformat->flags & AVFMT_TS_DISCONT) == 0 || times[static_cast<std::size_t>(met - 1)] - time <= 3 * duration) return time;
        timesTell = false;
        timeShift += after - time;
        return after;
    }

    [[nodiscard]] std::int64_t frameDuration() const { return info.container == "pictures" ? 1 : durationOf(*frame); }

    /// Books the frame `index`, given or not. Its time.
    std::int64_t note(bool& corrupt) {
        std::int64_t time = frame->best_effort_timestamp;
        if (index < met) {
            time = times[static_cast<std::size_t>(index)];
        } else if (index == met) {
            time = newTime();
            if (met > 0) noteInterval(time - times[static_cast<std::size_t>(met - 1)]);
            if (met < static_cast<FrameIndex>(times.size()) && times[static_cast<std::size_t>(met)] != time) distrustPackets();
            if (met == static_cast<FrameIndex>(times.size())) times.push_back(time);
            ++met;
        }
        lastTime = time;
        corrupt = (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0 || frame->decode_error_flags != 0;
        if (corrupt) defect("CORRUPT_FRAME", fmt::format("Frame {} is damaged; the decoder patched it.", index));
        // Decoders with threads complain a few frames ahead.
        if (const std::string complaint = complaints.take(); !complaint.empty() && !corrupt) {
            corrupt = true;
            defect("CORRUPT_FRAME", fmt::format("Frame {} or one close to it is damaged; the decoder patched it ({}).", index, complaint));
        }
        if (frame->width != firstWidth || frame->height != firstHeight) {
            if (firstWidth == 0) {
                firstWidth = frame->width;
                firstHeight = frame->height;
            } else if (!sizeReported) {
                sizeReported = true;
                defect("SIZE_CHANGE", fmt::format("From frame {} on the picture is {}x{} instead of {}x{}; it is scaled to the first size.", index, frame->width, frame->height, firstWidth, firstHeight));
            }
        }
        return time;
    }

    void noteInterval(std::int64_t interval) {
        // Two frames of one time cannot be told apart by it.
        if (interval <= 0) timesTell = false;
        const double frames = static_cast<double>(interval) * info.timebase.value() * info.frameRate.value();
        if (frames <= kGap) return;
        ++gapCount;
        missing += std::llround(frames) - 1;
        if (gaps.size() < kMaxListedDefects) gaps.emplace_back(met, std::llround(frames) - 1);
    }

    /// Decodes up to the next frame to give: `frame` then holds it, booked, and `index` is its number. false: at the end.
    Result<bool> step() {
        while (!ended) {
            TT_ASSIGN(const bool got, decode());
            const bool isPictures = info.container == "pictures";
            if (!got) {
                if (isPictures && ++nextPicture < pictures.files.size()) {
                    TT_TRY(openCodec(pictures.files[nextPicture], true));
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
                    checkCount();
                }
                break;
            }
            if (isPictures) frame->best_effort_timestamp = index;
            const std::int64_t time = frame->best_effort_timestamp;
            const bool asSent = isPictures || watch.came(time);
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
                const bool wanted = !uncounted && (isPictures || (skipCount >= 0 ? skipCount-- == 0 : time >= skipToTime));
                if (!wanted) {
                    ++stats.framesDiscarded;
                    av_frame_unref(frame.get());
                    continue;
                }
                (void)complaints.take();
                index = skipTo;
                skipTo = skipCount = -1;
                countFrom.reset();
                if (isPictures) frame->best_effort_timestamp = index;
            } else if (index > met && (!asSent || (index < static_cast<FrameIndex>(times.size()) && time != times[static_cast<std::size_t>(index)]))) {
                TT_TRY(givenUp(index));
                continue;
            } else if (index == met && !asSent) {
                packetsTell = false;
            }
            if (index >= passTo) return true;
            bool corrupt = false;
            note(corrupt);
            av_frame_unref(frame.get());
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
        out.interlaced = frame->interlaced_frame != 0;
        out.topFieldFirst = frame->top_field_first != 0;
        converter.convert(*frame, firstWidth, firstHeight, info.assumed, out);
        av_frame_unref(frame.get());
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

    void checkCount() {
        if (info.container == "pictures") {
            if (pictures.gaps > 0) defect("SEQUENCE_GAP", fmt::format("{} pictures are missing in the sequence.", pictures.gaps));
            return;
        }
        std::error_code ec;
        // A transport stream has no count of its frames, but it is made of packets of 188 bytes.
        if (info.container == "mpegts" && std::filesystem::file_size(info.path, ec) % 188 != 0 && !ec)
            defect("TRUNCATED", fmt::format("The last packet of the film is not whole; the file was cut short after frame {}.", index - 1));
        const std::int64_t expected = info.expectedFrames + info.hiddenFrames - discardPackets;
        const std::int64_t slack = info.expectedIsExact ? 0 : std::max<std::int64_t>(2, info.expectedFrames / 20);
        // A number reckoned from the duration, or AVI's, counts frames that are not there where a film stands still for a while.
        // MPEG streams are made at constant rate.
        const bool countsTime = (!info.expectedIsExact || info.container == "avi") && (input->iformat->flags & AVFMT_TS_DISCONT) == 0 && timesTell;
        const std::int64_t reached = countsTime && met > 0 ? std::llround(static_cast<double>(times[static_cast<std::size_t>(met - 1)] - times.front()) * info.timebase.value() * info.frameRate.value()) + 1 : 0;
        if (!info.variableRate && std::max(index, reached) < expected - slack)
            defect("TRUNCATED", fmt::format("The film ends after {} frames, its header says {}; the file is cut short or damaged.", index, expected));
        checkGaps();
    }

    /// Packets that are gone without trace leave holes in the times of a film of constant rate. Where holes are common the
    /// rate is not constant, whatever the header says; AVI has no times, and says "the frame before once more" by a hole.
    void checkGaps() {
        if (info.variableRate || info.container == "avi" || !timesTell || !codecShowsEveryPacket(codec->codec_id)) return;
        if (gapCount * 10 > met || missing * 10 > met) return;
        for (const auto& [after, count] : gaps) {
            if (defects.size() >= kMaxListedDefects) return;
            const auto known = [&](const Defect& d) { return d.frame == after && d.code == "MISSING_FRAMES"; };
            if (std::none_of(defects.begin(), defects.end(), known))
                defects.push_back({after, "MISSING_FRAMES", fmt::format("Before frame {} {} missing; the picture stands still there, sound stays in step.", after, count == 1 ? "a frame is" : fmt::format("{} frames are", count))});
        }
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
    if (p->info.container == "pictures")
        TT_TRY(p->openCodec(p->pictures.files.front(), true));
    else
        TT_TRY(p->openCodec(path, false));
    return FrameReader(std::move(p));
}

const MediaInfo& FrameReader::info() const noexcept { return p_->info; }
const std::vector<Defect>& FrameReader::defects() const noexcept { return p_->defects; }
const DecodeStats& FrameReader::stats() const noexcept { return p_->stats; }

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
        TT_TRY(p.openCodec(p.pictures.files[p.nextPicture], true));
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
