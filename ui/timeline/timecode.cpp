// SPDX-License-Identifier: Apache-2.0
#include "timeline/timecode.h"

#include <algorithm>
#include <cmath>

#include <QCoreApplication>
#include <QStringList>

namespace tintreel::ui {
namespace {

/// Labels left out at every full minute but each tenth: 2 at 29.97, so that the clock loses nothing against real time.
FrameIndex droppedLabels(const TimecodeFormat& format) noexcept { return format.drops() ? format.base() / 15 : 0; }

/// A duration needs no label of its own, so nothing is moved away from the dropped ones.
FrameIndex framesFromDuration(FrameIndex label, const TimecodeFormat& format) noexcept {
    const FrameIndex minutes = label / (FrameIndex{format.base()} * 60);
    return label - droppedLabels(format) * (minutes - minutes / 10);
}

std::optional<FrameIndex> number(const QString& text, qsizetype maxDigits) {
    const bool digits = std::all_of(text.begin(), text.end(), [](QChar c) { return c >= u'0' && c <= u'9'; });
    if (text.isEmpty() || text.size() > maxDigits || !digits) return std::nullopt;
    return text.toLongLong();
}

/// The count of "…:SS:FF"; only the first part may pass its limit ("90:00" is a minute and a half).
std::optional<FrameIndex> labelFromParts(const QStringList& parts, int base) {
    FrameIndex label = 0;
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool frames = i == parts.size() - 1;
        const auto value = number(parts[i], i == 0 ? 6 : 3);
        if (!value || (frames && *value >= base) || (!frames && i > 0 && *value >= 60)) return std::nullopt;
        label = label * (frames ? base : 60) + *value;
    }
    return label;
}

}  // namespace

int TimecodeFormat::base() const noexcept {
    const double value = rate.value();
    return std::isfinite(value) ? static_cast<int>(std::clamp(std::round(value), 1.0, 1000.0)) : 1;
}

bool TimecodeFormat::drops() const noexcept {
    // Some files say 2997/100 instead of 30000/1001: both are within a thousandth of base / 1.001.
    return dropFrame && base() % 30 == 0 && std::abs(rate.value() * 1.001 - base()) < 0.001 * base() / 2;
}

FrameIndex labelFromFrame(FrameIndex frame, const TimecodeFormat& format) noexcept {
    const FrameIndex dropped = droppedLabels(format);
    if (dropped == 0 || frame < 0) return frame;
    const FrameIndex wholeMinute = FrameIndex{format.base()} * 60;
    const FrameIndex minute = wholeMinute - dropped;
    const FrameIndex tenMinutes = wholeMinute + 9 * minute;
    const FrameIndex rest = frame % tenMinutes;
    const FrameIndex minutesInRest = rest < wholeMinute ? 0 : 1 + (rest - wholeMinute) / minute;
    return frame + dropped * (9 * (frame / tenMinutes) + minutesInRest);
}

FrameIndex frameFromLabel(FrameIndex label, const TimecodeFormat& format) noexcept {
    const FrameIndex dropped = droppedLabels(format);
    if (dropped == 0 || label < 0) return label;
    const FrameIndex wholeMinute = FrameIndex{format.base()} * 60;
    const FrameIndex intoMinute = label % wholeMinute;
    if (intoMinute < dropped && label / wholeMinute % 10 != 0) label += dropped - intoMinute;
    return framesFromDuration(label, format);
}

QString timecode(FrameIndex frame, const TimecodeFormat& format) {
    const FrameIndex base = format.base();
    const FrameIndex label = labelFromFrame(frame < 0 ? -frame : frame, format);
    const FrameIndex seconds = label / base;
    const auto two = [](FrameIndex value, int digits = 2) { return QStringLiteral("%1").arg(value, digits, 10, QLatin1Char('0')); };
    return (frame < 0 ? QStringLiteral("-") : QString()) + two(seconds / 3600) + u':' + two(seconds / 60 % 60) + u':' + two(seconds % 60) +
           (format.drops() ? u';' : u':') + two(label % base, base > 100 ? 3 : 2);
}

std::optional<TimecodeEntry> parseTimecode(const QString& text, FrameIndex present, const TimecodeFormat& format) {
    QString body = text.trimmed();
    const bool relative = body.startsWith(u'+') || body.startsWith(u'-');
    const FrameIndex sign = body.startsWith(u'-') ? -1 : 1;
    if (relative) body = body.mid(1).trimmed();
    body.replace(u';', u':').replace(u'.', u':');
    const auto parts = body.split(u':');
    if (parts.size() > 4) return std::nullopt;
    const bool plain = parts.size() == 1;
    const auto count = plain ? number(body, 12) : labelFromParts(parts, format.base());
    if (!count) return std::nullopt;
    if (relative) return TimecodeEntry{present + sign * (plain ? *count : framesFromDuration(*count, format)), true};
    return TimecodeEntry{plain ? *count : frameFromLabel(*count, format), false};
}

QString timecodeHelp(const TimecodeFormat& format) {
    return QCoreApplication::translate("tintreel::ui::Timecode",
                                       "Allowed: HH:MM:SS:FF, SS:FF or a frame number, with FF from 0 to %1; "
                                       "with + or − in front to go on from here, as in +12 or -1:00.")
        .arg(format.base() - 1);
}

}  // namespace tintreel::ui
