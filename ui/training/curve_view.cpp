// SPDX-License-Identifier: Apache-2.0
#include "training/curve_view.h"

#include <cmath>

#include <QVBoxLayout>

// QCustomPlot's header is written for Qt's keywords, which this project turns off.
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach

namespace tintreel::ui {
namespace {

// Colours that people with any colour vision tell apart (Okabe and Ito 2008); dashes say the rest.
const QColor kColors[] = {QColor(0, 114, 178),   QColor(230, 159, 0),  QColor(0, 158, 115),
                          QColor(204, 121, 167), QColor(86, 180, 233), QColor(213, 94, 0)};

}  // namespace

QVector<double> smoothed(const QVector<double>& values, double share) {
    QVector<double> out;
    double sum = 0, weight = 0;
    for (const double value : values) {
        sum = share * sum + (1 - share) * value;
        weight = share * weight + (1 - share);
        out << sum / weight;
    }
    return out;
}

struct CurveView::Private {
    QCustomPlot* plot = nullptr;
    QList<Shown> runs;
    bool logarithmic = true;
    double smoothing = 0.6;
};

CurveView::CurveView(QWidget* parent) : QWidget(parent), p_(std::make_unique<Private>()) {
    p_->plot = new QCustomPlot;
    p_->plot->setObjectName(QStringLiteral("curvePlot"));
    p_->plot->setFocusPolicy(Qt::NoFocus);
    setFocusPolicy(Qt::TabFocus);
    setMinimumSize(320, 180);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(p_->plot);
    auto* plot = p_->plot;
    plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    plot->axisRect()->setRangeDragAxes({plot->xAxis, plot->yAxis, plot->yAxis2});
    plot->axisRect()->setRangeZoomAxes({plot->xAxis, plot->yAxis, plot->yAxis2});
    plot->yAxis2->setVisible(true);
    plot->xAxis->setLabel(tr("step"));
    plot->yAxis->setLabel(tr("loss"));
    plot->yAxis2->setLabel(tr("score, dB"));
    plot->axisRect()->insetLayout()->setInsetAlignment(0, Qt::AlignRight | Qt::AlignBottom);
    connect(plot, &QCustomPlot::mouseDoubleClick, this, [this] { draw(); });
    setAccessibleName(tr("Curves of the training"));
    draw();
}

CurveView::~CurveView() = default;

void CurveView::setRuns(const QList<Shown>& runs) {
    p_->runs = runs;
    draw();
}

void CurveView::setLogarithmic(bool on) {
    p_->logarithmic = on;
    draw();
}

void CurveView::setSmoothing(double share) {
    p_->smoothing = share;
    draw();
}

int CurveView::curves() const {
    int count = 0;
    for (int i = 0; i < p_->plot->graphCount(); ++i)
        if (!p_->plot->graph(i)->data()->isEmpty()) ++count;
    return count;
}

void CurveView::draw() {
    auto* plot = p_->plot;
    plot->clearGraphs();
    const auto text = palette().color(QPalette::Text), back = palette().color(QPalette::Base),
               line = palette().color(QPalette::Mid);
    plot->setBackground(back);
    for (auto* axis : {plot->xAxis, plot->yAxis, plot->yAxis2}) {
        axis->setLabelColor(text);
        axis->setTickLabelColor(text);
        axis->setBasePen(line);
        axis->setTickPen(line);
        axis->setSubTickPen(line);
        axis->grid()->setPen(QPen(line, 0, Qt::DotLine));
    }
    plot->legend->setVisible(!p_->runs.isEmpty());
    plot->legend->setBrush(back);
    plot->legend->setTextColor(text);
    plot->legend->setBorderPen(line);
    plot->yAxis->setScaleType(p_->logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (p_->logarithmic) plot->yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    else plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>::create());
    QStringList words;
    int index = 0;
    double lastStep = 1;
    const auto graph = [&](QCPAxis* axis, const QString& name, const QPen& pen, const QVector<double>& x,
                           const QVector<double>& y) {
        auto* made = plot->addGraph(plot->xAxis, axis);
        made->setName(name);
        made->setPen(pen);
        made->setData(x, y, true);
        if (x.size() == 1) made->setScatterStyle(QCPScatterStyle::ssDisc);
        if (name.isEmpty()) made->removeFromLegend();
        return made;
    };
    for (const auto& run : p_->runs) {
        const QColor color = kColors[index++ % 6];
        const auto& f = run.figures;
        const QVector<double> whole{0.0, static_cast<double>(std::max(run.steps, f.step))};
        lastStep = std::max(lastStep, whole.last());
        if (p_->smoothing > 0) {
            QColor pale = color;
            pale.setAlphaF(0.3F);
            graph(plot->yAxis, {}, QPen(pale, 1), f.loss.steps, f.loss.values);
        }
        graph(plot->yAxis, tr("%1: loss").arg(run.name), QPen(color, 1.5), f.loss.steps,
              smoothed(f.loss.values, p_->smoothing));
        graph(plot->yAxis2, tr("%1: score").arg(run.name), QPen(color.lighter(130), 2.5), f.score.steps, f.score.values)
            ->setScatterStyle(QCPScatterStyle::ssCircle);
        if (!f.rehearsal.steps.isEmpty())
            graph(plot->yAxis2, tr("%1: what the base knew").arg(run.name),
                  QPen(color.darker(130), 1.5, Qt::DashDotLine), f.rehearsal.steps, f.rehearsal.values);
        if (!std::isnan(f.base))
            graph(plot->yAxis2, tr("base model"), QPen(color.lighter(130), 1.5, Qt::DashLine), whole, {f.base, f.base});
        if (!std::isnan(f.grey)) graph(plot->yAxis2, tr("grey"), QPen(text, 1, Qt::DotLine), whole, {f.grey, f.grey});
        words << (std::isnan(f.best()) ? tr("%1: step %2").arg(run.name).arg(f.step)
                                       : tr("%1: step %2, best score %3 dB at step %4, base %5 dB, grey %6 dB")
                                             .arg(run.name)
                                             .arg(f.step)
                                             .arg(f.best(), 0, 'f', 2)
                                             .arg(f.bestStep)
                                             .arg(f.base, 0, 'f', 2)
                                             .arg(f.grey, 0, 'f', 2));
    }
    plot->yAxis->rescale();
    plot->yAxis2->rescale();
    if (plot->yAxis2->range().size() < 0.5)
        plot->yAxis2->setRange(plot->yAxis2->range().center(), 1.0, Qt::AlignCenter);
    else plot->yAxis2->scaleRange(1.1);
    plot->xAxis->setRange(0, lastStep);
    plot->replot(QCustomPlot::rpQueuedReplot);
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    setToolTip(words.join(QLatin1Char('\n')));
}

}  // namespace tintreel::ui
