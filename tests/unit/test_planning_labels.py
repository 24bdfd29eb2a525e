"""Classes from a table: which files it names, what stops a study, and what changes with a label."""

import json
from pathlib import Path

import pytest

from augury.galleries.of_predictions import predictions
from augury.galleries.page import write_page
from augury.images.sources import read_source
from augury.planning.checks.remarks import remarks
from augury.planning.reading import plan_study
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.project import small_config

NAMES = [f"s{site}/{number:03d}.png" for site in (1, 2) for number in range(6)]
LABELS = {name: "A" if name.startswith("s1") else "B" for name in NAMES}


@pytest.fixture(autouse=True)
def root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        put(tmp_path / "images" / name, name)
    write(LABELS)
    return tmp_path / "images"


def put(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def write(labels, header="path,class", name="labels.csv"):
    rows = labels.items() if isinstance(labels, dict) else labels
    Path(name).write_text("\n".join([header, *(f"{path},{label}" for path, label in rows)]) + "\n", encoding="utf-8")


def plan_with_mistakes(labels=None, **changes):
    labels = {"table": "labels.csv"} | (labels or {})
    return plan_study(small_config(generators={}, arms={"real": {}}, labels=labels, **changes))


def planned(labels=None, **changes):
    study, mistakes = plan_with_mistakes(labels, **({"split": {"small_classes": "train"}} | changes))
    assert mistakes == []
    return study


def below(study, class_):
    source = read_source(study.files.folders(class_), study.files.choice(class_))
    return [path.as_posix() for path in source.files()]


def test_each_class_has_the_files_that_the_table_gives_it(root):
    study = planned()
    assert study.classes == ["A", "B"]
    assert below(study, "A") == [f"images/{name}" for name in NAMES if name.startswith("s1")]
    assert study.contents.folders("B") == ["images"]
    assert study.files.files("B") == [Path("images") / name for name in NAMES if name.startswith("s2")]
    assert study.notes == []


@pytest.mark.parametrize(
    "form",
    [
        lambda name: name.removesuffix(".png"),
        lambda name: name.upper(),
        lambda name: f"./images/{name}",
        lambda name: f"D:\\data\\{name}".replace("/", "\\"),
    ],
)
def test_paths_may_be_written_in_other_ways(form):
    write({form(name): label for name, label in LABELS.items()})
    assert below(planned(), "B") == [f"images/{name}" for name in NAMES if name.startswith("s2")]


@pytest.mark.skipif(not CHROMIUM, reason=WHY_NOT)
def test_what_is_accepted_on_the_page_of_predictions_is_a_table_of_labels(root, tmp_path):
    """Each image is predicted as its class; of both classes all are accepted but the last, which is another or none."""
    rows = [{"path": f"images/{name}", "predicted": label, "probability": "0.9", "out_of_distribution": "false"}
            for name, label in LABELS.items()]  # fmt: skip
    write_page(predictions(rows, ["A", "B"]), tmp_path / "predictions.html")
    with browser(tmp_path / "profile") as page:
        page.open(tmp_path / "predictions.html")
        for key in "yyyyy2yyyyyx":  # the last of A is of B; the last of B shows nothing
            page.press(key)
        path = page.downloaded(tmp_path, "corrections.tsv", lambda: page.press("d"))
    study = planned({"table": path.name})
    a, b = ([f"images/s{site}/{number:03d}.png" for number in range(6)] for site in (1, 2))
    assert (below(study, "A"), below(study, "B")) == (a[:5], [a[5], *b[:5]])


def test_a_table_as_ecotaxa_exports_it(root):
    labels = {"A": "Calanoida<Copepoda", "B": "other<living"}
    rows = [("[t]", "[t]"), *((name, labels[label]) for name, label in LABELS.items())]
    write(rows, "img_file_name,object_annotation_category")
    columns = {"path": "img_file_name", "class": "Object_Annotation_Category"}
    study, (mistake,) = plan_with_mistakes(columns)
    assert study is None
    assert "the class name 'Calanoida<Copepoda' cannot be used" in mistake
    assert "(1 more like it)" in mistake
    assert 'labels: {rename: {"Calanoida<Copepoda": Calanoida, "other<living": other}}' in mistake
    study = planned(columns | {"rename": {"Calanoida<Copepoda": "Calanoida", "other<living": "Calanoides"}})
    assert study.classes == ["Calanoida", "Calanoides"]
    # Two labels that would be one name are not made one class behind a user's back.
    write({name: f"other<{label}" for name, label in LABELS.items()})
    assert '{"other<A": other_A, "other<B": other_B}' in plan_with_mistakes()[1][0]


def test_two_labels_with_one_name_are_one_class():
    write(LABELS | {"s1/000.png": "a", "s2/000.png": "C"})
    study = planned({"rename": {"a": "A"}})
    assert study.classes == ["A", "B", "C"]
    assert len(study.files.files("A")) == 6
    assert any(
        "A and a have one name but for capitals; give them one name by" in sentence
        for sentence in plan_with_mistakes()[1]
    )


def test_a_label_that_changes_touches_its_two_classes_alone(root):
    write(LABELS | {"s2/005.png": "C", "s2/004.png": "C", "s2/003.png": "C"})
    before = planned()
    write(LABELS | {"s2/005.png": "A", "s2/004.png": "C", "s2/003.png": "C"})
    after = planned()
    changed = [name for name in "ABC" if before.contents.digest(name) != after.contents.digest(name)]
    assert changed == ["A", "C"]
    # Neither a file of another name, nor another order or form of the table.
    (root / "s1" / "000.png").rename(root / "s1" / "moved.png")
    rows = {"S1\\moved": "A"} | {name: label for name, label in after_labels().items() if name != "s1/000.png"}
    write(dict(reversed(rows.items())))
    again = planned()
    assert [again.contents.digest(name) for name in "ABC"] == [after.contents.digest(name) for name in "ABC"]


def after_labels():
    return LABELS | {"s2/005.png": "A", "s2/004.png": "C", "s2/003.png": "C"}


def test_the_digest_is_that_of_the_same_images_in_folders(root):
    for name, label in LABELS.items():
        put(root.parent / "sorted" / label / Path(name).parent.name / Path(name).name, name)
    folders, _ = plan_study(small_config(generators={}, arms={"real": {}}, images="sorted"))
    assert [folders.contents.digest(name) for name in "AB"] == [planned().contents.digest(name) for name in "AB"]
    assert folders.indexing == planned().indexing


def test_files_without_a_label_and_lines_without_a_file_are_told(root):
    labels = dict(list(LABELS.items())[:-2]) | {"s9/000.png": "D", "s9/001.png": "A", "s1/005.png": ""}
    write(labels)
    study = planned()
    assert study.classes == ["A", "B"]
    bare, joined, without = study.notes
    assert bare == "`labels.table` labels.csv: 1 line gives no class, the first: line 7"
    assert "gives 9 of 12 files a class; the others are left out, the first: `s1/005.png`" in joined
    assert "2 lines name no file, the first: line 12, `s9/000.png`" in joined
    assert without == "`labels.table` labels.csv names no file of D"
    assert (
        "to which `labels.table` labels.csv gives no file of images; it has A and B"
        in plan_with_mistakes(classes=["A", "D"])[1][0]
    )


def test_labels_that_are_not_known_are_no_class():
    write(LABELS | {"s1/005.png": "NA", "s1/004.png": "nan"})
    study = planned()
    assert study.classes == ["A", "B"]
    assert study.notes[0] == "`labels.table` labels.csv: 2 lines give no class, the first: line 6"
    assert planned({"rename": {"NA": "sodium"}}).classes == ["A", "B", "sodium"]
    write({name: "None" if label == "A" else label for name, label in LABELS.items()})
    assert planned().classes == ["B", "None"]


def test_a_map_to_paste_stays_short():
    write({name: f"{label}<{number}" for number, (name, label) in enumerate(LABELS.items())})
    (mistake,) = plan_with_mistakes()[1]
    assert "(11 more like it)" in mistake
    assert mistake.count(": A_") == 6
    assert mistake.endswith('"B<10": B_10, "B<11": B_11, ...}}`')


@pytest.mark.parametrize(
    "rows, words",
    [
        ([("x1/000.png", "A"), ("x1/001.png", "B")], "first line, line 2, has the path `x1/000.png` and the class `A`"),
        ([*LABELS.items(), ("s1/000.png", "B")], "lines 2 and 14 give `s1/000.png` the classes A and B"),
        ([*LABELS.items(), ("000", "B")], "line 14: `000` fits `s1/000.png` and `s2/000.png`; write the folder too"),
        ([(name, "A") for name in LABELS], "gives only the class 'A' to files of images"),
        ([*LABELS.items(), ("s1/000.png", "B\t")], "lines 2 and 14"),
    ],
)
def test_tables_that_give_no_classes(rows, words):
    write(rows)
    study, mistakes = plan_with_mistakes()
    assert study is None
    assert words in "\n".join(mistakes)


@pytest.mark.parametrize(
    "labels, changes, words",
    [
        ({"table": "none.csv"}, {}, "`labels.table` none.csv is missing"),
        ({"class": "taxon"}, {}, "`labels.table` labels.csv has no column taxon"),
        ({"rename": {"Z": "A"}}, {}, "`labels.rename` has 'Z', which the column `class` has nowhere"),
        ({"rename": {"A": "=A"}}, {}, "begins with =, which a spreadsheet takes for a formula"),
        ({"klass": "x"}, {}, "`labels.klass` is an unknown key; did you mean `class`?"),
        ({}, {"split": {"parts": "folders"}}, "`split.parts` is folders, which goes by class folders"),
        ({}, {"images": "resources/demo/images"}, "`labels` is for images of your own"),
        (
            {},
            {"classes": ["A", "b"]},
            "`classes` has 'b', to which `labels.table` labels.csv gives no file of images; it has B",
        ),
    ],
)
def test_mistakes_of_the_key_name_it(labels, changes, words):
    study, mistakes = plan_with_mistakes(labels, **changes)
    assert study is None
    assert words in "\n".join(mistakes)


def test_names_that_suggest_specimens_give_a_pattern_that_fits_them(root):
    rows = {f"specimen{number}/{view}.png": "AB"[number % 2] for number in range(12) for view in ("a", "b", "c")}
    for name in rows:
        put(root / name, name)
    write(rows)
    (sentence,) = [each for each in remarks(planned()) if "specimens: {regex" in each]
    regex = sentence.partition("{regex: '")[2].removesuffix("'}")
    assert regex == "^(?P<specimen>[^/]+)/"
    study = planned(specimens={"regex": regex})
    assert {study.contents.naming.name(path, folder, "") for folder, path, _ in study.contents.images["A"]} == {
        f"specimen{number}" for number in range(0, 12, 2)
    }


def test_a_column_that_is_not_the_classes_is_one_sentence(root):
    for number in range(40):
        put(root / f"{number}.png", str(number))
    write([(f"{number}.png", f"object{number}") for number in range(40)])
    (mistake,) = plan_with_mistakes()[1]
    assert "its column `class` gives 40 files 40 classes; name the column of classes in `labels.class`" in mistake


def test_classes_chooses_among_labels_and_exclude_among_files(root):
    write(LABELS | {"s2/005.png": "C", "s2/004.png": "detritus<x"})
    study = planned(classes=["C", "A"], exclude=["s1/000.png"])
    assert study.classes == ["C", "A"]
    assert len(study.files.files("A")) == 5
    assert json.loads(study.files.choice("C")) == {"only": ["s2/005.png"], "exclude": ["s1/000.png"]}


def test_specimens_and_parts_by_name_and_table(root):
    study = planned(specimens={"regex": r"^(s\d/00[0-4])"})
    folder, path, sha256 = study.contents.images["A"][0]
    assert study.contents.naming.name(path, folder, sha256) == "s1/000"
    before = planned().contents.digest("A")
    assert study.contents.digest("A") != before
    header = "path,class,part,specimen"
    rows = [
        f"{name},{label},{'test' if name.endswith('5.png') else 'train'},x{number}"
        for number, (name, label) in enumerate(LABELS.items())
    ]
    Path("labels.csv").write_text("\n".join([header, *rows]) + "\n")
    study = planned(split={"parts": "table", "table": "labels.csv"}, specimens={"table": "labels.csv"})
    assert study.contents.brought_parts == ["test", "train"]
    assert sum(word.endswith("=test") for word in study.contents.brought_words("A")) == 1
    folder, path, sha256 = study.contents.images["B"][0]
    assert study.contents.naming.name(path, folder, sha256) == "x6"
