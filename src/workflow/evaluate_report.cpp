// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tintreel/base/atomic_file.h"
#include "tintreel/training/shard.h"
#include "tintreel/workflow/evaluate.h"

namespace tintreel::workflow {
namespace {

constexpr int kPlotWidth = 420, kPlotHeight = 200, kMargin = 36;
const char* const kLineColors[] = {"#c8501e", "#4a8f3c", "#8a5fb0", "#b08f1f"};

const char* colorOf(const std::string& name, std::size_t index) {
    if (name == "tintreel" || name == "result" || name == "found") return "#1f6fb2";
    if (name == "grey" || name == "ideal") return "#777777";
    return kLineColors[index % std::size(kLineColors)];
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '&': out += "&amp;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string base64(const std::string& bytes) {
    constexpr const char* kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k <= bytes.size() || k < 2 ? kDigits[group >> (18 - 6 * k) & 63U] : '=';
    }
    return out;
}

struct Line {
    std::string name;
    std::vector<std::pair<double, double>> points;
};

std::vector<Line> linesOf(const Curves& curves, double first) {
    std::vector<Line> lines;
    for (const auto& [name, values] : curves) {
        lines.push_back({name, {}});
        for (std::size_t i = 0; i < values.size(); ++i)
            if (std::isfinite(values[i])) lines.back().points.emplace_back(first + static_cast<double>(i), values[i]);
    }
    return lines;
}

/// Lines over a common plane with its smallest and largest values at the axes; `ticks` (for x = 0, 1, …) instead of
/// those of x.
std::string plot(const std::string& title, const std::vector<Line>& lines, const std::string& below,
                 const std::vector<std::string>& ticks = {}) {
    double left = 1e300, right = -1e300, low = 1e300, high = -1e300;
    for (const auto& line : lines)
        for (const auto& [x, y] : line.points) {
            left = std::min(left, x);
            right = std::max(right, x);
            low = std::min(low, y);
            high = std::max(high, y);
        }
    if (left > right) return {};
    right = std::max(right, left + 1e-9);
    high = std::max(high, low + 1e-9);
    const auto px = [&](double x) { return kMargin + (x - left) / (right - left) * (kPlotWidth - 2 * kMargin); };
    const auto py = [&](double y) {
        return kPlotHeight - kMargin - (y - low) / (high - low) * (kPlotHeight - 2 * kMargin);
    };
    std::string svg = fmt::format(
        "<svg width=\"{}\" height=\"{}\" role=\"img\" aria-label=\"{}\">\n<text x=\"{}\" y=\"14\">{}</text>\n",
        kPlotWidth, kPlotHeight, escaped(title), kMargin, escaped(title));
    svg += fmt::format("<path class=\"axis\" d=\"M{0} {1}V{2}H{3}\"/>\n", kMargin, kMargin, kPlotHeight - kMargin,
                       kPlotWidth - kMargin);
    const auto label = [&](double x) {
        return ticks.empty() ? fmt::format("{:.3g}", x) : escaped(ticks[static_cast<std::size_t>(x)]);
    };
    svg += fmt::format(
        "<text x=\"2\" y=\"{}\">{:.3g}</text><text x=\"2\" y=\"{}\">{:.3g}</text><text x=\"{}\" y=\"{}\">{}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{} {}</text>\n",
        py(high) + 4, high, py(low) + 4, low, px(left), kPlotHeight - kMargin + 14, label(left), kPlotWidth - 2,
        kPlotHeight - kMargin + 14, label(right), escaped(below));
    for (std::size_t i = 1; i + 1 < ticks.size(); ++i)
        svg += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", px(static_cast<double>(i)),
                           kPlotHeight - kMargin + 14, escaped(ticks[i]));
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto* color = colorOf(lines[i].name, i);
        std::string points;
        for (const auto& [x, y] : lines[i].points) points += fmt::format("{:.1f},{:.1f} ", px(x), py(y));
        svg +=
            fmt::format("<polyline stroke=\"{}\" points=\"{}\"/><text x=\"{}\" y=\"{}\" fill=\"{}\">{}</text>\n", color,
                        points, kMargin + static_cast<int>(i) * 74, kPlotHeight - 6, color, escaped(lines[i].name));
    }
    return svg + "</svg>\n";
}

std::string scoreTable(const ScoreTable& table, const std::vector<std::string>& columns) {
    std::string html = "<table><tr><th></th>";
    for (const auto& column : columns) html += "<th>" + escaped(column) + "</th>";
    const auto line = [&](const std::string& name, const Scores& scores, const char* kind) {
        html += fmt::format("</tr>\n<tr{}><td>{}</td>", kind, escaped(name));
        for (const auto& column : columns) html += "<td>" + showScore(scores, column) + "</td>";
    };
    for (const auto& row : table.rows) line(row.name, row.scores, "");
    if (table.rows.size() != 1) line("mean", table.mean, " class=\"mean\"");
    return html + "</tr></table>\n";
}

std::string reliabilityPart(const std::vector<ReliabilityBin>& bins) {
    double pixels = 0;
    for (const auto& bin : bins) pixels += bin.pixels;
    Line found{"found", {}}, ideal{"ideal", {}};
    std::string html =
        "<h2>Stated and true error</h2>\n<table><tr><th>stated</th><th>true</th><th>share of pixels</th></tr>\n";
    for (const auto& bin : bins) {
        found.points.emplace_back(bin.stated, bin.found);
        ideal.points.emplace_back(bin.stated, bin.stated);
        html += fmt::format("<tr><td>{:.2f}</td><td>{:.2f}</td><td>{:.1f} %</td></tr>\n", bin.stated, bin.found,
                            100 * bin.pixels / pixels);
    }
    return html + "</table>\n" + plot("true distance in ab", {found, ideal}, "stated");
}

Result<std::string> rowPart(const ScoreRow& row) {
    std::string html = "<h2>" + escaped(row.name) + "</h2>\n";
    if (!row.curves.empty())
        html += plot("PSNR in dB over the distance to the first frame", linesOf(row.curves, 1), "frame");
    html += "<div>";
    for (const auto& picture : row.pictures) {
        TT_ASSIGN(const auto jpeg, training::encodeJpeg(picture.rgb, 88, true));
        html += fmt::format(
            "<figure><img alt=\"{0}\" src=\"data:image/jpeg;base64,{1}\"><figcaption>{0}</figcaption></figure>\n",
            escaped(picture.caption), base64(jpeg));
    }
    return html + "</div>\n";
}

}  // namespace

std::string showScore(const Scores& scores, const std::string& column) {
    const auto found = scores.find(column);
    if (found == scores.end()) return "-";
    const double size = std::fabs(found->second);
    return fmt::format("{:.{}f}", found->second, size == 0 || size >= 1.5 ? 2 : size >= 0.1 ? 4 : 5);
}

Result<> writeReport(const ScoreTable& table, const std::filesystem::path& file, bool overwrite) {
    std::string html = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title><style>body{{font:14px sans-serif;margin:2em;color:#222}}"
        "table{{border-collapse:collapse;margin:1em 0}}td,th{{padding:2px 10px;text-align:right}}td:first-child{{text-align:left}}tr.mean{{font-weight:bold;border-top:1px solid #999}}"
        "figure{{display:inline-block;margin:4px}}figcaption{{font-size:11px;color:#555}}svg text{{font-size:11px}}polyline{{fill:none;stroke-width:1.5}}.axis{{fill:none;stroke:#999}}</style></head>\n"
        "<body><h1>{0}</h1>\n",
        escaped(table.title));
    auto groups = table.groups;
    if (groups.empty()) {
        groups.emplace_back();
        for (const auto& [column, value] : table.mean) groups[0].push_back(column);
    }
    for (const auto& columns : groups) html += scoreTable(table, columns);
    if (table.steps.size() > 1) html += plot("Mean PSNR in dB", linesOf(table.curves, 0), "dots", table.steps);
    if (!table.reliability.empty()) html += reliabilityPart(table.reliability);
    for (const auto& row : table.rows) {
        if (row.curves.empty() && row.pictures.empty()) continue;
        TT_ASSIGN(const auto part, rowPart(row));
        html += part;
    }
    return writeFileAtomically(file, html + "</body></html>\n", overwrite);
}

}  // namespace tintreel::workflow
