// SPDX-License-Identifier: Apache-2.0
#include "studio/document.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "studio_support.h"
#include "tintreel/base/atomic_file.h"

namespace tintreel::ui {
namespace {

namespace fs = std::filesystem;
using testing::contentOf;
using testing::dot;
using ::testing::HasSubstr;
using testing::historyOf;
using testing::Mount;

/// A document whose signals are counted.
struct Watched : Document {
    Watched() {
        connect(this, &Document::refused, this, [this](const QString& text) { refusals << text; });
        connect(this, &Document::changed, this, [this] { ++changes; });
        connect(this, &Document::opened, this, [this] { ++openings; });
    }
    QStringList refusals;
    int changes = 0, openings = 0;
};

class DocumentTest : public ::testing::Test {
protected:
    DocumentTest() {
        fs::create_directories(dir_ / "films");
        fs::copy_file(testing::oneShot(), film_);
    }
    void mustOpen(Document& document, const fs::path& path) const {
        const auto result = document.open(path, fallback_);
        ASSERT_TRUE(result) << describe(result.error());
    }
    /// Opening says `words` and the file's name; nothing else changes.
    void mustRefuse(Watched& document, const fs::path& path, const std::string& words) const {
        const auto before = contentOf(document);
        const int changes = document.changes;
        const auto bytes = readFile(path);
        const auto result = document.open(path, fallback_);
        ASSERT_FALSE(result) << path;
        EXPECT_THAT(result.error().userMessage, HasSubstr(words));
        EXPECT_THAT(result.error().userMessage, HasSubstr(path.filename().string()));
        EXPECT_EQ(contentOf(document), before);
        EXPECT_EQ(document.changes, changes) << "what was open stays as it was";
        if (bytes) {
            EXPECT_EQ(*readFile(path), *bytes) << "the file was touched";
        }
    }
    testing::TempDir dir_;
    fs::path film_ = dir_ / "films/my film.mkv";
    fs::path project_ = dir_ / "films/my film.tintreel";
    fs::path fallback_ = dir_ / "home/projects";
};

TEST_F(DocumentTest, AFilmGetsAProjectBesideItWhichKeepsEverything) {
    std::string content, history;
    {
        Watched document;
        EXPECT_FALSE(document.isOpen());
        mustOpen(document, film_);
        EXPECT_EQ(document.openings, 1);
        EXPECT_TRUE(fs::equivalent(document.project().file(), project_));
        EXPECT_FALSE(fs::exists(fallback_));
        EXPECT_TRUE(document.hasFilm());
        EXPECT_TRUE(document.needsScan());
        EXPECT_EQ(document.frames(), 12);
        EXPECT_EQ(document.rate().value(), 12);
        EXPECT_EQ(document.info().width, 96);
        ASSERT_TRUE(document.recordScenes({{{0, 6}, {6, 12}}, 12, {12, 1}, {}}));
        EXPECT_FALSE(document.needsScan());
        ASSERT_TRUE(document.setPaletteSlot(0, {"sky", hints::AbColor{-5, -30}}));
        ASSERT_GT(document.addHint(dot(2, hints::PaletteColor{"sky"})), 0);
        ASSERT_TRUE(document.setCut(9, true));
        ASSERT_TRUE(document.setKeyframe(7, true));
        ASSERT_TRUE(document.setMarker(5, QStringLiteral("lóok here")));
        ASSERT_TRUE(document.setSceneNote(6, {true, "good"}));
        ASSERT_GT(document.addHint(dot(10)), 0);
        ASSERT_TRUE(document.undo());
        content = contentOf(document);
        history = historyOf(document);
        EXPECT_EQ(document.sceneAt(0), 0);
        EXPECT_EQ(document.sceneAt(8), 1);
        EXPECT_EQ(document.sceneAt(11), 2);
        EXPECT_EQ(document.sceneAt(12), -1);
        EXPECT_EQ(document.keyframes(), (std::vector<FrameIndex>{2, 7}));
        EXPECT_EQ(document.hintsOn(2).size(), 1U);
        EXPECT_EQ(document.openings, 1);
    }
    Watched again;
    mustOpen(again, film_);
    EXPECT_EQ(contentOf(again), content);
    EXPECT_EQ(historyOf(again), history);
    EXPECT_EQ(history, "Add to palette, Dot, Split scene, Make keyframe, Set marker, Scene notes, (Dot)");
    EXPECT_FALSE(again.needsScan());
    EXPECT_EQ(again.undoText(), QStringLiteral("Scene notes"));
    EXPECT_EQ(again.redoText(), QStringLiteral("Dot"));
    ASSERT_TRUE(again.redo());
    EXPECT_EQ(again.hints().size(), 2U);
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(again.undo());
    EXPECT_TRUE(again.undoText().isEmpty());
    EXPECT_TRUE(again.hints().empty());
    EXPECT_TRUE(again.palette().empty());
    EXPECT_TRUE(again.keyframes().empty());
    EXPECT_EQ(again.scenes().size(), 2U) << "what the scan has found is nobody's edit";
    EXPECT_TRUE(again.refusals.isEmpty());
}

TEST_F(DocumentTest, EachEditIsOneStepWithItsLabelThatGoesBackAndForth) {
    Watched document;
    mustOpen(document, film_);
    ASSERT_TRUE(document.recordScenes({{{0, 6}, {6, 12}}, 12, {12, 1}, {}}));
    const auto hintsFile = dir_ / "hints.json";
    hints::HintDocument imported;
    imported.palette = {{"wall", hints::RgbColor{10, 200, 30}}};
    imported.hints = {dot(1, hints::PaletteColor{"wall"}), dot(7)};
    ASSERT_TRUE(writeFileAtomically(hintsFile, hints::writeHints(imported), false));
    const auto picture = dir_ / "picture.png";
    ASSERT_EQ(testing::ffmpeg("-f lavfi -i testsrc2=s=96x64 -frames:v 1 -update 1 " + testing::quoted(picture)).exit,
              0);

    qint64 id = 0;
    hints::Hint stroke = dot(3);
    stroke.kind = hints::HintKind::Stroke;
    stroke.points = {{0.1, 0.1}, {0.9, 0.9}};
    hints::Hint region = stroke;
    region.kind = hints::HintKind::Region;
    region.radius = 0;
    region.points = {{0.1, 0.1}, {0.9, 0.1}, {0.5, 0.9}};
    const std::vector<std::pair<std::string, std::function<bool()>>> edits{
        {"Add to palette",
         [&] {
             return document.setPaletteSlot(0, {"sky", hints::AbColor{-5, -30}});
         }},
        {"Dot", [&] { return (id = document.addHint(dot(2, hints::PaletteColor{"sky"}))) > 0; }},
        {"Stroke", [&] { return document.addHint(stroke) > 0; }},
        {"Region", [&] { return document.addHint(region) > 0; }},
        {"Move hint",
         [&] {
             return document.changeHint(QStringLiteral("Move hint"), id,
                                        dot(4, hints::PaletteColor{"sky"}, {0.25, 0.75}));
         }},
        {"Change palette",
         [&] {
             return document.setPaletteSlot(0, {"heaven", hints::AbColor{10, -30}});
         }},
        {"Remove hints",
         [&] {
             return document.removeHints({id, id + 1});
         }},
        {"Split scene", [&] { return document.setCut(9, true); }},
        {"Move cut", [&] { return document.moveCut(9, 8); }},
        {"Scene notes",
         [&] {
             return document.setSceneNote(8, {true, "note"});
         }},
        {"Merge scenes", [&] { return document.setCut(8, false); }},
        {"Make keyframe", [&] { return document.setKeyframe(5, true); }},
        {"Remove keyframe", [&] { return document.setKeyframe(5, false); }},
        {"Reference picture", [&] { return document.setReference(10, picture); }},
        {"Remove reference", [&] { return document.setReference(10, {}); }},
        {"Set marker", [&] { return document.setMarker(6, QStringLiteral("here")); }},
        {"Remove marker", [&] { return document.setMarker(6, std::nullopt); }},
        {"Import hints", [&] { return document.importHints(hintsFile); }},
    };
    std::vector<std::string> states{contentOf(document)};
    for (const auto& [label, edit] : edits) {
        const int changes = document.changes;
        const auto plan = document.plan();
        ASSERT_TRUE(edit()) << label;
        EXPECT_EQ(document.changes, changes + 1) << label;
        EXPECT_NE(document.plan(), plan) << "other threads hold the old value: " << label;
        EXPECT_EQ(document.undoText().toStdString(), label);
        EXPECT_EQ(document.history().size(), states.size()) << "one step: " << label;
        EXPECT_NE(contentOf(document), states.back()) << label;
        states.push_back(contentOf(document));
    }
    for (std::size_t i = edits.size(); i-- > 0;) {
        ASSERT_TRUE(document.undo());
        EXPECT_EQ(contentOf(document), states[i]) << "undone: " << edits[i].first;
        EXPECT_EQ(document.redoText().toStdString(), edits[i].first);
    }
    for (std::size_t i = 0; i < edits.size(); ++i) {
        ASSERT_TRUE(document.redo());
        EXPECT_EQ(contentOf(document), states[i + 1]) << "redone: " << edits[i].first;
    }
    EXPECT_TRUE(document.redoText().isEmpty());
    EXPECT_TRUE(document.refusals.isEmpty());
    EXPECT_TRUE(document.project().verify().empty());
}

TEST_F(DocumentTest, AnEditThatMakesNoSenseIsRefusedInWords) {
    Watched document;
    mustOpen(document, film_);
    ASSERT_TRUE(document.recordScenes({{{0, 6}, {6, 12}}, 12, {12, 1}, {}}));
    ASSERT_TRUE(document.setPaletteSlot(0, {"sky", hints::AbColor{}}));
    ASSERT_TRUE(document.setCut(9, true));
    const auto id = document.addHint(dot(2));
    std::ofstream(dir_ / "bad.json") << "{\"version\": 1, \"hints\": 7}";
    const std::vector<std::pair<std::string, std::function<bool()>>> edits{
        {"a hint behind the film's end", [&] { return document.addHint(dot(12)) > 0; }},
        {"a hint moved behind it", [&] { return document.changeHint(QStringLiteral("Move"), id, dot(99)); }},
        {"a hint that is not there", [&] { return document.changeHint(QStringLiteral("Move"), 4711, dot(1)); }},
        {"a colour that the palette has not",
         [&] { return document.addHint(dot(1, hints::PaletteColor{"gold"})) > 0; }},
        {"a slot twice",
         [&] {
             return document.setPaletteSlot(1, {"sky", hints::AbColor{}});
         }},
        {"a slot without a name",
         [&] {
             return document.setPaletteSlot(1, {"", hints::AbColor{}});
         }},
        {"a slot far off",
         [&] {
             return document.setPaletteSlot(7, {"far", hints::AbColor{}});
         }},
        {"a cut at the beginning", [&] { return document.setCut(0, true); }},
        {"a cut behind the end", [&] { return document.setCut(12, true); }},
        {"a cut moved past another", [&] { return document.moveCut(6, 10); }},
        {"a cut moved onto another", [&] { return document.moveCut(6, 9); }},
        {"a cut that is not there", [&] { return document.moveCut(3, 4); }},
        {"a keyframe before the beginning", [&] { return document.setKeyframe(-1, true); }},
        {"a marker behind the end", [&] { return document.setMarker(12, QStringLiteral("x")); }},
        {"a note where no scene begins",
         [&] {
             return document.setSceneNote(3, {true, ""});
         }},
        {"a hints file that is none", [&] { return document.importHints(dir_ / "bad.json"); }},
        {"a hints file that is not there", [&] { return document.importHints(dir_ / "none.json"); }},
    };
    const auto content = contentOf(document), history = historyOf(document);
    for (const auto& [what, edit] : edits) {
        document.refusals.clear();
        const int changes = document.changes;
        EXPECT_FALSE(edit()) << what;
        ASSERT_EQ(document.refusals.size(), 1) << what;
        EXPECT_GT(document.refusals[0].size(), 20) << what << ": " << document.refusals[0].toStdString();
        EXPECT_EQ(document.changes, changes) << what;
        EXPECT_EQ(contentOf(document), content) << what;
        EXPECT_EQ(historyOf(document), history) << what;
    }
}

TEST_F(DocumentTest, APaletteSlotRecoloursEveryHintThatUsesIt) {
    Watched document;
    mustOpen(document, film_);
    ASSERT_TRUE(document.recordScenes({{{0, 6}, {6, 12}}, 12, {12, 1}, {}}));
    ASSERT_TRUE(document.setPaletteSlot(0, {"skin", hints::AbColor{16, 20}}));
    ASSERT_TRUE(document.setPaletteSlot(1, {"sky", hints::AbColor{-5, -30}}));
    for (const FrameIndex frame : {1, 8, 11}) ASSERT_GT(document.addHint(dot(frame, hints::PaletteColor{"skin"})), 0);
    ASSERT_GT(document.addHint(dot(3, hints::PaletteColor{"sky"})), 0);
    ASSERT_GT(document.addHint(dot(4, hints::AbColor{16, 20})), 0);
    const auto colors = [](const std::shared_ptr<const workflow::FilmPlan>& plan) {
        std::vector<hints::AbColor> found;
        for (const auto& hint : plan->person.hints.hints) found.push_back(plan->person.hints.colorOf(hint));
        return found;
    };
    const auto before = document.plan();
    const std::vector<hints::AbColor> old{{16, 20}, {16, 20}, {16, 20}, {-5, -30}, {16, 20}};
    ASSERT_EQ(colors(before), old);
    ASSERT_TRUE(document.setPaletteSlot(0, {"skin", hints::AbColor{25, 28}}));
    const std::vector<hints::AbColor> recolored{{25, 28}, {25, 28}, {25, 28}, {-5, -30}, {16, 20}};
    EXPECT_EQ(colors(document.plan()), recolored);
    EXPECT_EQ(colors(before), old) << "a value that another thread works with never changes";
    ASSERT_TRUE(document.setPaletteSlot(0, {"face", hints::AbColor{25, 28}}));
    EXPECT_EQ(colors(document.plan()), recolored) << "a new name takes its hints along";
    ASSERT_TRUE(document.undo());
    ASSERT_TRUE(document.undo());
    EXPECT_EQ(colors(document.plan()), old);
}

TEST_F(DocumentTest, AFilmInAReadOnlyPlaceHasItsProjectElsewhere) {
    const auto place = Mount::readOnly(film_.parent_path());
    if (!place) GTEST_SKIP() << "no read-only mount can be made here";
    const auto expected = fallback_ / "my film.tintreel";
    std::string content;
    {
        Watched document;
        mustOpen(document, film_);
        EXPECT_TRUE(fs::equivalent(document.project().file(), expected)) << document.project().file();
        EXPECT_FALSE(document.project().readOnly());
        EXPECT_TRUE(document.hasFilm());
        ASSERT_GT(document.addHint(dot(2)), 0);
        content = contentOf(document);
        const auto again = document.open(film_, fallback_);
        EXPECT_TRUE(again) << "opened once more, nothing is to do: " << describe(again.error());
        EXPECT_EQ(document.openings, 1);
    }
    Watched again;
    mustOpen(again, film_);
    EXPECT_EQ(contentOf(again), content);
    EXPECT_TRUE(again.refusals.isEmpty());
}

/// The project shows the film that was asked for, or opening it fails; never another film.
void expectOwnFilm(const Document& document, const Result<>& result, const fs::path& film) {
    if (!result) return;
    EXPECT_TRUE(fs::equivalent(document.project().clip().path, film))
        << "asked for " << film << ", got the project of " << document.project().clip().path;
}

TEST_F(DocumentTest, TwoFilmsOfOneNameInReadOnlyPlacesAreNotTakenForEachOther) {
    const auto other = dir_ / "second/my film.mkv";
    fs::create_directories(other.parent_path());
    fs::copy_file(testing::otherShot(), other);
    const auto first = Mount::readOnly(film_.parent_path()), second = Mount::readOnly(other.parent_path());
    if (!first || !second) GTEST_SKIP() << "no read-only mount can be made here";
    Watched document;
    mustOpen(document, film_);
    ASSERT_GT(document.addHint(dot(2)), 0);
    document.close();
    const auto result = document.open(other, fallback_);
    expectOwnFilm(document, result, other);
    mustOpen(document, film_);
    EXPECT_EQ(document.hints().size(), 1U);
}

TEST_F(DocumentTest, TwoFilmsThatDifferInTheirEndingAloneAreNotTakenForEachOther) {
    const auto other = dir_ / "films/my film.avi";
    ASSERT_EQ(
        testing::ffmpeg("-i " + testing::quoted(testing::otherShot()) + " -c:v ffv1 " + testing::quoted(other)).exit,
        0);
    Watched document;
    mustOpen(document, film_);
    const auto result = document.open(other, fallback_);
    expectOwnFilm(document, result, other);
    document.close();
    const auto alone = document.open(other, fallback_);
    expectOwnFilm(document, alone, other);
}

TEST_F(DocumentTest, WhatCannotBeOpenedIsNamedAndLeavesTheOpenProjectAsItIs) {
    const auto newer = dir_ / "newer.tintreel", broken = dir_ / "broken.tintreel", text = dir_ / "text.tintreel",
               empty = dir_ / "empty.tintreel";
    {
        Watched made;
        mustOpen(made, film_);
        for (int i = 0; i < 200; ++i) ASSERT_GT(made.addHint(dot(i % 12)), 0);
        ASSERT_TRUE(made.saveCopy(newer));
        ASSERT_TRUE(made.saveCopy(broken));
    }
    // user_version is the big-endian word at byte 60 (sqlite.org/fileformat2.html).
    std::fstream(newer, std::ios::in | std::ios::out | std::ios::binary).seekp(60).write("\0\0\0\x63", 4);
    const auto size = static_cast<std::streamoff>(fs::file_size(broken));
    std::fstream(broken, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(size * 2 / 3 / 4096 * 4096)
        .write(std::string(8192, '\xA5').data(), 8192);
    std::ofstream(text)
        << "this is a text, longer than the head of a database would be; it goes on for a good while, so that nobody takes it for one cut short.";
    std::ofstream(empty).flush();
    const auto song = dir_ / "films/song.m4a", noise = dir_ / "films/noise.mp4";
    ASSERT_EQ(testing::ffmpeg("-f lavfi -i sine=440:d=1 " + testing::quoted(song)).exit, 0);
    std::ofstream(noise) << "no film";

    for (const bool hasOpen : {false, true}) {
        SCOPED_TRACE(hasOpen);
        Watched document;
        if (hasOpen) mustOpen(document, film_);
        mustRefuse(document, newer, "newer Tintreel");
        mustRefuse(document, broken, "damaged");
        mustRefuse(document, text, "no Tintreel project");
        mustRefuse(document, empty, "project");
        mustRefuse(document, dir_ / "none.tintreel", "There is no project");
        mustRefuse(document, song, "no video track");
        mustRefuse(document, noise, "cannot be read as a film");
        mustRefuse(document, dir_ / "films/none.mkv", "There is no file");
        EXPECT_EQ(document.isOpen(), hasOpen);
        if (hasOpen) {
            EXPECT_GT(document.addHint(dot(1)), 0) << "and it can still be edited";
        }
    }
    for (const char* name : {"song.tintreel", "noise.tintreel", "none.tintreel"})
        EXPECT_FALSE(fs::exists(dir_ / "films" / name)) << name;
    // The same broken project is named as well when its film is opened.
    fs::copy_file(newer, project_, fs::copy_options::overwrite_existing);
    Watched document;
    const auto result = document.open(film_, fallback_);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().userMessage, HasSubstr("newer Tintreel"));
    EXPECT_EQ(*readFile(project_), *readFile(newer));
}

TEST_F(DocumentTest, AMissingFilmIsNoReasonNotToOpenItsProject) {
    {
        Watched made;
        mustOpen(made, film_);
        ASSERT_GT(made.addHint(dot(2)), 0);
    }
    const auto away = dir_ / "away/renamed.mkv", other = dir_ / "away/other.mkv";
    fs::create_directories(away.parent_path());
    fs::rename(film_, away);
    fs::copy_file(testing::otherShot(), other);

    Watched document;
    mustOpen(document, project_);
    EXPECT_FALSE(document.hasFilm());
    EXPECT_EQ(document.frames(), 12) << "the project knows its length";
    EXPECT_EQ(document.hints().size(), 1U);
    EXPECT_GT(document.addHint(dot(3)), 0) << "and can be edited";

    EXPECT_FALSE(document.relink(other, false));
    ASSERT_EQ(document.refusals.size(), 1);
    EXPECT_THAT(document.refusals[0].toStdString(), HasSubstr("not the film"));
    EXPECT_FALSE(document.hasFilm());
    EXPECT_FALSE(document.relink(dir_ / "away/none.mkv", false));
    EXPECT_EQ(document.refusals.size(), 2);
    EXPECT_EQ(document.openings, 1);

    ASSERT_TRUE(document.relink(away, false));
    EXPECT_TRUE(document.hasFilm());
    EXPECT_EQ(document.openings, 2) << "views turn to the film that was found";
    EXPECT_EQ(document.info().width, 96);
    EXPECT_EQ(document.hints().size(), 2U);
    document.close();
    mustOpen(document, project_);
    EXPECT_TRUE(document.hasFilm()) << "the new place is kept";
    EXPECT_TRUE(fs::equivalent(document.project().clip().path, away));
}

TEST_F(DocumentTest, AFilmThatWasMovedAlongWithItsProjectIsFoundAgain) {
    {
        Watched made;
        mustOpen(made, film_);
    }
    fs::rename(dir_ / "films", dir_ / "moved");
    // A film of that name with other content beside the project is not taken for it.
    fs::create_directories(dir_ / "lone");
    fs::copy_file(dir_ / "moved/my film.tintreel", dir_ / "lone/my film.tintreel");
    fs::copy_file(testing::otherShot(), dir_ / "lone/my film.mkv");
    Watched document;
    mustOpen(document, dir_ / "lone/my film.tintreel");
    EXPECT_FALSE(document.hasFilm());
    mustOpen(document, dir_ / "moved/my film.tintreel");
    EXPECT_TRUE(document.hasFilm());
    EXPECT_TRUE(fs::equivalent(document.project().clip().path, dir_ / "moved/my film.mkv"));
    EXPECT_TRUE(document.refusals.isEmpty());
}

TEST_F(DocumentTest, AProjectAndItsFilmMovedToAReadOnlyPlaceAreShown) {
    {
        Watched made;
        mustOpen(made, film_);
        ASSERT_GT(made.addHint(dot(2)), 0);
    }
    fs::rename(dir_ / "films", dir_ / "archive");
    const auto place = Mount::readOnly(dir_ / "archive");
    if (!place) GTEST_SKIP() << "no read-only mount can be made here";
    Watched document;
    mustOpen(document, dir_ / "archive/my film.tintreel");
    EXPECT_TRUE(document.project().readOnly());
    EXPECT_EQ(document.hints().size(), 1U);
    EXPECT_TRUE(document.hasFilm()) << "it lies beside the project";
    EXPECT_EQ(document.addHint(dot(3)), 0);
    EXPECT_EQ(document.refusals.size(), 1);
    document.close();
    const auto byFilm = document.open(dir_ / "archive/my film.mkv", fallback_);
    ASSERT_TRUE(byFilm) << "by its film it can be looked at as well: " << describe(byFilm.error());
    EXPECT_EQ(document.hints().size(), 1U);
}

TEST_F(DocumentTest, ASecondWriterMayLookButNotTouch) {
    Watched writer, second;
    mustOpen(writer, film_);
    ASSERT_GT(writer.addHint(dot(2)), 0);
    mustOpen(second, project_);
    EXPECT_TRUE(second.project().readOnly());
    EXPECT_FALSE(second.needsScan()) << "what cannot be recorded is not looked for";
    EXPECT_TRUE(second.hasFilm());
    const auto content = contentOf(second), history = historyOf(second);
    EXPECT_EQ(content, contentOf(writer));
    const int changes = second.changes;
    const std::vector<std::function<bool()>> edits{
        [&] { return second.addHint(dot(3)) > 0; },
        [&] { return second.removeHints({1}); },
        [&] {
            return second.setPaletteSlot(0, {"sky", hints::AbColor{}});
        },
        [&] { return second.setCut(6, true); },
        [&] { return second.setKeyframe(4, true); },
        [&] { return second.setMarker(4, QStringLiteral("x")); },
        [&] {
            return second.setSceneNote(0, {true, ""});
        },
        [&] { return second.undo(); },
        [&] { return second.redo(); },
        [&] {
            return second.recordScenes({{{0, 12}}, 12, {12, 1}, {}});
        },
        [&] { return second.relink(film_, true); },
    };
    for (std::size_t i = 0; i < edits.size(); ++i) {
        second.refusals.clear();
        EXPECT_FALSE(edits[i]()) << i;
        ASSERT_EQ(second.refusals.size(), 1) << i;
        EXPECT_THAT(second.refusals[0].toStdString(),
                    ::testing::AnyOf(HasSubstr("reading only"), HasSubstr("read-only")))
            << i;
    }
    EXPECT_EQ(second.changes, changes);
    EXPECT_EQ(contentOf(second), content);
    EXPECT_EQ(historyOf(second), history);
    EXPECT_TRUE(second.saveCopy(dir_ / "copy.tintreel")) << "the way out that the words name";
    second.close();
    EXPECT_EQ(contentOf(writer), content);
    EXPECT_GT(writer.addHint(dot(5)), 0);

    const auto byFilm = second.open(film_, fallback_);
    EXPECT_TRUE(byFilm ? second.project().readOnly()
                       : byFilm.error().userMessage.find("open in another program") != std::string::npos);
    second.close();
    writer.close();
    mustOpen(second, film_);
    EXPECT_FALSE(second.project().readOnly()) << "the lock went with its holder";
    EXPECT_EQ(second.hints().size(), 2U);
}

TEST_F(DocumentTest, ClosingLeavesNothingBehind) {
    Watched document;
    mustOpen(document, film_);
    ASSERT_GT(document.addHint(dot(2)), 0);
    int closed = 0;
    QObject::connect(&document, &Document::closed, [&] { ++closed; });
    document.close();
    EXPECT_EQ(closed, 1);
    EXPECT_FALSE(document.isOpen());
    EXPECT_FALSE(document.hasFilm());
    EXPECT_FALSE(document.needsScan());
    EXPECT_EQ(document.frames(), 0);
    EXPECT_TRUE(document.hints().empty());
    EXPECT_TRUE(document.scenes().empty());
    EXPECT_TRUE(document.plan()->scenes.empty());
    EXPECT_TRUE(document.undoText().isEmpty());
    EXPECT_EQ(document.sceneAt(0), -1);
    document.close();
    EXPECT_EQ(closed, 1);
}

TEST_F(DocumentTest, AFullDiskRefusesTheEditAndTheProjectStaysWhole) {
    const auto disk = Mount::small(dir_ / "disk", "2m");
    if (!disk) GTEST_SKIP() << "no small file system can be mounted here";
    const auto film = dir_ / "disk/film.mkv", project = dir_ / "disk/film.tintreel", ballast = dir_ / "disk/ballast";
    fs::copy_file(testing::oneShot(), film);
    std::string content, history;
    {
        Watched document;
        mustOpen(document, film);
        ASSERT_FALSE(document.project().readOnly());
        ASSERT_TRUE(fs::equivalent(document.project().file(), project));
        for (int i = 0; i < 3; ++i) ASSERT_GT(document.addHint(dot(i)), 0);
        testing::fillDisk(ballast);
        content = contentOf(document);
        history = historyOf(document);
        hints::Hint large = dot(4);
        large.kind = hints::HintKind::Stroke;
        large.points.assign(20000, {0.123456789, 0.987654321});
        const int changes = document.changes;
        EXPECT_EQ(document.addHint(large), 0);
        ASSERT_EQ(document.refusals.size(), 1);
        EXPECT_THAT(document.refusals[0].toStdString(), HasSubstr("room"));
        EXPECT_THAT(document.refusals[0].toStdString(), HasSubstr("film.tintreel"));
        EXPECT_EQ(document.changes, changes);
        EXPECT_EQ(contentOf(document), content);
        // Small ones may still find room in blocks that are there; the first that does not is refused in words, and
        // undo as well.
        document.refusals.clear();
        int made = 0;
        while (made < 500 && document.addHint(dot(5)) > 0) {
            ++made;
            content = contentOf(document);
            history = historyOf(document);
        }
        ASSERT_LT(made, 500);
        ASSERT_EQ(document.refusals.size(), 1);
        EXPECT_THAT(document.refusals[0].toStdString(), HasSubstr("room"));
        EXPECT_EQ(contentOf(document), content);
        EXPECT_EQ(historyOf(document), history);
        EXPECT_TRUE(document.project().verify().empty());
        std::printf("%d small edits found room on the full disk\n", made);
    }
    {
        // Opened on the full disk, for reading at least, it shows every edit that was not refused.
        Watched document;
        mustOpen(document, project);
        EXPECT_EQ(contentOf(document), content);
        EXPECT_TRUE(document.project().verify().empty());
    }
    fs::remove(ballast);
    Watched document;
    mustOpen(document, project);
    EXPECT_FALSE(document.project().readOnly());
    EXPECT_EQ(contentOf(document), content);
    EXPECT_EQ(historyOf(document), history);
    EXPECT_TRUE(document.project().verify().empty());
    EXPECT_GT(document.addHint(dot(6)), 0) << "with room again the work goes on";
    ASSERT_TRUE(document.undo());
    EXPECT_EQ(contentOf(document), content);
}

}  // namespace
}  // namespace tintreel::ui
