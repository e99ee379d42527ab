"""The parts of the report that need no scripts, for a result in a notebook."""

from __future__ import annotations

from negosim.report.html import answer, refusals, terms, when
from negosim.report.html.markup import Html, tag
from negosim.report.html.page import CONSTANT
from negosim.report.html.phrases import Dossier
from negosim.report.html.read_first import warnings

_MORE = (
    'More: result.report("report.html") writes the whole report, result.plot draws figures, rich.print(result) prints '
    "every table."
)

_STYLE = """
.negosim-report{max-width:1104px;font:15px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
.negosim-report .chart,.negosim-report .unseen,.negosim-report .icons>h2,.negosim-report details>summary{display:none}
.negosim-report h1{font:600 26px/1.25 Charter,Georgia,serif;margin:4px 0 8px}
.negosim-report h2{font:600 20px/1.3 Charter,Georgia,serif;margin:24px 0 4px}
.negosim-report h3,.negosim-report h4{font-size:15px;font-weight:600;margin:14px 0 4px}
.negosim-report .constant,.negosim-report .note,.negosim-report .kicker,.negosim-report .lead{font-size:13px;opacity:.8}
.negosim-report .deck{font-size:17px;margin:0 0 8px;max-width:46em}
.negosim-report .hero{display:flex;flex-wrap:wrap;gap:8px 32px}
.negosim-report .hero>div{flex:1 1 380px}
.negosim-report ul.icon-list{list-style:none;padding:0;margin:0}
.negosim-report table{border-collapse:collapse;margin:4px 0}
.negosim-report th,.negosim-report td{padding:3px 10px;text-align:right;border-bottom:1px solid #8886}
.negosim-report th:first-child{text-align:left;font-weight:400}
.negosim-report table.outcomes td b{font-size:20px;display:block}
.negosim-report table.issue{width:100%}
.negosim-report table.issue caption{font-weight:600;text-align:left}
.negosim-report tr.usual th,.negosim-report tr.totals td{font-weight:600}
.negosim-report .mark{display:inline-block;width:10px;height:10px;margin-right:6px;background:#767676}
.negosim-report .mark.deal{background:#0072B2;border-radius:50%}
.negosim-report .mark.ceasefire{background:#D55E00;transform:rotate(45deg)}
.negosim-report .mark.faded,.negosim-report .mark.won-other{background:none;border:2px solid #767676}
.negosim-report .bar{display:inline-block;width:110px;background:#8883;vertical-align:middle}
.negosim-report .bar span{display:block;height:10px;background:#0072B2}
.negosim-report .ceasefire .bar span{background:#D55E00}
.negosim-report .item{margin-right:14px;white-space:nowrap}
.negosim-report i.worth,.negosim-report i.cross{display:inline-block;font-style:normal}
.negosim-report i.cross::before{content:"\\00d7"}
.negosim-report i.worth::before{content:"\\25cf";opacity:.45}
.negosim-report i.worth.ideal::before{opacity:1}
.negosim-report i.worth.nothing::before{content:"\\00b7";opacity:1}
"""
"""Every rule stays within the result: a notebook has a page of its own."""


def notebook(outline: Dossier) -> str:
    """Return headline, table of outcomes, warnings, refusals and terms as HTML without scripts.

    Parameters
    ----------
    outline : as `negosim.experiments.dossier.dossier.outline` returns it.
    """
    nothing = {"switches": [], "inputs": {"rows": [], "less": 0, "noise": 0}}
    dossier = {**outline, "moved": nothing, "beliefs": None}
    parts: list[Html | None] = [
        tag("style", Html(_STYLE)),
        tag("p", CONSTANT, class_="constant"),
        answer.hero(dossier, warnings(dossier)),
        refusals.section(dossier),
        terms.section(dossier),
        when.section(dossier),
        tag("p", _MORE, class_="note"),
    ]
    return tag("div", parts, class_="negosim-report")
