"""The invented words of the synthetic sample, from `phrases.json`."""

import json
from pathlib import Path

_HELD = json.loads(Path(__file__).with_name("phrases.json").read_text("utf-8"))

TOPICS: dict[str, list[str]] = _HELD["topics"]
"""Topic to its hashtags."""
EVERYWHERE: list[str] = _HELD["everywhere"]
"""Hashtags that go with any topic."""
PHRASES: dict[str, list[str]] = _HELD["phrases"]
"""Tone to sentences with gaps."""
WORDS: dict[str, list[str]] = _HELD["words"]
"""Gap to the words that fill it."""
ENDINGS: dict[str, list[str]] = _HELD["endings"]
"""Tone to what may follow a sentence."""
