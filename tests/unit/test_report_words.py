"""Words of the first screen: each is explained where it first stands, and once."""

import re

from augury.methods.facts import Facts
from augury.report.words import Explained, Word, names, terms
from tests.unit.test_report_answer import level

LEAD = "In accuracy no arm is seen to help, but classical helps cnn (Brier score -0.103, a control; +3 points) (95%)."


def linked(markup):
    return re.findall(r'<a class="meant" href="#word-([\w-]+)">(.*?)</a>', markup)


def of_study():
    settings = {
        "arms": {"real": {}, "classical": {"classical": 1}, "gan-x2": {"generator": "gan", "ratio": 2}, "A&B": {}},
        "classifiers": {"cnn": {"family": "four_block_cnn"}, "probe": {"family": "probe", "backbones": ["one", "two"]}},
    }
    rows = [level(arm, name, 0.8) for arm in settings["arms"] for name in settings["classifiers"]]
    return names(Facts(settings, [], rows))


def test_a_word_is_linked_where_it_first_stands_and_never_again():
    explained = Explained(terms())
    first = explained("105 images of 105 specimens; 3 splits with 1 seed each")
    assert linked(first) == [("specimen", "specimens"), ("split", "splits"), ("seed", "seed")]
    assert linked(explained("specimens and splits")) == []
    assert [name for name, _ in linked(explained(LEAD))] == [
        "accuracy", "arm", "helps_hurts", "brier_score", "control", "points", "interval"
    ]  # fmt: skip
    assert linked(explained("In brackets: 95% interval. Grey: secondary comparisons.")) == [("secondary", "secondary")]
    assert linked(Explained(terms())("Whether such images help one is not known.")) == []
    assert linked(Explained(terms())("4 of 5 comparisons hurt.")) == [("helps_hurts", "hurt")]
    assert len({word.key for word in explained.used}) == len(explained.used) == 11


def test_names_of_a_study_are_explained_by_its_settings():
    meanings = {word.name: word.meaning for word in of_study()}
    assert meanings["real"] == "an arm: the training images."
    assert meanings["classical"] == "an arm: the training images and 1 augmented copy of each."
    assert "2 per training image of each class" in meanings["gan-x2"]
    assert "features of one and two, frozen" in meanings["probe"]
    assert "[@" not in " ".join(meanings.values())


def test_names_are_looked_for_as_whole_words_and_alone_in_cells():
    explained = Explained([*of_study(), *terms()])
    assert [text for _, text in linked(explained("gan-x20, cnns and probe-2 lose to gan-x2 and A&B."))] == [
        "gan-x2", "A&amp;B"
    ]  # fmt: skip
    assert "A&amp;B" in explained("<b> A&B")
    assert "&lt;b&gt;" in explained("<b>")
    assert linked(explained.name("cnn")) == [("classifier-1", "cnn")]
    assert linked(explained.name("cnn")) == linked(explained.name("unknown")) == linked(explained("cnn")) == []


def test_a_name_of_a_letter_or_two_is_explained_in_cells_alone():
    settings = {"arms": {"a": {}}, "classifiers": {}}
    explained = Explained(names(Facts(settings, [], [level("a", "cnn", 0.8)])))
    assert linked(explained("a gain of a")) == []
    assert linked(explained.name("a")) == [("arm-1", "a")]
    assert Explained([])("a word") == "a word"


def test_no_word_stands_in_the_markup_of_a_name():
    explained = Explained([Word("amp", "amp", "a lamp.", "amp")])
    assert linked(explained("this & that")) == []
