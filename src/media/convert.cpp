// SPDX-License-Identifier: Apache-2.0
#include "media/convert.h"

#include <cstring>

#include "media/demux.h"

namespace tintreel::media {
namespace {

bool readable(const AVPixFmtDescriptor& d) {
    if (d.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_FLOAT |
                   AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL))
        return false;
    // Each component alone in its plane, from bit 0: planar YUV and grey.
    for (int i = 0; i < d.nb_components; ++i)
        if (d.comp[i].plane != i || d.comp[i].shift != 0 || d.comp[i].offset != 0) return false;
    return d.nb_components != 2;
}

/// The planar layout that holds what an unreadable one holds.
AVPixelFormat planarFor(AVPixelFormat format, const AVPixFmtDescriptor& d) {
    const int depth = d.comp[0].depth;
    if (d.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL))
        return depth > 8 ? AV_PIX_FMT_YUV444P16LE : AV_PIX_FMT_YUV444P;
    if (d.nb_components <= 2) return depth > 8 ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8;
    for (const AVPixFmtDescriptor* c = av_pix_fmt_desc_next(nullptr); c != nullptr; c = av_pix_fmt_desc_next(c))
        if (readable(*c) && c->nb_components == 3 && c->comp[0].depth == depth && c->log2_chroma_w == d.log2_chroma_w &&
            c->log2_chroma_h == d.log2_chroma_h && sws_isSupportedOutput(av_pix_fmt_desc_get_id(c)))
            return av_pix_fmt_desc_get_id(c);
    (void)format;
    return depth > 8 ? AV_PIX_FMT_YUV444P16LE : AV_PIX_FMT_YUV444P;
}

}  // namespace

void setScalerColors(SwsContext* scaler, int sourceMatrix, bool sourceFull, int targetMatrix, bool targetFull) {
    // sws_getCoefficients takes H.273 matrix codes.
    sws_setColorspaceDetails(scaler, sws_getCoefficients(sourceMatrix), sourceFull ? 1 : 0,
                             sws_getCoefficients(targetMatrix), targetFull ? 1 : 0, 0, 1 << 16, 1 << 16);
}

void copyPlane(const AVFrame& frame, int plane, int width, int height, int bytes, Plane<std::uint16_t>& out) {
    out = Plane<std::uint16_t>(width, height);
    for (int y = 0; y < height; ++y) {
        const std::uint8_t* row = frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane];
        if (bytes == 2) std::memcpy(out.row(y), row, static_cast<std::size_t>(width) * 2);
        else std::copy(row, row + width, out.row(y));
    }
}

void PlaneConverter::convert(const AVFrame& source, int width, int height, const ColorTags& tags, VideoFrame& out) {
    const AVFrame* frame = &source;
    auto format = static_cast<AVPixelFormat>(source.format);
    const AVPixFmtDescriptor* d = av_pix_fmt_desc_get(format);
    if (!readable(*d) || source.width != width || source.height != height) {
        const AVPixelFormat target = readable(*d) ? format : planarFor(format, *d);
        const int key[5] = {source.width, source.height, source.format, target, width};
        if (std::memcmp(key, scalerKey_, sizeof key) != 0) {
            std::memcpy(scalerKey_, key, sizeof key);
            scaler_.reset(sws_getContext(source.width, source.height, format, width, height, target,
                                         SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr,
                                         nullptr));
            const bool rgb = (d->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
            setScalerColors(scaler_.get(), tags.matrix, rgb || tags.fullRange, tags.matrix, tags.fullRange);
            scaled_.reset(av_frame_alloc());
            scaled_->width = width;
            scaled_->height = height;
            scaled_->format = target;
            av_frame_get_buffer(scaled_.get(), 0);
        }
        sws_scale(scaler_.get(), source.data, source.linesize, 0, source.height, scaled_->data, scaled_->linesize);
        frame = scaled_.get();
        format = target;
        d = av_pix_fmt_desc_get(format);
    }
    out.depth = d->comp[0].depth;
    const int bytes = out.depth > 8 ? 2 : 1;
    copyPlane(*frame, 0, width, height, bytes, out.y);
    if (d->nb_components < 3) return;
    out.chromaShiftX = d->log2_chroma_w;
    out.chromaShiftY = d->log2_chroma_h;
    const int chromaWidth = AV_CEIL_RSHIFT(width, d->log2_chroma_w),
              chromaHeight = AV_CEIL_RSHIFT(height, d->log2_chroma_h);
    copyPlane(*frame, 1, chromaWidth, chromaHeight, bytes, out.cb);
    copyPlane(*frame, 2, chromaWidth, chromaHeight, bytes, out.cr);
}

}  // namespace tintreel::media
