// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <QPointer>

namespace tintreel::ui {

/// All actions with their keys. Changes are kept in QSettings under "shortcuts/<id>" and come back with the action.
class ShortcutTable : public QObject {
    Q_OBJECT
public:
    struct Entry {
        QString id;     ///< the action's objectName
        QString text;   ///< without "&"
        QString group;  ///< the menu it is found in
        QList<QKeySequence> defaults, current;
        QPointer<QAction> action;
    };

    using QObject::QObject;

    /// Registers an action that has its default keys and an objectName of its own; gives it the user's keys. Actions
    /// must keep their contexts: two actions may share keys when their widgets cannot have the focus together.
    void add(QAction* action, const QString& group);
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] const Entry* find(const QString& id) const;

    /// Ids of the actions that would be in the way if `id` had `keys`: equal ones, and those that begin alike.
    [[nodiscard]] QStringList conflicts(const QString& id, const QList<QKeySequence>& keys) const;
    /// The same in words, "" where there is none: "Ctrl+K is “Make key” (Edit) already."
    [[nodiscard]] QString conflictWords(const QString& id, const QList<QKeySequence>& keys) const;
    /// False, and nothing changes, where another action is in the way or `id` is unknown. Empty: no keys at all.
    bool setKeys(const QString& id, const QList<QKeySequence>& keys);
    bool reset(const QString& id) {
        const auto* entry = find(id);
        return entry != nullptr && setKeys(id, entry->defaults);
    }
    void resetAll();

    /// All entries as text, a line each: menu, action, keys, between tabs.
    [[nodiscard]] QString exportText() const;

Q_SIGNALS:
    void changed(const QString& id);

private:
    void apply(Entry& entry, const QList<QKeySequence>& keys);
    [[nodiscard]] bool inTheWay(const Entry& entry, const Entry& other, const QKeySequence& keys) const;

    std::vector<Entry> entries_;
};

/// "Ctrl+Y, Ctrl+Shift+Z" in the user's language.
[[nodiscard]] QString keyWords(const QList<QKeySequence>& keys);

}  // namespace tintreel::ui
