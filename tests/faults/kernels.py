"""A kernel for processes that compile it at once."""

from karma_lib._kernels import kernel


@kernel
def total(values):
    result = values[0] * 0
    for value in values:
        result += 10 * value
    return result
