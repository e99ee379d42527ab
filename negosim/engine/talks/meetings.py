"""The meetings of a tick: all tracks in their order, in a round or to be asked again about the text that stands."""

from __future__ import annotations

from collections.abc import Sequence

from negosim.engine.agreements import Agreements
from negosim.engine.plan import Plan
from negosim.engine.record.recorder import Recorder
from negosim.engine.talks.round_outcome import RoundOutcome
from negosim.engine.talks.rounds import Talks


class Meetings:
    """The meetings of a block.

    Parameters
    ----------
    talks : the table of each track.
    agreements : brings into force what is signed.
    recorder : takes what happens, and says whether it wants to know what everybody says.
    """

    def __init__(self, plan: Plan, talks: Sequence[Talks], agreements: Agreements, recorder: Recorder) -> None:
        self._plan = plan
        self._talks = talks
        self._agreements = agreements
        self._recorder = recorder

    def hold(self, tick: int) -> Sequence[int]:
        """Hold the meetings of a tick, and bring into force what they sign.

        Returns
        -------
        The tracks on which anything was signed.
        """
        return [index for index, talks in enumerate(self._talks) if self._is_signed(index, talks, tick)]

    def _is_signed(self, index: int, talks: Talks, tick: int) -> bool:
        outcome = self._outcome(index, talks, tick)
        if outcome is None:
            return False
        is_signed = bool(outcome.signed.any())
        if is_signed or not outcome.between:
            self._recorder.met(index, outcome, tick)
            self._agreements.sign(index, outcome, tick)
        return is_signed

    def _outcome(self, index: int, talks: Talks, tick: int) -> RoundOutcome | None:
        track, with_answers = talks.track, self._recorder.wants_answers
        if track.asks_again(tick):
            return talks.ask_again(tick, with_answers=with_answers)
        if not track.has_round(tick):
            return None
        if tick == track.opens:
            talks.open_draft()
            self._recorder.drafted(index)
        return talks.hold(tick, with_answers=with_answers)
