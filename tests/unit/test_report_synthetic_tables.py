"""Scores of synthetic images as the page shows them."""

import pytest

from augury.report import tables
from augury.scores.generators import compare_generators, summarise_generators
from augury.tables.columns import described, names
from augury.tables.generator_pairs import PairRow
from augury.tables.generators import GeneratorRow
from augury.tables.synthetic import ScoreRow
from augury.tables.table import write_rows
from tests.synthetic_scores import score_row


def scores():
    """Two generators, two trainings each; only the first has class b."""
    return [
        score_row(
            generator=name, class_=class_, seed=seed, n_real=40 + seed, frechet_distance=scale * (1 + seed), kid=k
        )
        for name, scale, classes in (("dcgan", 10, "ab"), ("stylegan2", 1, "a"))
        for class_ in classes
        for seed, k in ((0, 0.012 * scale), (1, 0.014 * scale))
    ]


def shown(view, column):
    index = list(view.header).index(column)
    return [row[index].text for row in view.rows]


def test_generators_stand_beside_each_other_and_classes_below(tmp_path):
    write_rows(tmp_path / "generators.tsv", GeneratorRow, summarise_generators(scores()))
    view = tables.view(tmp_path / "generators.tsv")
    assert list(view.header)[1:-1] == ["dcgan: FD", "dcgan: KD × 100", "stylegan2: FD", "stylegan2: KD × 100"]
    assert shown(view, "class") == ["a", "b"]
    assert shown(view, "real images") == ["40 to 41"] * 2
    # FD 10 and 20: mean 15, standard error 5, t(0.975, 1) = 12.706; KD times 100: 1.2 and 1.4, error 0.1.
    assert shown(view, "dcgan: FD")[0] == "15 (-48.53 to 78.53)"
    assert shown(view, "stylegan2: KD × 100") == ["1.3 (0.02938 to 2.571)", "–"]
    assert "Features are those of lite0" in view.shown


def test_the_published_network_alone_gives_fid(tmp_path):
    rows = summarise_generators([score_row(extractor="inception_v3_fid", kid=0.01)])
    write_rows(tmp_path / "generators.tsv", GeneratorRow, rows)
    view = tables.view(tmp_path / "generators.tsv")
    assert list(view.header)[1:-1] == ["dcgan: FID", "dcgan: KID × 100"]
    assert "no interval here" in view.shown


def test_pairs_say_who_is_compared_with_whom(tmp_path):
    write_rows(tmp_path / "generator_pairs.tsv", PairRow, compare_generators(scores()))
    view = tables.view(tmp_path / "generator_pairs.tsv")
    # They have class a in common and no other, so there is no row over all classes.
    assert shown(view, "compared") == ["stylegan2 against dcgan"]
    assert shown(view, "class") == ["a"]
    assert shown(view, "KD is") == ["not resolved"]
    # 1 - 10 and 2 - 20: mean -13.5, standard error 4.5.
    assert shown(view, "FD, difference")[0] == "-13.5 (-70.68 to 43.68)"


def test_every_training_has_its_row_and_states_its_place(tmp_path):
    rows = [
        score_row(snapshot=100, truncation=0.7, best=True, agreed=True, recall=0.25, recall_low=0.2, recall_high=0.3),
        score_row(kid=0.0123, kid_low=0.01, kid_high=0.02, leaked=True, c_t=-3.25),
    ]
    write_rows(tmp_path / "synthetic.tsv", ScoreRow, rows)
    view = tables.view(tmp_path / "synthetic.tsv")
    assert shown(view, "snapshot") == ["100~0.7, best", "end"]
    assert shown(view, "recall") == ["0.250 (0.200 to 0.300)", "–"]
    assert shown(view, "KD × 100") == ["–", "1.23 (1 to 2)"]
    assert shown(view, "generator") == ["dcgan", "dcgan (leaked)"]
    assert shown(view, "C_T") == ["–", "-3.25"]
    assert set(described(ScoreRow)) == set(view.columns) == set(names(ScoreRow))


def test_where_there_are_many_rows_every_generator_is_shown_at_its_end(tmp_path):
    rows = [
        score_row(generator=name, seed=seed, snapshot=snapshot)
        for name in ("dcgan", "stylegan2")
        for seed in range(100)
        for snapshot in (50, None)
    ]
    write_rows(tmp_path / "synthetic.tsv", ScoreRow, rows)
    view = tables.view(tmp_path / "synthetic.tsv")
    assert shown(view, "generator") == ["dcgan"] * 100 + ["stylegan2"] * 100
    assert set(shown(view, "snapshot")) == {"end"}
    assert "the file has all 400 rows" in view.shown


@pytest.mark.parametrize(
    "name, kind", [("generators", GeneratorRow), ("generator_pairs", PairRow), ("synthetic", ScoreRow)]
)
def test_empty_tables_are_shown_empty(tmp_path, name, kind):
    write_rows(tmp_path / f"{name}.tsv", kind, [])
    assert tables.view(tmp_path / f"{name}.tsv").rows == []
