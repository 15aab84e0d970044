import re

import pytest

from karma_lib import evidence, lesson

CLAIMS, TRAIL = evidence.claims(), evidence.trail()


def page(number):
    return lesson.claim_page(number, CLAIMS, TRAIL).data


def part(text, side):
    """Return the lines under one of a page's side headings."""
    return text.partition(f"{side}:\n\n")[2].partition("\n\n")[0].splitlines()


@pytest.mark.parametrize("number", CLAIMS["claim"])
def test_a_page_holds_verdict_every_row_with_its_source_and_what_is_open(number):
    claim, text = CLAIMS.set_index("claim").loc[number], page(number)
    assert f"Verdict: **{claim['verdict']}**" in text
    for name in ("text", "covers", "open", "would_change"):
        assert claim[name] in text
    for side, title in (
        ("evidence_for", "Speaks for it"),
        ("evidence_against", "Speaks against it"),
        ("context", "Borders on it and decides nothing"),
    ):
        lines = part(text, title)
        assert len(lines) == max(1, len(claim[side]))
        for line, name in zip(lines, claim[side], strict=False):
            row = TRAIL[TRAIL["id"] == name.lstrip("+-")].iloc[0]
            assert row["authors"] in line
            assert str(row["year"]) in line
            assert row.isna()["doi"] or f"[doi:{row['doi']}](https://doi.org/{row['doi']})" in line
    assert text.count("\n- ") >= len(claim["models"])
    assert ("In models" in text) == bool(claim["models"])
    assert not re.search(r"\bnan\b", text)


def test_numbers_have_units_and_intervals_say_for_whom_they_speak():
    for_it, against = (part(page(11), f"Speaks {way} it") for way in ("for", "against"))
    assert for_it[0].startswith(
        "- *experiment, its interval speaks for it* · media-literacy tips → "
    )
    assert ": 0.177 standard deviations (95 % interval 0.121 to 0.233). Guess" in for_it[0]
    assert against[0].startswith("- *experiment, its interval holds no effect* · ")
    assert "All 27 comparable trials together: a mean of 0.088" in page(9)
    assert part(page(1), "Speaks for it") == ["- nothing in the table"]


def test_what_was_only_recalled_says_so():
    (line,) = part(page(5), "Borders on it and decides nothing")
    assert "number recalled, not verified" in line
