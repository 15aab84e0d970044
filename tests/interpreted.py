"""Give each test so many cases, and each case so many seconds of processor time.

`make coverage` runs the kernels interpreted, where a test that takes a second compiled may take
an hour. When the time is over the test is skipped by name; what it has reached by then is measured
all the same, so the figure is a lower bound. Whether a test passes is what `make test` says.
"""

import signal
from collections import Counter

import pytest


def pytest_addoption(parser):
    parser.addoption("--seconds", type=float, help="processor time that each test may take")
    parser.addoption("--cases", type=int, help="cases of one test that are run, spread evenly")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if most := config.getoption("--cases"):
        names = [item.nodeid.partition("[")[0] for item in items]
        size, place = Counter(names), Counter()
        kept = []
        for name, item in zip(names, items, strict=True):
            if place[name] * most // size[name] != (place[name] - 1) * most // size[name]:
                kept.append(item)
            place[name] += 1
        items[:] = kept


def over(signum, frame):
    if "coverage" in frame.f_code.co_filename:  # it holds a lock that nobody would give back
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.01)
    else:
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
