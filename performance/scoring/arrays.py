"""Arrays of this package: float64 columns, one element per partner, read-only."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

FloatArray: TypeAlias = npt.NDArray[np.float64]


def read_only(array: FloatArray) -> FloatArray:
    """Return a view of `array` (any shape) that cannot be written through: frozen values hold only such arrays."""
    view = array.view()
    view.flags.writeable = False
    return view
