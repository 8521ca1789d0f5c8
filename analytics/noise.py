"""What one measurement is worth: the error of a diameter by how it was taken (clinical.md, "What a measurement is worth").

All errors are standard deviations of ln(diameter). A figure of 0.07 reads "about 7 %".
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from analytics.series import Floats

SESSION = 0.03  # error shared by all axes of one session (clinical.md)


class MethodError(NamedTuple):
    """A method's own error: a share of the size, and a floor in mm that weighs most on small lumps."""

    relative: float
    absolute_mm: float


METHOD_ERRORS: dict[str, MethodError] = {
    "caliper": MethodError(0.05, 1.0),  # Euhus 1986: 2-9 % same person
    "ruler": MethodError(0.07, 1.0),  # IJGC 2022 A447.2: about 9 % on a curved phantom
    "photo_card": MethodError(0.05, 1.0),  # JMIR 26443: 3-6 % with a marker
    "ultrasound": MethodError(0.05, 1.0),  # Borgbjerg: 4.9 % within, 8.0 % between observers
    "scan": MethodError(0.06, 1.0),  # Yoon 2016: CT, same reader
    "eye": MethodError(0.15, 3.0),  # our judgement, after Wasson 2012
}
NO_METHOD = "ruler"


def errors_of(methods: Sequence[str | None]) -> tuple[Floats, Floats]:
    """Relative error (n,) and floor in mm (n,) of each method; an empty or absent one counts as ruler.

    Raises KeyError for a word that is not a method.
    """
    found = [METHOD_ERRORS[method or NO_METHOD] for method in methods]
    return np.array([error.relative for error in found]), np.array([error.absolute_mm for error in found])


def sigma_log(mm: ArrayLike, method: str | None, *, session: bool = True) -> Floats:
    """Error of ln(diameter) for a reading of ``mm`` by ``method``: sqrt(relative² + (floor / mm)² [+ session²]).

    ``session`` adds the 3 % that all axes of one session share: wanted where readings of two days are compared,
    not where two axes of one session are. Same shape as ``mm``; NaN stays NaN.
    """
    error = METHOD_ERRORS[method or NO_METHOD]
    size = np.asarray(mm, dtype=np.float64)
    shared = SESSION**2 if session else 0.0
    return np.asarray(np.sqrt(error.relative**2 + (error.absolute_mm / size) ** 2 + shared))
