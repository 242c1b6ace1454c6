// SPDX-License-Identifier: Apache-2.0
#include "studio/export_name.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace tintreel::ui {
namespace {

constexpr int kLongestName = 255;  // bytes, on the file systems we know
constexpr int kMostNames = 9999;

QString tr(const char* text) { return QCoreApplication::translate("ExportName", text); }

QString inFileName(QString text) {
    static const QRegularExpression kForbidden(QStringLiteral("[/\\x00-\\x1f\\x7f]"));
    return text.replace(kForbidden, QStringLiteral("-"));
}

}  // namespace

ExportName exportName(const QString& pattern, const QMap<QString, QString>& words, bool replace,
                      const std::function<bool(const QString&)>& taken, qsizetype reserve) {
    static const QRegularExpression kWord(QStringLiteral("\\{([^{}]*)\\}"));
    const auto fill = [&](int version) {
        QString name;
        qsizetype at = 0;
        for (auto word = kWord.globalMatch(pattern); word.hasNext();) {
            const auto match = word.next();
            name += pattern.mid(at, match.capturedStart() - at);
            name += match.captured(1) == QLatin1String("version")
                        ? QStringLiteral("v%1").arg(version, 3, 10, QLatin1Char('0'))
                        : words.value(match.captured(1));
            at = match.capturedEnd();
        }
        return inFileName(name + pattern.mid(at)).trimmed();
    };
    bool versioned = false;
    for (auto word = kWord.globalMatch(pattern); word.hasNext();) {
        const auto name = word.next().captured(1);
        versioned |= name == QLatin1String("version");
        if (name != QLatin1String("version") && !words.contains(name))
            return {{},
                    tr("“{%1}” is no word for names; there are {version} and {%2}.")
                        .arg(name, words.keys().join(QStringLiteral("}, {"))),
                    false};
    }
    for (int n = 1; n <= kMostNames; ++n) {
        auto name = fill(n);
        if (!versioned && n > 1) name += QStringLiteral("_%1").arg(n);
        if (name.isEmpty() || name == QLatin1String(".") || name == QLatin1String(".."))
            return {{}, tr("The export needs a name."), false};
        if (name.toUtf8().size() + reserve > kLongestName)
            return {
                {}, tr("The name is longer than a file system holds (%1 bytes); shorten it.").arg(kLongestName), false};
        if (!taken(name) || (replace && !versioned)) return {name, {}, n > 1 && !versioned};
    }
    return {{}, tr("All names of this template are taken; choose another."), false};
}

}  // namespace tintreel::ui
