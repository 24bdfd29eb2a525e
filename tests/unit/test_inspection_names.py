"""What file names tell of specimens: patterns that fit, and silence where names are only running numbers."""

import re
from pathlib import Path

import pytest
import yaml

from augury.inspection.names import repeated, suggest
from augury.planning.checks.remarks import remarks
from augury.planning.reading import plan_study
from augury.specimens.naming import Naming
from tests.project import small_config

CLASSES = ("bream", "perch")


def tracks(tail: str, fish: int = 4, images: int = 5) -> dict[str, list[str]]:
    """Names of fish that pass a camera, with the tail of each image; numbers of frames have gaps."""
    return {
        class_: [f"2015_{class_}_fish{n}{tail.format(22 + 7 * i)}" for n in range(fish) for i in range(images)]
        for class_ in CLASSES
    }


@pytest.mark.parametrize("tail", ["_frame{}.jpg", "-View {}.png", "_light{}_z3.bmp", ".frame.{}.jpeg", "_rot{}.jpg"])
def test_words_for_views_are_seen(tail):
    files = tracks(tail)
    suggestion = suggest(files)
    paths = [Path("/root", class_, name) for class_, names in files.items() for name in names]
    named = {Naming(suggestion.regex).name(path, path.parent, "") for path in paths}
    assert named == {f"2015_{class_}_fish{n}" for class_ in CLASSES for n in range(4)}
    assert suggestion.specimens == 8
    assert suggestion.regex in suggestion.sentence


@pytest.mark.parametrize("tail", ["_angle{}deg.jpg", "_{}_crop2.jpg", "preview{}.jpg"])
def test_other_tails_are_left_alone(tail):
    assert suggest(tracks(tail)) is None


def test_the_suggested_pattern_gives_the_number_that_is_told():
    files = tracks("_frame{}.jpg")
    files["bream"] += ["odd.jpg", "other.jpg"]
    suggestion = suggest(files)
    assert suggestion.regex == r"(?P<specimen>[^/]+)_frame[0-9]+\.[^./]+$"
    assert (suggestion.specimens, suggestion.images) == (10, 42)
    assert "suggest 10 specimens in 42 images (names end in _frameN)" in suggestion.sentence


def test_numbers_that_begin_anew_are_views():
    files = {"a": [f"s{n:02}_{i}.png" for n in range(6) for i in range(1, 5)]}
    files["b"] = [f"t{n:02}_{i}.png" for n in range(6) for i in range(1, 5)]
    assert suggest(files).specimens == 12
    files["b"] = list(files["a"])  # specimens are numbered anew in each class
    suggestion = suggest(files)
    assert suggestion.specimens == 12
    assert re.search(suggestion.regex, "a/s03_2.png")["specimen"] == "a/s03"
    turned = {class_: [f"{class_}{n}_{angle}.png" for n in range(6) for angle in range(0, 360, 30)] for class_ in "ab"}
    assert suggest(turned).specimens == 12
    lettered = {"a": [f"NHM{n}{letter}.tif" for n in range(9) for letter in "abc"], "b": ["NHM99a.tif", "NHM99b.tif"]}
    assert suggest(lettered).specimens == 10
    sided = {"a": [f"NHM{n}_{side}.tif" for n in range(4) for side in ("dorsal", "ventral")], "b": ["NHM9_dorsal.tif"]}
    assert suggest(sided).specimens == 5
    exported = {
        "a": [f"cell{n}_jpg.rf.{'%032x' % (n * 97 + i)}.jpg" for n in range(5) for i in range(3)],
        "b": ["c.jpg"],
    }
    assert suggest(exported).specimens == 6


def test_folders_below_a_class_are_specimens():
    files = {class_: [f"{class_}{n}/img_{i:03}.png" for n in range(6) for i in range(4)] for class_ in CLASSES}
    suggestion = suggest(files)
    assert (suggestion.regex, suggestion.specimens) == (r"^[^/]+/(?P<specimen>[^/]+)/", 12)
    lit = {
        class_: [f"id{k}{n}/imgray_{i}.png" for n in range(2) for i in range(1, 17)] for k, class_ in enumerate("abc")
    }
    assert suggest(lit).specimens == 6  # the same few names in each, as by a protocol
    patients = {class_: [f"patient{n}/{i}.png" for n in range(3) for i in range(4)] for class_ in CLASSES}
    assert suggest(patients).specimens == 3  # a patient may be in two classes


HONEST = {
    "cameras": {"a": [f"IMG_{n:04}.jpg" for n in range(1, 60)], "b": [f"IMG_{n:04}.jpg" for n in range(60, 99)]},
    "phones": {c: [f"IMG_2024{n:02}11_{n * 9999 + 101:06}.jpg" for n in range(1, 13) for _ in "ab"] for c in "ab"},
    "numbers": {"a": [f"{n:04}.png" for n in range(300)], "b": [f"{n:04}.png" for n in range(300)]},
    "numbers that differ": {"a": [f"{n}.png" for n in range(20)], "b": [f"{n}.png" for n in range(24)]},
    "plankton": {c: [f"{n * k}.jpg" for n in range(50)] for k, c in ((7919, "calanoid"), (6007, "oithona"))},
    "class and number": {c: [f"{c}_{n:03}.tif" for n in range(40)] for c in ("tapered", "normal")},
    "cell kinds": {c: [f"{k}_{n * 7717 % 99991}.jpg" for k in ("SNE", "BNE") for n in range(60)] for c in "ab"},
    "old divisions": {c: [f"{p}_img_{c}_{n * 7}.jpg" for p in ("tr", "ts") for n in range(60)] for c in "012"},
    "hashes": {
        c: [f"eco_{c}_{n * 2654435761 % 2**32:08x}-{n * 40503 % 65536:04x}.jpg" for n in range(99)] for c in "ab"
    },
    "samples": {
        c: [f"D2017{s:02}_IFCB_{s * n * 37 % 997:05}.png" for s in range(1, 9) for n in range(9)] for c in "ab"
    },
    "sites": {c: [f"site-{s}/{n:04}.jpg" for k, s in enumerate("abcd") for n in range(20 + k)] for c in "ab"},
    "days": {
        c: [f"2021-05-{d:02}_{n}.jpg" for d in range(1 + 9 * k, 10 + 9 * k) for n in range(5)]
        for k, c in enumerate("ab")
    },
    "years": {c: [f"{y}/{n:03}.png" for y in (2019, 2020, 2021) for n in range(6)] for c in ("Calanus", "Oithona")},
    "years of one class": {"a": [f"{y}/{n:03}.png" for y in (2019, 2020, 2021) for n in range(6)], "b": ["x.png"]},
    "magnifications": {c: [f"{m}X/{n:03}.png" for m in (40, 100, 200) for n in range(6)] for c in "ab"},
    "birds": {c: [f"{c}_{n:04}_{n * 977 + 12}.jpg" for n in range(60)] for c in ("albatross", "auklet")},
}


@pytest.mark.parametrize("kind", HONEST)
def test_ordinary_names_say_nothing(kind):
    assert suggest(HONEST[kind]) is None
    assert repeated(HONEST[kind]) is None


def test_the_same_few_numbers_in_every_class_are_told_softly():
    files = {class_: [f"imgray_{n}.png" for n in range(1, 17)] for class_ in "abcdef"}
    repetition = repeated(files)
    assert repetition.where == "each of the 6 classes holds the same 16 file names, imgray_1.png to imgray_16.png"
    assert "if they are views of one specimen" in repetition.sentence
    assert "nothing is wrong" in repetition.sentence
    assert suggest(files) is None
    latin = {class_: [f"bl\udcfcte_{n}.png" for n in range(1, 5)] for class_ in "ab"}
    assert "bl\\xfcte_1.png to" in repeated(latin).where
    files["f"] = files["f"][:-1]
    assert repeated(files).where.startswith("5 of the 6 classes hold the same 16")
    files["e"] = files["e"][:-2]
    assert repeated(files) is None
    assert repeated({class_: [f"frame{n}.png" for n in range(90)] for class_ in "ab"}).count == 90
    assert repeated({class_: [f"{n}.png" for n in range(90)] for class_ in "ab"}) is None


def test_a_plan_tells_it_where_no_key_says_what_a_specimen_is(tmp_path):
    for class_, names in tracks("_frame{}.jpg").items():
        (tmp_path / class_).mkdir()
        for name in names:
            (tmp_path / class_ / name).write_text(f"{class_}/{name}")
    study, mistakes = plan_study(small_config(images=str(tmp_path)))
    assert not mistakes
    (sentence,) = remarks(study)
    assert sentence.startswith("file names suggest 8 specimens in 40 images")
    pasted = yaml.safe_load(sentence.partition("set ")[2])
    study, mistakes = plan_study(small_config(images=str(tmp_path)) | pasted)
    assert not mistakes
    assert remarks(study) == []
