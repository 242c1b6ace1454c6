// SPDX-License-Identifier: Apache-2.0
#include "studio/welcome_page.h"

#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace tintreel::ui {

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent), recent_(new QListWidget) {
    auto* title = new QLabel(tr("Colour a black-and-white film"));
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.8);
    title->setFont(large);
    auto* steps =
        new QLabel(tr("1.  Open a film, or drop one here: a film, a folder of frames, or a Tintreel project.\n"
                      "2.  Paint a few strokes of colour on the first frame of a scene; they spread as you paint.\n"
                      "3.  Press Shift+Return: the colours travel through the scene.\n"
                      "4.  Look through it, add strokes where colours drift, then export with Ctrl+Return.\n\n"
                      "Your film is only ever read. The project is saved with every stroke. Press ? for all keys."));
    steps->setWordWrap(true);
    auto* open = new QPushButton(tr("Open a film…"));
    open->setObjectName(QStringLiteral("welcomeOpen"));
    open->setDefault(true);
    connect(open, &QPushButton::clicked, this, &WelcomePage::openRequested);
    recent_->setObjectName(QStringLiteral("recentList"));
    recent_->setAccessibleName(tr("Recent films and projects"));
    recent_->setMaximumHeight(180);
    connect(recent_, &QListWidget::itemActivated, this,
            [this](const QListWidgetItem* item) { Q_EMIT fileChosen(item->data(Qt::UserRole).toString()); });
    auto* column = new QVBoxLayout;
    column->addWidget(title);
    column->addSpacing(12);
    column->addWidget(steps);
    column->addSpacing(16);
    column->addWidget(open, 0, Qt::AlignLeft);
    column->addSpacing(16);
    column->addWidget(recent_);
    auto* box = new QWidget;
    box->setLayout(column);
    box->setMaximumWidth(640);
    auto* outer = new QVBoxLayout(this);
    outer->addStretch(1);
    outer->addWidget(box, 0, Qt::AlignHCenter);
    outer->addStretch(2);
}

void WelcomePage::setRecent(const QStringList& files) {
    recent_->clear();
    for (const auto& file : files) {
        auto* item = new QListWidgetItem(
            QStringLiteral("%1   —   %2").arg(QFileInfo(file).fileName(), QFileInfo(file).path()), recent_);
        item->setData(Qt::UserRole, file);
    }
    recent_->setVisible(!files.isEmpty());
}

}  // namespace tintreel::ui
