// SPDX-License-Identifier: Apache-2.0
#include "media/frame_planes.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "media/convert.h"
#include "media/demux.h"

namespace tintreel::media {
namespace {

/// One code at another depth and range, rounded and clipped. Full range: white stays white; limited range counts by
/// powers of two (H.273).
std::uint16_t fitted(std::uint32_t code, int from, bool fromFull, int to, bool toFull) {
    const auto highestFrom = (1ULL << from) - 1, highest = (1ULL << to) - 1;
    if (fromFull && toFull)
        return static_cast<std::uint16_t>((std::min<std::uint64_t>(code, highestFrom) * highest + highestFrom / 2) /
                                          highestFrom);
    if (fromFull)
        return static_cast<std::uint16_t>(
            (16ULL << (to - 8)) +
            (std::min<std::uint64_t>(code, highestFrom) * (219ULL << (to - 8)) + highestFrom / 2) / highestFrom);
    if (toFull) {
        const auto black = 16ULL << (from - 8), span = 219ULL << (from - 8), above = code > black ? code - black : 0;
        return static_cast<std::uint16_t>(std::min<std::uint64_t>((above * highest + span / 2) / span, highest));
    }
    if (to >= from) return static_cast<std::uint16_t>(code << (to - from));
    const int shift = from - to;
    return static_cast<std::uint16_t>(std::min<std::uint64_t>((code + (1U << (shift - 1))) >> shift, highest));
}

/// The row that stands for row y of a frame that is higher than the picture: the last one, of the same field where
/// there are two.
int sourceRow(int y, int height, bool interlaced) {
    if (y < height) return y;
    if (!interlaced || height < 2) return height - 1;
    return height - 1 - ((y - (height - 1)) & 1);
}

void fillPlane(AVFrame& frame, int plane, const Plane<std::uint16_t>& source, int depth, int width, int height,
               bool interlaced) {
    for (int y = 0; y < height; ++y) {
        const std::uint16_t* from = source.row(sourceRow(y, source.height, interlaced));
        std::uint8_t* row = frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane];
        const int own = std::min(width, source.width);
        if (depth > 8) std::memcpy(row, from, static_cast<std::size_t>(own) * 2);
        else std::transform(from, from + own, row, [](std::uint16_t code) { return static_cast<std::uint8_t>(code); });
        for (int x = own; x < width; ++x) {
            if (depth > 8) std::memcpy(row + 2 * x, from + own - 1, 2);
            else row[x] = row[own - 1];
        }
    }
}

FramePtr newFrame(int width, int height, AVPixelFormat format) {
    FramePtr frame(av_frame_alloc());
    frame->width = width;
    frame->height = height;
    frame->format = format;
    if (av_frame_get_buffer(frame.get(), 0) < 0) return nullptr;
    return frame;
}

}  // namespace

void fitToOutput(VideoFrame& frame, const OutputFormat& format) {
    if (frame.depth == format.depth && frame.fullRange == format.tags.fullRange) return;
    std::vector<std::uint16_t> table(std::size_t{1} << frame.depth);
    for (std::uint32_t code = 0; code < table.size(); ++code)
        table[code] = fitted(code, frame.depth, frame.fullRange, format.depth, format.tags.fullRange);
    for (auto& code : frame.y.data) code = table[std::min<std::size_t>(code, table.size() - 1)];
    frame.depth = format.depth;
    frame.fullRange = format.tags.fullRange;
}

AVPixelFormat planarFormat(int depth, int chromaShiftX, int chromaShiftY) {
    for (const AVPixFmtDescriptor* d = av_pix_fmt_desc_next(nullptr); d != nullptr; d = av_pix_fmt_desc_next(d)) {
        if (d->nb_components != 3 ||
            (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_HWACCEL)) !=
                0 ||
            d->comp[0].depth != depth)
            continue;
        const bool planar =
            d->comp[0].plane == 0 && d->comp[1].plane == 1 && d->comp[2].plane == 2 && d->comp[0].shift == 0;
        if (planar && d->log2_chroma_w == chromaShiftX && d->log2_chroma_h == chromaShiftY &&
            std::string(d->name).find("yuvj") == std::string::npos)
            return av_pix_fmt_desc_get_id(d);
    }
    return AV_PIX_FMT_NONE;
}

AVFrame* FrameAssembler::assemble(const VideoFrame& source, const Plane<std::uint16_t>& cb,
                                  const Plane<std::uint16_t>& cr, const OutputFormat& format) {
    if (!planes_)
        planes_ = newFrame(format.codedWidth, format.codedHeight,
                           planarFormat(format.depth, format.chromaShiftX, format.chromaShiftY));
    // The encoder may still hold the buffers of the frame before.
    if (!planes_ || av_frame_make_writable(planes_.get()) < 0) return nullptr;
    AVFrame& frame = *planes_;
    const int chromaWidth = AV_CEIL_RSHIFT(frame.width, format.chromaShiftX),
              chromaHeight = AV_CEIL_RSHIFT(frame.height, format.chromaShiftY);
    fillPlane(frame, 0, source.y, format.depth, frame.width, frame.height, format.interlaced);
    fillPlane(frame, 1, cb, format.depth, chromaWidth, chromaHeight, format.interlaced);
    fillPlane(frame, 2, cr, format.depth, chromaWidth, chromaHeight, format.interlaced);
    frame.colorspace = static_cast<AVColorSpace>(format.tags.matrix);
    frame.color_range = format.tags.fullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    const AVPixelFormat wanted = av_get_pix_fmt(format.pixelFormat.c_str());
    AVFrame* out = wanted == frame.format ? &frame : converted(format, wanted);
    if (out == nullptr) return nullptr;
    out->interlaced_frame = format.interlaced && source.interlaced ? 1 : 0;
    out->top_field_first = source.topFieldFirst ? 1 : 0;
    return out;
}

AVFrame* FrameAssembler::converted(const OutputFormat& format, AVPixelFormat wanted) {
    if (!converted_) {
        converted_ = newFrame(planes_->width, planes_->height, wanted);
        scaler_.reset(sws_getContext(planes_->width, planes_->height, static_cast<AVPixelFormat>(planes_->format),
                                     planes_->width, planes_->height, wanted,
                                     SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr));
        if (!converted_ || !scaler_) return nullptr;
        const bool toRgb = layoutOf(wanted).rgb;
        setScalerColors(scaler_.get(), format.tags.matrix, format.tags.fullRange, format.tags.matrix,
                        toRgb || format.tags.fullRange);
        converted_->colorspace = toRgb ? AVCOL_SPC_RGB : planes_->colorspace;
        converted_->color_range = toRgb ? AVCOL_RANGE_JPEG : planes_->color_range;
    }
    if (av_frame_make_writable(converted_.get()) < 0) return nullptr;
    sws_scale(scaler_.get(), planes_->data, planes_->linesize, 0, planes_->height, converted_->data,
              converted_->linesize);
    return converted_.get();
}

}  // namespace tintreel::media
