"""The meetings of a tick: all tracks in their order, in a round or to be asked again about the text that stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import Talks


class Meetings:
    """The meetings of a block.

    Parameters
    ----------
    talks : the table of each track.
    recorder : takes the first draft of each, and says whether it wants to know what everybody says.
    """

    def __init__(self, plan: Plan, talks: Sequence[Talks], recorder: Recorder) -> None:
        self._plan = plan
        self._talks = talks
        self._recorder = recorder

    def hold(self, tick: int) -> Iterator[tuple[int, RoundOutcome]]:
        """Hold the meetings of a tick: yield each track that has something to report, before the next one meets."""
        for index, talks in enumerate(self._talks):
            outcome = self._meet(index, talks, tick)
            if outcome is not None:
                yield index, outcome

    def _meet(self, index: int, talks: Talks, tick: int) -> RoundOutcome | None:
        track, with_answers = talks.track, self._recorder.wants_answers
        if track.asks_again(tick):
            return talks.ask_again(tick, with_answers=with_answers)
        if not track.has_round(tick):
            return None
        if tick == track.opens:
            talks.open_draft()
            self._recorder.drafted(index)
        return talks.hold(tick, with_answers=with_answers)
