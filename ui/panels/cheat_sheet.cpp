// SPDX-License-Identifier: Apache-2.0
#include "panels/cheat_sheet.h"

#include <algorithm>

#include <QKeyEvent>
#include <QVBoxLayout>

namespace tintreel::ui {
namespace {

struct Group {
    QString title;
    std::vector<std::pair<QString, QString>> lines;  // keys, action
};

std::vector<Group> groupsOf(const ShortcutTable& table) {
    std::vector<Group> groups;
    for (const auto& entry : table.entries()) {
        if (entry.current.isEmpty()) continue;
        auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.title == entry.group; });
        if (group == groups.end()) group = groups.insert(groups.end(), {entry.group, {}});
        group->lines.emplace_back(keyWords(entry.current), entry.text);
    }
    return groups;
}

QString htmlOf(const Group& group) {
    auto html = QStringLiteral("<h3>%1</h3><table cellspacing='0' cellpadding='2'>").arg(group.title.toHtmlEscaped());
    for (const auto& [keys, action] : group.lines)
        html += QStringLiteral("<tr><td><b>%1</b>&nbsp;&nbsp;</td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), action.toHtmlEscaped());
    return html + QStringLiteral("</table>");
}

/// Groups in columns of about equal length, their order kept.
QString pageOf(const std::vector<Group>& groups, std::size_t columns) {
    constexpr std::size_t kHeading = 2;  // lines that a title takes
    std::size_t all = 0;
    for (const auto& group : groups) all += group.lines.size() + kHeading;
    auto html = QStringLiteral("<table width='100%'><tr><td valign='top'>");
    std::size_t used = 0, column = 1;
    for (const auto& group : groups) {
        const auto lines = group.lines.size() + kHeading;
        if (column < columns && used > 0 && used + lines / 2 > all * column / columns) {
            html += QStringLiteral("</td><td valign='top'>");
            ++column;
        }
        html += htmlOf(group);
        used += lines;
    }
    return html + QStringLiteral("</td></tr></table>");
}

}  // namespace

CheatSheet::CheatSheet(const ShortcutTable& table, const Gestures& gestures, QWidget* parent)
    : QDialog(parent), page_(new QTextBrowser) {
    setWindowTitle(tr("Keys and gestures"));
    resize(980, 640);
    auto groups = groupsOf(table);
    if (!gestures.empty()) groups.push_back({tr("On the canvas"), gestures});
    page_->setObjectName(QStringLiteral("cheatSheet"));
    page_->setAccessibleName(windowTitle());
    page_->setFrameShape(QFrame::NoFrame);
    page_->setHtml(pageOf(groups, 3));
    page_->installEventFilter(this);
    // No higher than its text, as far as that fits a small screen; the rest scrolls.
    page_->document()->setTextWidth(width() - 40);
    resize(width(), std::min(height(), static_cast<int>(page_->document()->size().height()) + 40));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->addWidget(page_);
}

void CheatSheet::keyPressEvent(QKeyEvent* event) {
    if (event->text() == QStringLiteral("?") || event->text() == QStringLiteral("/")) return accept();
    QDialog::keyPressEvent(event);
}

bool CheatSheet::eventFilter(QObject* object, QEvent* event) {
    // The page keeps keys to itself; those that close must reach the dialog. Arrows scroll as ever.
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->text() == QStringLiteral("?") || key->text() == QStringLiteral("/")) {
            accept();
            return true;
        }
    }
    return QDialog::eventFilter(object, event);
}

}  // namespace tintreel::ui
