// SPDX-License-Identifier: Apache-2.0
#include "timeline/timecode.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

namespace tintreel::ui {
namespace {

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

QString timecode(FrameIndex frame, const TimecodeFormat& format) {
    return QString::fromStdString(timecodeText(frame, format));
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
    if (relative) return TimecodeEntry{present + sign * (plain ? *count : framesOfDuration(*count, format)), true};
    return TimecodeEntry{plain ? *count : frameFromLabel(*count, format), false};
}

QString timecodeHelp(const TimecodeFormat& format) {
    return QCoreApplication::translate("tintreel::ui::Timecode",
                                       "Allowed: HH:MM:SS:FF, SS:FF or a frame number, with FF from 0 to %1; "
                                       "with + or − in front to go on from here, as in +12 or -1:00.")
        .arg(format.base() - 1);
}

}  // namespace tintreel::ui
