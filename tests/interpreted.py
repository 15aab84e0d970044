"""Give each test so many seconds of processor time, and skip it by name when they are over.

`make coverage` runs the kernels interpreted, where a test that takes a second compiled may take
an hour. What a test has reached by then is measured all the same; whether it passes is what
`make test` says.
"""

import signal

import pytest


def pytest_addoption(parser):
    parser.addoption("--seconds", type=float, help="processor time that each test may take")


def over(signum, frame):
    pytest.skip("its time is over, with kernels interpreted")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    seconds = item.config.getoption("--seconds")
    if not seconds:
        return (yield)
    signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
