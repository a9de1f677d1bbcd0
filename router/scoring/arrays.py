"""Types of the scoring's columns: one element per partner, unless stated otherwise."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
IndexArray = NDArray[np.intp]
CodeArray = NDArray[np.int8]
HashArray = NDArray[np.uint64]

Number = TypeVar("Number", float, FloatArray)
"""One value or a column. A formula written once for both gives the same bits for both: NumPy and Python do the
four basic operations in IEEE 754 double precision, each rounded on its own."""
