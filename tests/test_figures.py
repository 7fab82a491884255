"""Which numbers in prose are undeclared: a table to read, and properties."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.editorial.figures import Names, cited, figures, names, undeclared
from explainer.editorial.sentences import Sentence, sentences
from tests.conftest import ROOT

TABLE = [
    line.partition(" =>")[::2]
    for line in (ROOT / "tests/data/figures.txt").read_text("utf-8").splitlines()
    if (line and line[0] != "#") or "=>" in line
]
CONDITIONS = {"under_tenth": "share < 10 %"}


def found(text: str, cites: tuple[str, ...] = ()) -> list[str]:
    known = names([text])
    for _, items in undeclared(text, CONDITIONS, known, cites):
        for item in items:
            assert text[item.start :].lstrip().startswith(item.written)
    return [item.written for _, items in undeclared(text, CONDITIONS, known, cites) for item in items]


@pytest.mark.parametrize(("sentence", "said"), TABLE, ids=[sentence for sentence, _ in TABLE])
def test_the_table(sentence, said):
    assert sorted(found(sentence.replace("\\n", "\n"))) == sorted(part.strip() for part in said.split("|") if part.strip())


def test_a_line_without_room_for_a_citation_may_repeat_what_is_cited():
    text = "Some 31 % left [@study]."
    assert cited(text) == {"31%"}
    assert found("## Does 31 % leave?", tuple(cited(text))) == []
    assert found("## Do 32 % leave?", tuple(cited(text))) == ["32 %"]
    assert found("In the text 31 % left.", tuple(cited(text))) == ["31 %"]


def test_a_name_may_be_listed():
    sentence = Sentence("The 737 had 737 seats, 3M none.", 0)
    assert [figure.written for figure in figures(sentence, Names(("The 737", "3M")))] == ["737"]


WORDS = st.lists(
    st.sampled_from(["word", "staff", "Meta", "grew", "{{ x }}", "`x = 1`", "*much*", "[a link](../a-1/)", "in 2024"]), max_size=8
).map(" ".join)


@settings(deadline=None)
@given(WORDS, WORDS, st.sampled_from(["8,000", "$3.5 billion", "12 %", "7.5"]))
def test_a_figure_is_found_among_any_words_and_a_citation_answers_it(before, after, figure):
    sentence = f"It {before} was {figure}, {after} all told"
    assert found(f"{sentence}.") == [figure]
    assert found(f"{sentence} [@source].") == []


@settings(deadline=None)
@given(st.text(st.sampled_from("ab7 ,.%$\n>|-#*_`[](){}<>!\"'@:^&;A"), max_size=80))
def test_whatever_is_written_every_figure_is_where_it_says(text):
    for sentence in sentences(text):
        assert 0 <= sentence.start <= len(text)
        for figure in figures(sentence):
            at = text.index(figure.written[0], figure.start)
            seen = text[at : at + len(figure.written)]
            assert all(
                mine in (theirs, " ") for mine, theirs in zip(figure.written, seen, strict=True)
            )  # marks of Markdown are blanks to it
