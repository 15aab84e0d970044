"""VADER as it is: what it gets right, and each limit that its docstring states."""

import pytest

from karma_lib.text import sentiment


def compound(text):
    return sentiment([text])["compound"].item()


@pytest.mark.parametrize(
    ("text", "published"),
    [  # the examples that its authors print in the package's documentation
        ("VADER is smart, handsome, and funny.", 0.8316),
        ("VADER is VERY SMART, handsome, and FUNNY!!!", 0.9342),
        ("VADER is not smart, handsome, nor funny.", -0.7424),
        ("At least it isn't a horrible book.", 0.431),
        ("Today only kinda sux! But I'll get by, lol", 0.5249),
        ("Catch utf-8 emoji such as such as 💘 and 💋 and 😁", 0.875),
        ("Not bad at all", 0.431),
    ],
)
def test_it_gives_the_authors_own_numbers(text, published):
    assert compound(text) == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    "text", ["no cap this slaps", "this is fire", "she ate and left no crumbs"]
)
def test_limit_praise_in_slang_counts_as_negative(text):
    assert compound(text) <= -0.05


def test_limit_jeers_in_slang_count_as_positive_or_nothing():
    assert compound("L + ratio") >= 0.05
    assert compound("you fell off") == compound("touch grass") == 0


def test_limit_emoji_are_read_by_their_names():
    assert compound("😭😭 im crying this is so good") == pytest.approx(-0.6766, abs=1e-4)
    assert [compound(sign) for sign in "💀🤡🖕"] == [0, 0, 0]
    assert compound("🔥") < 0


@pytest.mark.parametrize("text", ["je te déteste", "أنت أحمق", "ich hasse dich"])
def test_limit_hatred_in_other_languages_is_nothing(text):
    assert compound(text) == 0


def test_limit_a_foreign_word_that_looks_english_counts_as_english():
    assert compound("die Musik") == compound("die") == pytest.approx(-0.5994, abs=1e-4)


def test_limit_negation_reaches_three_words_and_knows_few_of_its_words():
    assert compound("not good") < 0
    assert compound("it isn't a very good idea") < 0
    for text in ("I would not say this is a good idea", "nobody said this was good",
                 "I can hardly call this good"):  # fmt: skip
        assert compound(text) > 0.3, text
    assert compound("you lack any talent") > 0.05


def test_limit_irony_is_taken_at_its_word():
    assert compound("great job, ruining everyone's day") > 0.4


def test_the_table_has_one_row_a_text_and_parts_that_sum_to_one():
    table = sentiment(iter(["good", "", "bad bad", "🎉" * 50]))
    assert len(table) == 4
    parts = table[["negative", "neutral", "positive"]].sum(axis=1)
    assert parts.drop(1).tolist() == pytest.approx([1, 1, 1], abs=2e-3)
    assert table.loc[1].tolist() == [0, 0, 0, 0], "an empty text says nothing"
    assert table["compound"].between(-1, 1).all()
    assert sentiment([]).shape == (0, 4)
    assert sentiment("good").equals(sentiment(["good"])), "one text is one row, not four letters"


def test_a_text_that_is_none_is_named():
    with pytest.raises(TypeError, match=r"texts must be strings; got NoneType at place 1. Drop"):
        sentiment(["good", None])
