// SPDX-License-Identifier: Apache-2.0
#include "panels/shortcut_table.h"

#include <algorithm>

#include <QSettings>
#include <QStringList>
#include <QWidget>

namespace tintreel::ui {
namespace {

QString settingOf(const QString& id) { return QStringLiteral("shortcuts/") + id; }

/// Where an action listens, as Qt decides it; none for the whole window.
QList<const QWidget*> placesOf(const QAction& action) {
    QList<const QWidget*> places;
    if (action.shortcutContext() == Qt::WindowShortcut || action.shortcutContext() == Qt::ApplicationShortcut)
        return places;
    for (const auto* object : action.associatedObjects())
        if (const auto* widget = qobject_cast<const QWidget*>(object)) places << widget;
    return places;
}

bool mayMeet(const QAction* first, const QAction* second) {
    if (first == nullptr || second == nullptr) return false;
    const auto here = placesOf(*first), there = placesOf(*second);
    if (here.isEmpty() || there.isEmpty()) return true;
    return std::any_of(here.begin(), here.end(), [&](const QWidget* x) {
        return std::any_of(there.begin(), there.end(),
                           [&](const QWidget* y) { return x == y || x->isAncestorOf(y) || y->isAncestorOf(x); });
    });
}

QString bareText(QString text) {
    // "&&" is a real ampersand.
    text.replace(QStringLiteral("&&"), QStringLiteral("\x01"))
        .remove(QLatin1Char('&'))
        .replace(QLatin1Char('\x01'), QLatin1Char('&'));
    return text.endsWith(QChar(0x2026)) ? text.chopped(1) : text;
}

}  // namespace

QString keyWords(const QList<QKeySequence>& keys) {
    QStringList words;
    for (const auto& key : keys) words << key.toString(QKeySequence::NativeText);
    return words.join(QStringLiteral(", "));
}

void ShortcutTable::add(QAction* action, const QString& group) {
    Q_ASSERT(!action->objectName().isEmpty() && find(action->objectName()) == nullptr);
    entries_.push_back(
        {action->objectName(), bareText(action->text()), group, action->shortcuts(), action->shortcuts(), action});
    const QSettings settings;
    const auto stored = settings.value(settingOf(action->objectName()));
    if (!stored.isValid()) return;
    auto keys = QKeySequence::listFromString(stored.toString(), QKeySequence::PortableText);
    keys.removeAll(QKeySequence());
    entries_.back().current = keys;
    action->setShortcuts(keys);
}

const ShortcutTable::Entry* ShortcutTable::find(const QString& id) const {
    const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.id == id; });
    return entry == entries_.end() ? nullptr : &*entry;
}

bool ShortcutTable::inTheWay(const Entry& entry, const Entry& other, const QKeySequence& keys) const {
    if (entry.id == other.id || keys.isEmpty() || !mayMeet(entry.action, other.action)) return false;
    return std::any_of(other.current.begin(), other.current.end(), [&](const QKeySequence& theirs) {
        return !theirs.isEmpty() &&
               (keys.matches(theirs) != QKeySequence::NoMatch || theirs.matches(keys) != QKeySequence::NoMatch);
    });
}

QStringList ShortcutTable::conflicts(const QString& id, const QList<QKeySequence>& keys) const {
    QStringList ids;
    const auto* entry = find(id);
    if (entry == nullptr) return ids;
    for (const auto& other : entries_)
        if (std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return inTheWay(*entry, other, key); }))
            ids << other.id;
    return ids;
}

QString ShortcutTable::conflictWords(const QString& id, const QList<QKeySequence>& keys) const {
    QStringList words;
    for (const auto& key : keys)
        for (const auto& other : conflicts(id, {key})) {
            const auto* entry = find(other);
            words << tr("%1 is “%2” (%3) already.")
                         .arg(key.toString(QKeySequence::NativeText), entry->text, entry->group);
        }
    return words.join(QLatin1Char(' '));
}

bool ShortcutTable::setKeys(const QString& id, const QList<QKeySequence>& keys) {
    const auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.id == id; });
    if (entry == entries_.end() || !conflicts(id, keys).isEmpty()) return false;
    apply(*entry, keys);
    return true;
}

void ShortcutTable::resetAll() {
    // All at once: the defaults agree with one another, but not with what they replace.
    for (auto& entry : entries_) apply(entry, entry.defaults);
}

void ShortcutTable::apply(Entry& entry, const QList<QKeySequence>& keys) {
    QSettings settings;
    if (keys == entry.defaults) settings.remove(settingOf(entry.id));
    else settings.setValue(settingOf(entry.id), QKeySequence::listToString(keys, QKeySequence::PortableText));
    if (keys == entry.current) return;
    entry.current = keys;
    if (entry.action) entry.action->setShortcuts(keys);
    Q_EMIT changed(entry.id);
}

QString ShortcutTable::exportText() const {
    QString text;
    for (const auto& entry : entries_)
        text +=
            QStringList{entry.group, entry.text, keyWords(entry.current)}.join(QLatin1Char('\t')) + QLatin1Char('\n');
    return text;
}

}  // namespace tintreel::ui
