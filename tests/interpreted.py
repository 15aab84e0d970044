"""Give each case of a test so many seconds of processor time, and all its cases a few times that.

`make coverage` runs the kernels interpreted, where a test that takes a second compiled may take
an hour. When the time is over the test is skipped by name; what it has reached by then is measured
all the same, so the figure is a lower bound. Whether a test passes is what `make test` says.
"""

import signal
import time
from collections import Counter, defaultdict

import pytest

REASON = "its time is over, with kernels interpreted"
WALL = 30
"""As many times the processor time a case may take by the clock, such as to wait for a process."""


def pytest_addoption(parser):
    parser.addoption("--seconds", type=float, help="processor time that each case may take")
    parser.addoption(
        "--cases", type=int, default=1, help="as many times that all cases of a test may take"
    )


def test_of(item):
    return item.nodeid.partition("[")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Put the cases of each test into an order in which the first ones are spread evenly."""
    if config.getoption("--seconds"):
        places = defaultdict(list)
        for place, item in enumerate(items):
            places[test_of(item)].append(place)
        for own in places.values():
            spread = sorted(range(len(own)), key=lambda case: case * 0.618034 % 1)
            for place, item in zip(own, [items[own[case]] for case in spread], strict=True):
                items[place] = item


OVER = []
"""Whether the time of the present case is over."""


def over(signum, frame):
    OVER.append(signum)
    if frame and "coverage" in frame.f_code.co_filename:  # it holds a lock nobody would give back
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
    else:
        pytest.skip(REASON)


USED = Counter()
"""Processor time that the cases of a test have taken so far, in seconds."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    return (yield from within(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield from within(item))


def within(item):
    """Run one phase of a test within its time."""
    seconds, name = item.config.getoption("--seconds"), test_of(item)
    if not seconds:
        return (yield)
    if USED[name] >= seconds * item.config.getoption("--cases"):
        pytest.skip(REASON)
    begun = time.process_time()
    OVER.clear()
    signal.signal(signal.SIGVTALRM, over)
    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    signal.setitimer(signal.ITIMER_REAL, WALL * seconds)
    try:
        return (yield)
    except Exception:
        if OVER:  # compiled code may have made something else of being interrupted
            pytest.skip(REASON)
        raise
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        USED[name] += time.process_time() - begun
