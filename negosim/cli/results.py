"""``negosim results``: show, filter and export the results of a sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negosim.cli.answers import command_line, print_json, print_rows
from negosim.cli.numbers import Count

if TYPE_CHECKING:
    from negosim.experiments.store.result import SqlAnswer, SweepTable
    from negosim.experiments.store.store import Store


class _Results(click.Command):
    """Shows results, unless its first word is the name of what else can be done with them."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options, of ``merge`` where that is asked for."""
        if args[:1] == ["merge"]:
            return merge_command.make_context(f"{info_name} merge", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


@click.command("merge")
@click.argument(
    "directories",
    metavar="DIR...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", required=True, help="Where to write."
)
def merge_command(directories: tuple[Path, ...], out: Path) -> None:
    """Put the shards of a sweep together: the same bytes as one sweep writes.

    DIR... are the directories into which 'negosim sweep --shard I/N' was played, in any order. Shards of another
    scenario, seed, design or build are refused, and which ones are missing is said.
    """
    from negosim.experiments.sweep.merge import merge
    from negosim.report.writing import counted

    result = merge(directories, out, command=command_line())
    try:
        points = counted(len(result.store.manifest.points), "point")
        failed = len(result.failed)
    finally:
        result.store.close()
    click.echo(f"Written: {out} ({points} from {counted(len(directories), 'shard')})")
    if failed:
        click.echo(f"{counted(failed, 'point')} failed: 'negosim results {out}' names them.")


@click.command("results", cls=_Results, epilog="'negosim results merge DIR... --out DIR' puts shards together.")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--where",
    "conditions",
    metavar="CONDITION",
    multiple=True,
    help="Only points that meet it, e.g. 'war.drift > 0.05' or 'agreement >= 0.2'; may be repeated.",
)
@click.option("--sort", metavar="NAME", help="Sort by an input or metric; -NAME for the greatest first.")
@click.option("--limit", type=Count(min=1), help="Show or write so many points only.")
@click.option("--full", is_flag=True, help="Print every input and metric of each point.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as one JSON object.")
@click.option(
    "--export",
    "file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a row per point to FILE.csv or FILE.parquet.",
)
@click.option("--trials", is_flag=True, help="With --export: write a row per trial.")
@click.option("--sql", metavar="QUERY", help="Ask in SQL, over the tables points, estimates and trials.")
def command(
    directory: Path,
    conditions: tuple[str, ...],
    sort: str | None,
    limit: int | None,
    full: bool,
    as_json: bool,
    file: Path | None,
    trials: bool,
    sql: str | None,
) -> None:
    """Show what a sweep has come to, from the DIRECTORY it was written to.

    A sweep that is still running, or was broken off, is shown as far as it is.
    """
    if trials and (file is None or sql):
        raise click.UsageError("--trials goes with --export, and not with --sql")

    from negosim.experiments.store.export import checked_ending, query
    from negosim.experiments.store.store import Store

    if file is not None:
        checked_ending(file)
    with Store.open(directory) as store:
        everything = store.table().where(*conditions)
        table = everything.by(sort) if sort else everything
        table = table.first(limit) if limit else table
        answer = query(store, table, sql) if sql is not None else None
        if file is not None:
            _write(store, table, answer, file, trials)
        if as_json:
            _print_json(store, table, answer)
        elif file is not None:
            click.echo(f"Written: {file}")
        else:
            _print(store, table, answer, limit, 0 if answer else len(everything), full=full)
        if file is not None or sql is not None:
            _warn(store)


def _warn(store: Store) -> None:
    """Say what an export or an answer in SQL does not: that results are missing, and which files are damaged."""
    from negosim.scenario.problems import for_terminal

    progress, damaged = store.progress(), store.damaged
    if not progress.is_complete:
        words = "".join(f"; {text}" for text in damaged.values())
        click.echo(for_terminal(f"{progress.done:,} of {progress.parts:,} parts are there{words}"), err=True)


def _write(store: Store, table: SweepTable, answer: SqlAnswer | None, file: Path, trials: bool) -> None:
    from negosim.experiments.store.export import export, export_table, export_trials

    if trials:
        export_trials(store, table, file)
    elif answer is None:
        export_table(table, file)
    else:
        export(answer.columns(), file, store.manifest)


def _print(
    store: Store, table: SweepTable, answer: SqlAnswer | None, limit: int | None, of: int, *, full: bool
) -> None:
    from rich.console import Console

    from negosim.report.results import MOST_ROWS, print_answer, print_results
    from negosim.report.results_short import print_next, print_short

    if answer is not None:
        print_answer(answer, store.manifest, Console())
    elif full:
        shown = table if limit else table.first(MOST_ROWS)
        print_results(shown, store.progress(), store.damaged, Console(), of=of)
    else:
        print_short(table, store.progress(), store.damaged, Console(), after=print_next)


def _print_json(store: Store, table: SweepTable, answer: SqlAnswer | None) -> None:
    answered: dict[str, Any] = {
        "design": store.manifest.as_dict(),
        "progress": store.progress().as_dict(),
        "damaged": sorted(store.damaged.values()),
    }
    if answer is None:
        print_rows({**answered, "points": []}, "points", table.as_dicts())
    else:
        answered |= {"columns": list(answer.names), "rows": [list(map(_plain, row)) for row in answer.rows]}
        print_json(answered, None)


def _plain(value: Any) -> Any:
    """Return a value of SQL as JSON can hold it."""
    import math

    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
