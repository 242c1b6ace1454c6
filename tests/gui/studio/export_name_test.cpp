// SPDX-License-Identifier: Apache-2.0
#include "studio/export_name.h"

#include <gtest/gtest.h>

namespace tintreel::ui {
namespace {

const QMap<QString, QString> kWords{{QStringLiteral("name"), QStringLiteral("Nosferatu")},
                                    {QStringLiteral("preset"), QStringLiteral("web")},
                                    {QStringLiteral("range"), QStringLiteral("10-20")},
                                    {QStringLiteral("date"), QStringLiteral("2026-11-25")},
                                    {QStringLiteral("scene"), QStringLiteral("scene003")}};

ExportName name(const char* pattern, const QStringList& taken = {}, bool replace = false) {
    return exportName(
        QString::fromUtf8(pattern), kWords, replace, [&](const QString& n) { return taken.contains(n); }, 16);
}

TEST(ExportName, WordsInBracesAreFilled) {
    EXPECT_EQ(name("{name}_{preset}_{range}_{scene}_{date}").name.toStdString(),
              "Nosferatu_web_10-20_scene003_2026-11-25");
    EXPECT_EQ(name("{name}{name}").name.toStdString(), "NosferatuNosferatu");
    EXPECT_EQ(name("plain %d 100 %").name.toStdString(), "plain %d 100 %");
    EXPECT_EQ(name("Überfall – Nr. 1").name, QStringLiteral("Überfall – Nr. 1"));
    EXPECT_TRUE(name("{nam}").error.contains(QStringLiteral("{nam}")));
    EXPECT_TRUE(name("{nam}").error.contains(QStringLiteral("{name}"))) << "says what there is";
    EXPECT_TRUE(name("{}").name.isEmpty());
}

TEST(ExportName, NamesAreUniqueUnlessTheFileIsToBeReplaced) {
    const QStringList taken{QStringLiteral("film"), QStringLiteral("film_2"), QStringLiteral("Nosferatu_v001")};
    EXPECT_EQ(name("film", taken).name.toStdString(), "film_3");
    EXPECT_TRUE(name("film", taken).moved);
    EXPECT_EQ(name("film", taken, true).name.toStdString(), "film");
    EXPECT_FALSE(name("film", taken, true).moved);
    EXPECT_EQ(name("{name}_{version}", taken).name.toStdString(), "Nosferatu_v002");
    EXPECT_FALSE(name("{name}_{version}", taken).moved) << "that is what the word means";
    EXPECT_EQ(name("{name}_{version}", taken, true).name.toStdString(), "Nosferatu_v002")
        << "a new version replaces nothing";
    const auto all = exportName(QStringLiteral("x"), kWords, false, [](const QString&) { return true; });
    EXPECT_TRUE(all.name.isEmpty());
    EXPECT_FALSE(all.error.isEmpty());
}

TEST(ExportName, WhatCannotBeAFileIsSaidInWords) {
    EXPECT_EQ(name("../{name}\n").name.toStdString(), "..-Nosferatu-");
    for (const char* empty : {"", "   ", ".", ".."}) EXPECT_FALSE(name(empty).error.isEmpty()) << '"' << empty << '"';
    const auto longest = QString(239, QLatin1Char('x'));
    EXPECT_EQ(name(longest.toUtf8().constData()).name, longest);
    EXPECT_TRUE(name((longest + QLatin1Char('x')).toUtf8().constData()).name.isEmpty()) << "16 bytes are for endings";
    EXPECT_TRUE(name(QString(128, QChar(0x00e9)).toUtf8().constData()).name.isEmpty()) << "bytes count, not letters";
}

}  // namespace
}  // namespace tintreel::ui
