"""What words of the verdict hang on, as the report says it: in sentences above its table, and on the first screen."""

import dataclasses
import re

from augury.report import sensitivity
from augury.report.page import render
from augury.tables.sensitivity import REPEAT, SPLIT, SensitivityRow
from augury.tables.table import write_rows
from tests.report_studies import study
from tests.verdict_rows import verdict_row


def row(**cells):
    usual = {
        "arm": "dcgan", "baseline": "real", "classifier": "probe", "measure": "accuracy", "without": "doubted labels",
        "by": "", "left_out": 7, "cases": 1, "difference": 0.02, "least": 0.01, "most": 0.01, "low": -0.03,
        "high": 0.05, "word": "underpowered", "words": "underpowered", "agrees": True, "opposite": False,
    }  # fmt: skip
    return SensitivityRow(**(usual | cells))


TURNED = row(without=REPEAT, left_out=0, cases=2, words="helps (1), hurts (1)", agrees=False, opposite=True)
SPLITS = row(without=SPLIT, left_out=0, cases=3, words="underpowered (3)")
SECONDARY = dataclasses.replace(TURNED, classifier="cnn")


def test_only_comparisons_that_the_study_is_made_for_are_told():
    judged = [verdict_row(arm="dcgan", classifier="probe"), verdict_row(classifier="cnn", family="secondary: x, cnn")]
    assert sensitivity.of_primary([row(), TURNED, SECONDARY], judged) == [row(), TURNED]
    assert [claim[:2] for claim in sensitivity.claims([row(), TURNED])] == [
        (
            "dcgan with probe: its word turns into the opposite",
            "dcgan with probe: underpowered becomes helps (1), hurts (1) by each repeat of the splits alone",
        )
    ]


def test_the_page_says_what_words_hang_on_and_warns_where_one_turns_into_its_opposite(tmp_path):
    sources = study(tmp_path)
    path = tmp_path / "tables" / "sensitivity.tsv"
    for rows, turned in (([row(), SPLITS, SECONDARY], False), ([row(), SPLITS, TURNED], True)):
        write_rows(path, SensitivityRow, rows)
        page = render(dataclasses.replace(sources, tables=sorted((tmp_path / "tables").glob("*.tsv"))))
        section = re.search(r'<section id="table-sensitivity".*?</section>', page, re.S)[0]
        said = re.findall(r"<li>(.*?)</li>", section)
        assert said[:2] == [
            "Without doubted labels (7 of the test images) every word stays.",
            "Without any one of the splits every word stays.",
        ]
        assert section.index(said[0]) < section.index("<table")
        assert len(said) == 2 + turned
        first = page[page.index('id="answer"') : page.index('aria-label="Contents"')]
        assert ("dcgan with probe: its word turns into the opposite" in first) == turned
        assert ('by each repeat of the splits alone. <a href="#table-sensitivity">' in first) == turned
