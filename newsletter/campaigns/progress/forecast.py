"""Where a count will end: a gamma-Poisson forecast with an 80 % band, for counts with few data.

The pace of a campaign is a multiple of its plan. What it is, is told by a gamma distribution: before anything is known
it lies around 1, the plan itself, and weighs as little as three visits; every visit and every week without one moves
it. Weeks vary more than chance alone would have them (holidays, days of many visits), so the variance of a count is
taken to be its mean times a dispersion. That is estimated from the weeks (Pearson's statistic over its degrees of
freedom), drawn towards an everyday value while they are few, and widened as Student's t is for being estimated. Counts
so far and to come are weighed by it. What is to come then has, to two moments, a negative binomial distribution; from
its tails the band is taken.

After Gelman, Carlin, Stern, Dunson, Vehtari, Rubin: Bayesian Data Analysis (3rd ed., 2013), sections 2.6 and 2.7
(Poisson with a gamma prior, its negative binomial forecast), and McCullagh, Nelder: Generalized Linear Models (2nd ed.,
1989), section 6.2 (dispersion of counts). tests/unit/campaigns/test_forecast.py holds the band to its promise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, count, product

from newsletter.campaigns.progress.values import Forecast

BAND = 0.8
PRIOR = 3.0
"""How much the plan weighs before anything is known: as much as so many visits."""
EVERYDAY, EVERYDAY_WEEKS = 1.15, 2.0
"""The dispersion we begin with, and how many weeks it weighs."""
LEAST = 0.7
"""Weeks that happened to be more even than this were so by chance."""
_TAIL = (1 - BAND) / 2
_Z = 1.2815515655446004
"""Of the normal distribution, what a tenth is above."""
_WIDER = (_Z * _Z + 1) / 2
"""Over the degrees of freedom, by what part t's quantile squared is larger than the normal's."""
_MANY = 400.0
"""Above this mean the quantiles come from the first terms of Cornish and Fisher's expansion."""
_ALMOST_NONE = 1e-9
_NEARLY_ALL, _LONGEST = 0.999, 20_000
"""Where adding up ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How a count has gone against its plan, up to now."""

    counted: int
    planned: float
    dispersion: float

    def forecast(self, to_come: float, so_far: int | None = None) -> Forecast:
        """Where the count, or one that has come `so_far` and goes as it does, will be when so much more is due."""
        shape = PRIOR + self.counted / self.dispersion
        weight = PRIOR + self.planned / self.dispersion
        mean = to_come * shape / weight
        variance = self.dispersion * mean + shape * (to_come / weight) ** 2
        low, mid, high = _band(mean, variance)
        base = self.counted if so_far is None else so_far
        return Forecast(low=base + low, mid=base + mid, high=base + high)


def dispersion(weeks: Sequence[tuple[int, float]]) -> float:
    """How much more than by chance the weeks vary, 1 being chance alone. Each week is its count and its plan."""
    planned = [(number, plan) for number, plan in weeks if plan > _ALMOST_NONE]
    total, plan_so_far = sum(number for number, _ in planned), sum(plan for _, plan in planned)
    pace = (total + 1) / (plan_so_far + 1)
    pearson = sum((number - pace * plan) ** 2 / (pace * plan) for number, plan in planned)
    freedom = max(len(planned) - 1, 0)
    weight = EVERYDAY_WEEKS + freedom
    found = (EVERYDAY * EVERYDAY_WEEKS + (pearson if freedom else 0.0)) / weight
    return max(found, LEAST) * (1 + _WIDER / weight)


def _band(mean: float, variance: float) -> tuple[int, int, int]:
    """Low, middle and high of a negative binomial count."""
    if mean <= 0:
        return 0, 0, 0
    return _by_expansion(mean, variance) if mean > _MANY else _by_summing(mean, variance)


def _by_expansion(mean: float, variance: float) -> tuple[int, int, int]:
    deviation = math.sqrt(variance)
    skewness = (2 * variance - mean) / (mean * deviation)
    bend = deviation * skewness / 6
    low, mid, high = (mean + deviation * z + bend * (z * z - 1) for z in (-_Z, 0.0, _Z))
    return max(math.ceil(low), 0), round(mid), math.floor(high)


def _by_summing(mean: float, variance: float) -> tuple[int, int, int]:
    """Whole numbers cannot meet 80 % to the point: of the bands near the tails the best is taken."""
    below = _cumulated(mean, variance)
    low, mid, high = (_quantile(below, share) for share in (_TAIL, 0.5, 1 - _TAIL))
    lows, highs = (range(max(each - 1, 0), each + 2) for each in (low, high))
    bands = [(first, last) for first, last in product(lows, highs) if first <= mid <= last]
    first, last = min(bands, key=lambda band: _misses(below, *band))
    return first, mid, last


def _misses(below: Sequence[float], low: int, high: int) -> float:
    """How far from its promise a band is, and half of how uneven its tails are."""
    under = below[low - 1] if low else 0.0
    within = below[min(high, len(below) - 1)]
    return abs(within - under - BAND) + abs(under - (1 - within)) / 2


def _quantile(below: Sequence[float], share: float) -> int:
    return next((number for number, sum_ in enumerate(below) if sum_ >= share), len(below) - 1)


def _cumulated(mean: float, variance: float) -> list[float]:
    """The probabilities of at most 0, 1, 2 …, until nearly all is there."""
    below = accumulate(_chances(mean, variance))
    found: list[float] = []
    while not found or (found[-1] < _NEARLY_ALL and len(found) < _LONGEST):
        found.append(next(below))
    return found


def _chances(mean: float, variance: float) -> Iterator[float]:
    """The probabilities of 0, 1, 2 …: Poisson's while the variance is no more than the mean."""
    excess = variance - mean
    if excess <= _ALMOST_NONE * mean:
        chance = math.exp(-mean)
        for number in count(1):
            yield chance
            chance *= mean / number
    size, kept = mean * mean / excess, mean / variance
    chance = math.exp(size * math.log(kept))
    for number in count():
        yield chance
        chance *= (number + size) / (number + 1) * (1 - kept)
