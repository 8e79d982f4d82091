"""The formula lab's place in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.ranking.service import lab


@jobs.sweep("ranking.lab", every=timedelta(minutes=1), drain=True)
def replay() -> int:
    """Replay past months by the formulas that are tried."""
    return lab.work_trials()
