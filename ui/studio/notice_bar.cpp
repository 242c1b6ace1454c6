// SPDX-License-Identifier: Apache-2.0
#include "studio/notice_bar.h"

#include <QHBoxLayout>
#include <QStyle>
#include <QToolButton>

namespace tintreel::ui {

NoticeBar::NoticeBar(QWidget* parent) : QFrame(parent), mark_(new QLabel), text_(new QLabel) {
    setObjectName(QStringLiteral("notice"));
    setFrameShape(QFrame::StyledPanel);
    text_->setObjectName(QStringLiteral("noticeText"));
    text_->setWordWrap(true);
    text_->setTextFormat(Qt::PlainText);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setAccessibleName(tr("Message"));
    auto* close = new QToolButton;
    close->setObjectName(QStringLiteral("noticeClose"));
    close->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
    close->setAutoRaise(true);
    close->setToolTip(tr("Close this message"));
    close->setAccessibleName(close->toolTip());
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 4, 4);
    row->addWidget(mark_);
    row->addWidget(text_, 1);
    row->addWidget(close);
    hide_.setSingleShot(true);
    hide_.setInterval(kShownMilliseconds);
    connect(&hide_, &QTimer::timeout, this, &QWidget::hide);
    hide();
}

void NoticeBar::show(const QString& text, bool problem) {
    // Good news does not push bad news away.
    if (isVisible() && problem_ && !problem) return;
    problem_ = problem;
    text_->setText(text);
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize);
    mark_->setPixmap(style()
                         ->standardIcon(problem ? QStyle::SP_MessageBoxWarning : QStyle::SP_MessageBoxInformation)
                         .pixmap(side, side));
    setAccessibleName(problem ? tr("Problem: %1").arg(text) : text);
    QWidget::show();
    if (problem) hide_.stop();
    else hide_.start();
}

}  // namespace tintreel::ui
