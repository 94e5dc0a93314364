"""How results are written: Markdown tables, medians with their spread, goals that are met or not."""

import statistics
from dataclasses import dataclass, field


@dataclass
class Samples:
    """One quantity, once a round."""

    values: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def over(self, other: "Samples") -> "Samples":
        """Round by round, so that a busy moment, which slows both, cancels out."""
        return Samples([mine / theirs for mine, theirs in zip(self.values, other.values, strict=True)])

    def show(self, digits: int = 0) -> str:
        """The median, with the least and the greatest where there was more than one round."""
        shown = f"{self.median:,.{digits}f}"
        if len(self.values) == 1:
            return shown
        return f"{shown} [{min(self.values):,.{digits}f}–{max(self.values):,.{digits}f}]"


@dataclass(frozen=True)
class Goal:
    """A promise, and what came out."""

    promise: str
    found: str
    met: bool

    def __str__(self) -> str:
        return f"{'PASS' if self.met else 'FAIL'}  {self.promise}: {self.found}"


@dataclass
class Section:
    """One part's results."""

    title: str
    note: str
    headings: list[str]
    rows: list[list[str]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def markdown(self) -> str:
        lines = [f"## {self.title}", "", self.note, ""]
        lines += [f"| {' | '.join(cells)} |" for cells in (self.headings, ["---"] * len(self.headings), *self.rows)]
        return "\n".join(lines)


def megabytes(bytes_: float) -> float:
    return bytes_ / 1e6
