// SPDX-License-Identifier: Apache-2.0
#include "panels/media_words.h"

#include <map>

#include <QCoreApplication>
#include <QStringList>

namespace tintreel::ui {
namespace {

QString tr(const char* text) { return QCoreApplication::translate("tintreel::ui::MediaWords", text); }

QString nameIn(const std::map<int, const char*>& names, int code) {
    if (code == 2) return tr("not stated");
    const auto name = names.find(code);
    return name == names.end() ? tr("code %1").arg(code) : QString::fromUtf8(name->second);
}

/// A tag that the file may leave open.
QString tagWords(const QString& assumed, bool stated) {
    return (stated ? tr("%1 (stated)") : tr("%1 (assumed; the file does not say)")).arg(assumed);
}

QString sizeWords(const media::MediaInfo& info) {
    auto text = tr("%1 × %2").arg(info.width).arg(info.height);
    const auto& aspect = info.sampleAspect;
    if (aspect.num > 0 && aspect.den > 0 && aspect.num != aspect.den)
        text += tr(", shown as %1 × %2").arg(qRound(info.width * aspect.value())).arg(info.height);
    return text;
}

QString layoutWords(const media::PixelLayout& layout) {
    QStringList words{QString::fromStdString(layout.name), tr("%1 bit").arg(layout.depth)};
    if (layout.grey) words << tr("grey");
    if (layout.rgb) words << tr("RGB");
    if (layout.alpha) words << tr("with alpha");
    return words.join(QStringLiteral(", "));
}

QString frameWords(const media::MediaInfo& info) {
    if (info.expectedFrames <= 0) return tr("unknown");
    const auto text = info.expectedIsExact ? tr("%1") : tr("about %1");
    return text.arg(info.expectedFrames) + (info.duration > 0 ? tr(", %1 s").arg(info.duration, 0, 'f', 3) : QString());
}

QString streamWords(const media::StreamInfo& stream) {
    auto text = tr("%1: %2, %3")
                    .arg(stream.index)
                    .arg(QString::fromStdString(stream.type), QString::fromStdString(stream.codec));
    if (!stream.language.empty()) text += tr(", %1").arg(QString::fromStdString(stream.language));
    return stream.chosen ? text + tr(" (coloured)") : text;
}

}  // namespace

// clang-format off
QString matrixName(int h273) {
    return nameIn({{0, "RGB"}, {1, "BT.709"}, {4, "FCC"}, {5, "BT.601 (625)"}, {6, "BT.601 (525)"}, {7, "SMPTE 240M"},
                   {8, "YCgCo"}, {9, "BT.2020"}, {10, "BT.2020 constant luminance"}}, h273);
}
QString primariesName(int h273) {
    return nameIn({{1, "BT.709"}, {4, "BT.470 M"}, {5, "BT.601 (625)"}, {6, "BT.601 (525)"}, {7, "SMPTE 240M"},
                   {8, "film"}, {9, "BT.2020"}, {11, "DCI-P3"}, {12, "Display P3"}}, h273);
}
QString transferName(int h273) {
    return nameIn({{1, "BT.709"}, {4, "gamma 2.2"}, {5, "gamma 2.8"}, {6, "BT.601"}, {7, "SMPTE 240M"}, {8, "linear"},
                   {13, "sRGB"}, {14, "BT.2020 (10 bit)"}, {15, "BT.2020 (12 bit)"}, {16, "PQ"}, {18, "HLG"}}, h273);
}
// clang-format on

QString fieldOrderWords(const std::string& order) {
    if (order == "progressive") return tr("progressive");
    if (order == "tt" || order == "bt") return tr("interlaced, top field first");
    if (order == "bb" || order == "tb") return tr("interlaced, bottom field first");
    return tr("unknown");
}

QString rateWords(const media::MediaInfo& info) {
    auto text = tr("%1 frames/s").arg(info.frameRate.value(), 0, 'g', 5);
    if (info.frameRate.den != 1) text += tr(" (%1/%2)").arg(info.frameRate.num).arg(info.frameRate.den);
    return text + (info.variableRate ? tr(", variable: every frame keeps its own time") : tr(", constant"));
}

std::vector<std::pair<QString, QString>> factsOf(const media::MediaInfo& info) {
    QStringList tracks;
    QString codec = tr("unknown");
    for (const auto& stream : info.streams) {
        tracks << streamWords(stream);
        if (stream.chosen) codec = QString::fromStdString(stream.codec);
    }
    const auto range = info.assumed.fullRange ? tr("full") : tr("limited");
    return {{tr("File"), QString::fromStdString(info.path.string())},
            {tr("Container"), QString::fromStdString(info.container)},
            {tr("Codec"), codec},
            {tr("Size"), sizeWords(info)},
            {tr("Pixels"), layoutWords(info.layout)},
            {tr("Rate"), rateWords(info)},
            {tr("Frames"), frameWords(info)},
            {tr("Matrix"), tagWords(matrixName(info.assumed.matrix), info.stated.matrix != 2)},
            {tr("Primaries"), tagWords(primariesName(info.assumed.primaries), info.stated.primaries != 2)},
            {tr("Transfer"), tagWords(transferName(info.assumed.transfer), info.stated.transfer != 2)},
            {tr("Range"), tagWords(range, info.stated.rangeStated)},
            {tr("Sample aspect"), tr("%1:%2").arg(info.sampleAspect.num).arg(info.sampleAspect.den)},
            {tr("Rotation"), info.rotation == 0 ? tr("none") : tr("%1° clockwise").arg(info.rotation)},
            {tr("Fields"), fieldOrderWords(info.fieldOrder)},
            {tr("Timecode"), info.timecode.empty() ? tr("none") : QString::fromStdString(info.timecode)},
            {tr("Chapters"), QString::number(info.chapters)},
            {tr("Tracks"), tracks.isEmpty() ? tr("none") : tracks.join(QLatin1Char('\n'))}};
}

}  // namespace tintreel::ui
