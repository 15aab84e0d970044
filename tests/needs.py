"""Skip notebook cells whose real data are not here, and say which."""

from functools import cache

import pytest

from karma_lib import datasets

available = cache(datasets.available)


def pytest_collection_modifyitems(items):
    for item in items:
        tags = getattr(getattr(item, "cell", None), "metadata", {}).get("tags", [])
        for tag in tags:
            name = tag.removeprefix("needs:")
            if name != tag and not available(name):
                item.add_marker(pytest.mark.skip(reason=f"the data set {name} is not here"))
