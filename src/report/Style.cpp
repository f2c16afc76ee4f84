// SPDX-License-Identifier: Apache-2.0
#include "report/Page.h"

namespace drover::report {

// Legacy is slate, the new target blue, good green-teal, bad vermilion (after Okabe and Ito): they differ in lightness
// too, and each verdict has a sign of its own, so that nothing hangs on hue alone.
std::string_view reportStyle()
{
    return R"css(
:root{color-scheme:light dark;--page:#f4f6f8;--card:#ffffff;--ink:#18202b;--muted:#5a6675;--grid:#e3e8ee;--line:#d9dfe6;
--legacy:#7b8794;--target:#0069b4;--other:#8a6d00;--served:#0069b4;--band:#0069b40d;--good:#00704f;--good-bg:#e0f3ec;
--bad:#b93a00;--bad-bg:#fdeae1;--open:#6b5a00;--open-bg:#f7f0d2;--note-bg:#e9f1f9;--block:#dbe9f5;--block-ink:#0b3d66}
@media (prefers-color-scheme:dark){:root{--page:#11161d;--card:#1a212b;--ink:#e6ebf1;--muted:#9aa7b6;--grid:#2a3441;--line:#303b49;
--legacy:#94a1b0;--target:#58b1f0;--other:#d9b33d;--served:#58b1f0;--band:#58b1f012;--good:#4fd1a5;--good-bg:#12352b;
--bad:#ff9a66;--bad-bg:#41210f;--open:#e3c95b;--open-bg:#35300f;--note-bg:#1c2c3d;--block:#21405c;--block-ink:#cfe6fa}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",
"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1120px;margin:0 auto;padding:36px 24px 48px}
header{margin:0 0 24px}
.eyebrow{margin:0 0 6px;color:var(--muted);font-size:13px;font-weight:600;letter-spacing:.04em}
h1{margin:0 0 10px;font-size:30px;line-height:1.2;font-weight:650;letter-spacing:-.01em;display:flex;flex-wrap:wrap;gap:6px 14px;align-items:center}
h1 .badge{font-size:15px;padding:3px 12px;letter-spacing:0}
h2{margin:0 0 6px;font-size:19px;line-height:1.3;font-weight:650}
h3{margin:22px 0 8px;font-size:15px;font-weight:650}
.lead{margin:0 0 12px;font-size:17px;max-width:76ch}
.meta{margin:0;display:flex;flex-wrap:wrap;gap:2px 22px;color:var(--muted);font-size:13.5px}
.meta b{font-weight:600;color:var(--ink)}
section,.card,.note,.why{background:var(--card);border:1px solid var(--line);border-radius:10px}
section{padding:22px 24px 24px;margin:0 0 18px}
.intro{margin:0 0 16px;color:var(--muted);max-width:92ch}
.note,.why{padding:12px 16px;margin:16px 0 0}
.note{background:var(--note-bg);border-color:transparent}
.why{background:var(--bad-bg);border-color:transparent;border-left:4px solid var(--bad)}
.why b{display:block}.why span{display:block}.why .original{color:var(--muted);font-size:13.5px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:14px;margin:0 0 18px}
.card{padding:14px 16px 15px}
.card .name{color:var(--muted);font-size:13px;overflow-wrap:anywhere}
.card .value{font-size:24px;overflow-wrap:anywhere;line-height:1.25;font-weight:650;font-variant-numeric:tabular-nums;letter-spacing:-.01em;margin:3px 0 2px}
.card .small{color:var(--muted);font-size:13px}
.value.good{color:var(--good)}.value.bad{color:var(--bad)}
.scroll{overflow-x:auto;margin:0 -6px;padding:0 6px}
table{border-collapse:collapse;width:100%;font-size:14px}
th{text-align:left;font-weight:600;font-size:12.5px;color:var(--muted);border-bottom:1px solid var(--line);padding:6px 14px 6px 0;vertical-align:bottom}
td{border-bottom:1px solid var(--grid);padding:7px 14px 7px 0;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child td{border-bottom:0}
.num{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.num{white-space:nowrap}
tr.group td{padding-top:16px;font-weight:600;border-bottom-color:var(--line)}
tr.sum td{font-weight:600}
.gap{margin-top:18px}
table.gates{table-layout:fixed;min-width:760px}
.gates th:nth-child(1){width:26%}.gates th:nth-child(2){width:16%}.gates th:nth-child(3){width:12%}.gates th:nth-child(4){width:20%}
.muted{color:var(--muted);font-weight:400}
tr.told td{border-bottom:0;padding-bottom:2px}
tr.said td{color:var(--muted);font-size:13.5px;padding-top:0}
.part{padding-left:18px}
code{font:13px/1.4 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.badge{display:inline-block;padding:1px 9px;border-radius:99px;font-size:13px;font-weight:600;white-space:nowrap}
.badge.good{color:var(--good);background:var(--good-bg)}.badge.bad{color:var(--bad);background:var(--bad-bg)}
.badge.open{color:var(--open);background:var(--open-bg)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin:0 0 6px;font-size:13.5px;color:var(--muted)}
.legend span{display:inline-flex;align-items:center;gap:7px}
.legend svg{width:26px;height:10px;flex:none}
.chart{display:block;width:100%;height:auto;font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif;font-variant-numeric:tabular-nums}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(400px,1fr));gap:10px 26px}
.pair h3{margin-top:4px}.wide+.scroll,.pair+.scroll{margin-top:14px}
.bars{display:inline-block;width:90px;height:8px;border-radius:4px;background:var(--grid);margin-left:10px;overflow:hidden;vertical-align:middle;text-align:left}
.bars span{display:block;height:100%}
ul.notes{margin:8px 0 0;padding-left:20px}ul.notes li{margin:0 0 7px;max-width:96ch}
footer{color:var(--muted);font-size:13px;margin-top:22px}
@media (max-width:700px){.wide .chart{width:860px;max-width:none}main{padding:22px 14px}section{padding:18px 16px}.pair{grid-template-columns:1fr}h1{font-size:24px}}
@media print{table{font-size:9pt}td code{overflow-wrap:normal;white-space:nowrap}:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--muted:#444;--grid:#ddd;--line:#bbb;--legacy:#6d7884;--target:#0069b4;
--served:#0069b4;--good:#00704f;--bad:#b93a00;--open:#6b5a00;--good-bg:#e0f3ec;--bad-bg:#fdeae1;--open-bg:#f7f0d2;--note-bg:#eef4fa;--block:#dbe9f5;--block-ink:#0b3d66}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:12pt 0}
.card,.note,.why,tr,.chart,li{break-inside:avoid}h2,h3,.intro,.legend{break-after:avoid}thead{display:table-header-group}.scroll{overflow:visible}}
)css";
}

} // namespace drover::report
