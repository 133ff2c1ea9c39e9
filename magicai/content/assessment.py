"""What code finds in a text: claims without a source, what its template asks for and does not get."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.claims.checking import check
from magicai.claims.claim import Traced
from magicai.claims.links import foreign_links
from magicai.content.block_limits import too_long
from magicai.content.brief import Brief
from magicai.content.measures import Measure, measures
from magicai.content.text import Blocks, plain


@dataclass(frozen=True)
class Assessment:
    """A text's claims and how good it is.

    Attributes:
        claims: each with its source, or why it has none; places count in `plain(blocks)`.
        forbidden: those with a source that the template forbids nevertheless.
        measures: the parts of its quality.
        foreign_hosts: where its links lead that nothing names it was written from.
        too_long: what to say of each block that is longer than its template allows.
    """

    claims: tuple[Traced, ...]
    forbidden: tuple[Traced, ...]
    measures: tuple[Measure, ...]
    foreign_hosts: tuple[str, ...] = ()
    too_long: tuple[str, ...] = ()

    @property
    def unsupported(self) -> tuple[Traced, ...]:
        """Claims that may not stand."""
        return (*(one for one in self.claims if one.unsupported), *self.forbidden)

    @property
    def doubted(self) -> tuple[Traced, ...]:
        """Claims that a model may not leave: those that may not stand, and those that are only unverified."""
        return (*(one for one in self.claims if not one.supported), *self.forbidden)

    @property
    def score(self) -> float:
        """0 to 1: the measures' weighted mean; at most half of it while a claim has no source."""
        total = sum(one.weight for one in self.measures)
        mean = sum(one.value * one.weight for one in self.measures) / total
        return mean / 2 if self.unsupported else mean

    def flags(self, bar: float) -> tuple[str, ...]:
        """Why a text is not to be passed off as finished: claims without a source, a quality below the bar (0..1)."""
        found = [f"“{one.claim.text}”: {one.reason or 'not allowed here'}" for one in self.unsupported]
        found += [f"A link leads to {host}, which its variables do not name." for host in self.foreign_hosts]
        found += self.too_long
        if self.score < bar:
            worst = min(self.measures, key=lambda one: one.value)
            found.append(f"Its quality is {self.score:.2f}, below {bar:g}. {worst.reason}")
        return tuple(found)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What to mend, the worst first."""
        claims = [f"“{one.claim.text}”: {one.reason}" for one in self.claims if not one.supported]
        claims += [
            f"“{one.claim.text}”: this kind of claim ({one.claim.kind}) is not allowed" for one in self.forbidden
        ]
        weak = sorted((one for one in self.measures if one.value < 1 and one.reason), key=lambda one: one.value)
        return (*claims, *self.too_long, *(one.reason for one in weak))


def assess(blocks: Blocks, brief: Brief, *, earlier: Sequence[str] = ()) -> Assessment:
    """Check a text against what it was written from.

    Args:
        earlier: the user's earlier texts of this type, which it should not repeat.
    """
    template = brief.template
    traced = check(plain(blocks), brief.sources, template.language)
    forbidden = tuple(one for one in traced if one.supported and one.claim.kind in template.forbidden)
    hosts = dict.fromkeys(host for *_, host in foreign_links(plain(blocks), brief.sources))
    return Assessment(
        traced, forbidden, measures(blocks, brief, traced, earlier=earlier), tuple(hosts), too_long(blocks, template)
    )
