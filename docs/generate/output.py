"""The page of what a run answers: the JSON object, and the table of trials."""

from __future__ import annotations

from docs.generate.writing import NOTE, code, table
from negosim.results.tally import HELD

SHARE, MEAN = "share", "mean"
"""`{p, low, high}` and `{mean, low, high}`."""

ANSWER: dict[str, tuple[str, str]] = {
    "scenario.title": ("text", "the title of the scenario"),
    "scenario.about": ("text or null", "the first paragraph of its summary"),
    "scenario.variants.<variant>": ("text or null", "the title of each variant it declares"),
    "scenario.sha256": ("text", "hash of what the file says, whatever its layout and the order of its declarations"),
    "scenario.as_of": ("date", "start of the simulation"),
    "scenario.horizon": ("date", "end of the simulation"),
    "run.negosim": ("text", "version of negosim"),
    "run.build.id": (
        "text",
        "identity of the build: a hash of its version and of the following but the commit; where it is the same, the "
        "same program has played",
    ),
    "run.build.sources": ("text or null", "hash of the sources of negosim; null where they cannot be read"),
    "run.build.kernel": ("text or null", "version of the compiled kernel; null where NumPy has played alone"),
    "run.build.<package>": (
        "text",
        "versions of Python and of the packages that results may depend on; `plugins`, where there are any, is a "
        "hash of the rules that others have registered",
    ),
    "run.build.commit": ("text or null", "commit of the sources, which may have been changed since; null if not known"),
    "run.command": (
        "text or null",
        "the command line, without `--workers` and `--cluster`, on which no result depends; null for a run from Python",
    ),
    "run.trials": ("number", "histories played"),
    "run.seed": ("number", "seed of the draws"),
    "run.variant": ("text or null", "the variant applied"),
    "run.variant_title": ("text or null", "its title"),
    "run.set.<path>": ("value", "what `--set` has set"),
    "run.seconds": ("number", "how long it took; the only part of the answer that differs from run to run"),
    "reached.<outcome>.by.<date>": (
        SHARE,
        "histories that had reached the outcome at least once by that date: every quarter end, the date of every "
        "question, the horizon",
    ),
    "reached.<outcome>.median_date": ("date or null", "when half of all histories had reached it; null if they do not"),
    "final_state.<state>": (SHARE, "histories in that state at the horizon; the shares add up to 1"),
    "held.<agreement>.<time>": (
        "share and n",
        "of the histories that reached it early enough before the horizon to tell (`n` of them), those in which the "
        "first such agreement lasted that long",
    ),
    "terms.<track>.signed": ("number", "histories in which a text was signed on the track"),
    "terms.<track>.issues.<issue>.<option>": (SHARE, "of the first texts signed there, those with that option"),
    "terms.<track>.utility.<party>": (MEAN, "what these texts are worth to the party, from 0 to 1: whose terms win"),
    "judgement.trials": (
        "number",
        "the first histories of the run, played again with the same random numbers and nobody's mood (T = 0); "
        "`judgement` is null where nobody has any",
    ),
    "judgement.reached.<outcome>.with.value": ("number", "of these, those that reached the outcome as they were"),
    "judgement.reached.<outcome>.with.low": ("number", "lower end of its 95 % interval"),
    "judgement.reached.<outcome>.with.high": ("number", "upper end"),
    "judgement.reached.<outcome>.without.value": ("number", "those that reached it without judgement"),
    "judgement.reached.<outcome>.without.low": ("number", "lower end of its 95 % interval"),
    "judgement.reached.<outcome>.without.high": ("number", "upper end"),
    "judgement.reached.<outcome>.difference.value": ("number", "without less with"),
    "judgement.reached.<outcome>.difference.low": ("number", "lower end of its paired 95 % interval"),
    "judgement.reached.<outcome>.difference.high": ("number", "upper end"),
    "headline.main": ("text or null", "the outcome that the answer is about; null where nothing can come"),
    "headline.year": ("date or null", "twelve months after the start; null where the horizon comes first"),
    "headline.inputs.uncertain": ("number", "inputs that are drawn"),
    "headline.inputs.trials": (
        "number",
        "histories, the first ones, whose draws tell the range over the inputs",
    ),
    "headline.reached.<outcome>.<date>.p": ("number", "histories that had reached it by then: `year`, and the horizon"),
    "headline.reached.<outcome>.<date>.low": ("number", "lower end of its 95 % interval, which is luck"),
    "headline.reached.<outcome>.<date>.high": ("number", "upper end"),
    "headline.reached.<outcome>.<date>.inputs_low": (
        "number or null",
        "5 % of the answers lie below it if the inputs move over the scenario's own ranges; null where none is seen to "
        "move it",
    ),
    "headline.reached.<outcome>.<date>.inputs_high": ("number or null", "5 % of them lie above it"),
    "headline.final.<state>.<number>": ("number or null", "the same five of the state on the last day"),
    "headline.questions.<question>.<number>": ("number or null", "the same five of the answer to a question"),
    "headline.moves[].path": ("text", "an input that moves `main` by the horizon, the strongest first"),
    "headline.moves[].lever": ("text or null", "the title of the lever that moves it"),
    "headline.moves[].days": ("true or false", "whether it is a duration"),
    "headline.moves[].ends[]": (
        "number",
        "its 5 % and 95 % points; durations in days",
    ),
    "headline.moves[].change": ("number", "of the share from the first to the second, by a linear regression"),
    "headline.moves[].error": ("number", "its standard error"),
    "headline.replay.<which>": (
        "number",
        "a history worth replaying: `typical`, in which `main` comes at the median date, `quickest`, and `never`",
    ),
    "read_first[].kind": (
        "text",
        "what to know before trusting the answer, at most four: `few_histories`, `judgement`, `inputs`, `benchmark`, "
        "`base_rate`, `unsourced`, `left_out`",
    ),
    "read_first[].<about>": ("number, text or null", "what it is about"),
    "below_aspiration.<track>.signed": ("number", "signatures on the track in all histories together"),
    "below_aspiration.<track>.share": (
        "number or null",
        "of these, those of a text worth less to somebody who signed than it asked for (its aspiration), so that its "
        "judgement that day signed it; null without a signature",
    ),
    "below_aspiration.<track>.low": ("number or null", "lower end of its 95 % interval"),
    "below_aspiration.<track>.high": ("number or null", "upper end of its 95 % interval"),
    "refusals.<track>.<party>.share": ("number", "of the rounds that ended without a signature, those it refused in"),
    "refusals.<track>.<party>.low": ("number", "lower end of its 95 % interval"),
    "refusals.<track>.<party>.high": ("number", "upper end of its 95 % interval"),
    "refusals.<track>.<party>.issues.<issue>": ("number", "of its refusals, the part that was over the issue"),
    "ratification.<track>.<party>[].by": ("text", "the body that voted"),
    "ratification.<track>.<party>[].votes": ("number", "votes it held in all histories together"),
    "ratification.<track>.<party>[].approved": (SHARE, "of these votes, those that approved"),
    "tolls.<toll>.mean": ("number", "mean over all histories, up to the horizon"),
    "tolls.<toll>.low": ("number", "lower end of the 95 % interval of the mean"),
    "tolls.<toll>.high": ("number", "upper end of the 95 % interval of the mean"),
    "tolls.<toll>.p05": ("number", "5 % of the histories have less"),
    "tolls.<toll>.p50": ("number", "half of the histories have less"),
    "tolls.<toll>.p95": ("number", "95 % of the histories have less"),
    "tolls.<toll>.unit": ("text or null", "its unit"),
    "questions.<question>.title": ("text", "the question in words"),
    "questions.<question>.reach": ("text", "the outcome it asks about"),
    "questions.<question>.by": ("date", "until when"),
    "questions.<question>.lasting": ("text or null", "how long it must hold"),
    "questions.<question>.p": ("number", "histories in which the answer is yes"),
    "questions.<question>.low": ("number", "lower end of its 95 % interval"),
    "questions.<question>.high": ("number", "upper end of its 95 % interval"),
    "questions.<question>.benchmarks[].p": ("number", "a published forecast of the same question"),
    "questions.<question>.benchmarks[].on": ("date or null", "when it was made"),
    "questions.<question>.benchmarks[].source": ("text or null", "who made it"),
    "questions.<question>.benchmarks[].note": ("text or null", "a remark on it"),
    "questions.<question>.outcome.happened": (
        "true or false",
        "what came of it, where the file says so; `outcome` is null elsewhere",
    ),
    "questions.<question>.outcome.on": ("date or null", "when that was known"),
    "questions.<question>.outcome.source": ("text or null", "where it can be read"),
    "base_rate.began": ("date or null", "when the war began; `base_rate` itself is null without a war"),
    "base_rate.age_years": ("number or null", "its age at `as_of`"),
    "base_rate.missing": (
        "text or null",
        "why there is no rate: `no date`, the file does not say when the war began, or `too old`, no war of the data "
        "lasted so long",
    ),
    "base_rate.rates[].table": (
        "text",
        "`survivors`: of past wars that had lasted so long, those that ended within twelve months; `pace`: a year at "
        "the pace at which wars of that age ended",
    ),
    "base_rate.rates[].p": ("number", "the rate: wars that ended by any means, victory included"),
    "base_rate.rates[].low": (
        "number",
        "lower end of its 95 % interval: no Monte-Carlo error, but few wars",
    ),
    "base_rate.rates[].high": ("number", "upper end"),
    "base_rate.rates[].n": ("number", "of `survivors` the wars counted, of `pace` the endings"),
    "base_rate.rates[].war_years": (
        "number or null",
        "of `pace`, in how many years of war; null if not known",
    ),
    "base_rate.rates[].from_years": ("number", "the age from which wars were counted"),
    "base_rate.rates[].to_years": ("number or null", "the age up to which they were, for `pace`"),
    "base_rate.rates[].wars": ("text", "which wars"),
    "base_rate.rates[].source": ("text", "the data set"),
    "base_rate.among_them": ("true or false", "whether the war is itself one of those counted"),
    "base_rate.how.<how>": ("share and n", "of such wars, those that ended so: `stalemate`, `victory`, and so on"),
    "base_rate.simulated": (
        SHARE,
        "histories in which nobody fights a year after `as_of`; null where the horizon is nearer",
    ),
    "baselines.capabilities": (
        "text",
        "the proxy for the parties' capabilities, `equal`; `baselines` itself is null without `--baselines`",
    ),
    "baselines.tracks.<track>.parties[]": ("text", "the parties that count on a track for a ceasefire or settlement"),
    "baselines.tracks.<track>.nash.red_lines": (
        "text",
        "how the Nash text treats the red lines of the opening: `respected`; `ignored`, as they leave no text that all "
        "gain by; `none`, no text is; `too large` to be found",
    ),
    "baselines.tracks.<track>.nash.is_exact": ("true, false or null", "whether no other text has a larger product"),
    "baselines.tracks.<track>.nash.gains.<party>": ("number", "what a signatory gains by it over no deal"),
    "baselines.tracks.<track>.issues.<issue>.ideals.<party>.option": (
        "text",
        "the best option of who weighs it",
    ),
    "baselines.tracks.<track>.issues.<issue>.ideals.<party>.weight": ("number", "its weight among them; they add to 1"),
    "baselines.tracks.<track>.issues.<issue>.<model>.position": (
        "number",
        "what `mean`, `median` or `challenge` comes to, on the line of the options, the first at 0; null for the whole "
        "where nobody weighs the issue",
    ),
    "baselines.tracks.<track>.issues.<issue>.<model>.options[]": (
        "text",
        "the option nearest to it, or the two between which it stands half way",
    ),
    "baselines.tracks.<track>.issues.<issue>.challenge.rounds": ("number", "rounds in which somebody moved"),
    "baselines.tracks.<track>.issues.<issue>.challenge.settled": ("true or false", "whether nobody moved in the end"),
    "baselines.tracks.<track>.issues.<issue>.nash": ("text or null", "the option of the Nash text; null without one"),
    "corrected.cases": (
        "number",
        "past negotiations that the calibration map was fitted to; `corrected` is null where there are no questions",
    ),
    "corrected.targets": ("number", "what was to be forecast of them"),
    "corrected.deals": ("number", "of these, those in which a deal came"),
    "corrected.coded": ("text", "`hindsight-coded`: whoever coded them knew their outcomes"),
    "corrected.questions.<question>.value": (
        "number or null",
        "how often a deal came in the past where the model was as sure as of this question; beside `p`, never in its "
        "place",
    ),
    "corrected.questions.<question>.low": ("number or null", "lower end of its 95 % interval, over cases"),
    "corrected.questions.<question>.high": ("number or null", "upper end"),
    "corrected.questions.<question>.why": ("text or null", "why the map cannot speak of this question"),
    "ripeness.<date>.<state>.n": ("number", "histories in which the war goes on, or a ceasefire holds, at that date"),
    "ripeness.<date>.<state>.both": (SHARE, "of these, those in which both belligerents are in a hurting stalemate"),
    "ripeness.<date>.<state>.<party>": (SHARE, "of these, those in which the party is in a hurting stalemate"),
    "possible[]": ("text", "the outcomes and states that something in the scenario can bring"),
    "zopa.trials": ("number", "histories that were searched for zones of possible agreement"),
    "zopa.tracks.<track>.states[]": ("text", "the states in which the track's talks can be held"),
    "zopa.tracks.<track>.red_lines": ("true or false", "whether anybody has a red line on the track's agenda"),
    "zopa.tracks.<track>.by.<date>.n": ("number", "of the histories searched, those open to the track at that date"),
    "zopa.tracks.<track>.by.<date>.<red_lines>.p": (
        "number",
        "of these, those in which some text is worth no deal or more to everybody it needs; red lines `respected` or "
        "`ignored`",
    ),
    "zopa.tracks.<track>.by.<date>.<red_lines>.low": ("number", "lower end of its 95 % interval"),
    "zopa.tracks.<track>.by.<date>.<red_lines>.high": (
        "number",
        "upper end of the interval, as if all undecided histories had a zone",
    ),
    "zopa.tracks.<track>.by.<date>.<red_lines>.undecided": (
        "number",
        "share of the histories that neither way is proved",
    ),
    "occupancy.dates[]": ("date", "the ticks"),
    "occupancy.states.<state>[]": ("number", "share of histories in the state at each tick"),
    "labels.parties.<party>": ("text", "what to call it"),
    "labels.short.<party>": ("text", "what to call it in the head of a column"),
    "labels.issues.<issue>": ("text", "what to call it, a chip included"),
    "labels.options.<issue>.<option>": ("text", "what to call it"),
    "labels.tracks.<track>": ("text", "what to call it"),
    "labels.kinds.<track>": ("text", "what a signature on the track brings"),
    "labels.tolls.<toll>": ("text", "what to call it"),
    "labels.units.<toll>": ("text", "what it is counted in"),
    "labels.sources.<source>": ("text", "what to call it"),
    "labels.questions.<question>": ("text", "what to call it"),
    "labels.events.<event>": ("text", "what to call it"),
    "labels.stocks.<stock>": ("text", "what to call it"),
    "labels.levers.<lever>": ("text", "what to call it"),
    "labels.variants.<variant>": ("text", "what to call it"),
    "labels.states.<state>": ("text", "`war` or `impasse`: what goes on without an agreement"),
    "labels.places.<path>": (
        "text",
        "what stands at a place of a list: a body, the number that an effect changes, the options of a linkage",
    ),
    "notes[]": ("text", "what a careful reader should know of the scenario, such as a source later than `as_of`"),
}
"""Every key of the answer: what stands there, and what it means."""

TRIALS: dict[str, str] = {
    "trial": "its number, from 0; trial 17 meets the same random numbers in every run with the same seed",
    "final_state": "its state at the horizon",
    "<agreement>_date": "when it first came into force",
    "<agreement>_days": "how long the first one held, to its breach or the horizon",
    "<agreement>_broken": "whether that one broke",
    "victory_date": "when the war was won",
    "winner": "who won it",
    "faded_date": "when the fighting faded out without a text",
    "years_of_war": "time spent fighting (without a war: `years_of_impasse`)",
    "toll.<toll>": "what the fighting cost",
    "question.<question>": "whether the answer is yes",
    "<track>.signed": "when the first text was signed on the track",
    "<track>.<issue>": "the option of that text",
    "<track>.worth.<party>": "what that text is worth to the party, from 0 to 1",
}
"""Every kind of column of the table of trials."""

_HEAD = f"""# What a run answers

`negosim run FILE --json` prints one JSON object. `--out DIRECTORY` writes the same object as `summary.json`, and the
outcome of every history as `trials.csv` (and `trials.parquet` where pyarrow is installed).
[How to read the answer](../how-to-read.md) tells what the numbers mean and what they do not.

A **{SHARE}** is `{{"p", "low", "high"}}`: a share of simulated histories with its 95 % Wilson interval; all three are
null where there was nothing to count. A **{MEAN}** is `{{"mean", "low", "high"}}` with a 95 % interval by the normal
approximation. All intervals are Monte-Carlo error only. The same file, seed and number of trials give the same bytes
but for `run.seconds`, whatever the number of workers.

- `<outcome>`: `ceasefire`, `settlement`, `agreement` (either of them); `limited` where a track can bring limited deals;
  with a war also `victory`, `victory:<party>` and `faded`.
- `<state>`: `war` (without a war `impasse`), `ceasefire`, `settlement`, `victory:<party>`, `faded`.
- `<agreement>`: `ceasefire`, `settlement`, `limited`.
- `<time>`: {", ".join(f"`{time}`" for time in HELD)}.

## The JSON object
"""
_TRIALS = """## The table of trials

One row for every history. Cells are empty where something did not happen. `<agreement>` may here also be `agreement`.
"""


def page() -> str:
    """Return the page."""
    answer = table(("Key", "What stands there", "Meaning"), [[code(key), *said] for key, said in ANSWER.items()])
    trials = table(("Column", "Meaning"), [[code(key), said] for key, said in TRIALS.items()])
    return "\n".join([NOTE, _HEAD, answer, _TRIALS, trials])
