// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include <QMap>
#include <QString>

namespace tintreel::ui {

/// Names of exports from a template such as "{name}_{preset}_{version}".
struct ExportName {
    QString name;        ///< without folder and ending; "" when there is an error
    QString error;       ///< why the template gives no name, in words
    bool moved = false;  ///< another number was taken than the template says, because the name was taken
};

/// Fills the words in braces; `words` holds all but {version}, which becomes the first of v001, v002, … that is free. A
/// template without {version} whose name is taken gets _2, _3, …, unless `replace`. What cannot stand in a file name
/// becomes "-". `taken` is asked for names without folder and ending, which must leave room for `reserve` more bytes.
[[nodiscard]] ExportName exportName(const QString& pattern, const QMap<QString, QString>& words, bool replace,
                                    const std::function<bool(const QString& name)>& taken, qsizetype reserve = 0);

}  // namespace tintreel::ui
