"""Galleries: what they show, how they are used by keys and by touch, and what is downloaded."""

import base64
import csv
import io
import json
import random
import re
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from augury.galleries import of_study, of_synthetic, page
from augury.galleries.content import Gallery, Group, Picture, Section, limited
from augury.galleries.likeness import nearest
from augury.galleries.of_doubts import doubts
from augury.galleries.of_predictions import ABSTAINED, FOREIGN, predictions, to_label
from augury.galleries.thumbnails import seen, thumbnail
from augury.generators.pools import write_pool
from augury.images.fit import fit_image
from augury.prediction.answers import Answers
from augury.prediction.label_audit import HeldOut
from augury.prediction.limits import Limits
from augury.study.images import Preparation
from augury.tables.corrections import COLUMNS, read_corrections
from augury.tables.rows import DuplicateRow, ImageRow, QuarantineRow, SplitRow, SyntheticRow
from augury.tables.table import read_rows, write_rows
from augury.tables.unknown import DoubtRow, LabelRow
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.project import draw_image

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
CLASSES = ["A", "B", "<b>C</b>"]
HOSTILE = "<img src=x onerror=document.title='run'>.png"
MANY = 2000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Images, and the tables of a study of them."""
    root = tmp_path_factory.mktemp("study")
    rows = []
    for kind, class_ in enumerate("AB"):
        for number in range(4):
            path = root / class_ / f"{number}.png"
            draw_image(path, number, kind)
            specimen = "g:S1" if (class_, number) in {("A", 0), ("A", 1)} else f"{class_}{number}" * 8
            rows.append(ImageRow(f"{class_}{number}" * 32, str(path), class_, specimen, 40, 32, "RGB"))
    draw_image(root / "A" / HOSTILE, 9, 0)
    rows.append(ImageRow("A9" * 32, str(root / "A" / HOSTILE), "A", "A9" * 8, 40, 32, "RGB"))
    results = root / "results" / "small"
    write_rows(results / "images" / "manifest.tsv", ImageRow, rows)
    a, b = rows[2], rows[6]
    write_rows(results / "images" / "duplicates.tsv", DuplicateRow, [
        DuplicateRow(rows[0].sha256, rows[0].path, "A", rows[1].sha256, rows[1].path, "A", "near", "flip", 0.9, False),
        DuplicateRow(a.sha256, a.path, "A", b.sha256, b.path, "B", "near", "identity", 0.95, True),
    ])  # fmt: skip
    (root / "A" / "broken.png").write_bytes(b"nothing")
    left_out = [QuarantineRow(str(root / "A" / "broken.png"), "A", "not an image: text"),
                QuarantineRow(str(root / "B" / "gone.png"), "B", "too small: 4 x 4")]  # fmt: skip
    write_rows(results / "images" / "quarantine.tsv", QuarantineRow, left_out)
    parts = ["train", "train", "test", "train", "train", "test", "train", "train", "validation"]
    split = [
        SplitRow(row.sha256, row.path, row.class_, row.specimen, part) for row, part in zip(rows, parts, strict=True)
    ]
    write_rows(results / "splits" / "holdout.tsv", SplitRow, split)
    images = [fit_image(Image.open(rows[number].path), 16, "rgb", Preparation()) for number in (0, 3)]
    pool = [SyntheticRow(f"{number:06d}", "shard-000000.tar", "A", "gan", number, False) for number in range(2)]
    pool[1] = SyntheticRow(
        "000001", "shard-000000.tar", "A", "gan", None, False, "latents:1", rows[0].sha256, "g:S1", 0.5
    )
    write_pool(results / "holdout/synthetic/gan/near/seed0/A", [images[0][:, ::-1], images[1]], pool, {})
    return results


def groups(gallery, section=0):
    return [
        [picture.path.rpartition("/")[2] for picture in group.pictures] for group in gallery.sections[section].groups
    ]


def test_conflicts_stand_before_duplicates_of_one_specimen(folder):
    gallery = of_study.duplicates(folder)
    assert [section.title.partition(":")[0] for section in gallery.sections] == ["Conflicts", "Of one specimen"]
    assert groups(gallery) == [["2.png", "2.png"]]
    assert [picture.label for picture in gallery.pictures] == ["A", "B", "A", "A"]
    assert gallery.classes == ["A", "B"]
    assert [len(gallery.specimens[key]) for key in ("g:S1", "A/" + "A2" * 8)] == [2, 1]


def test_pairs_that_share_an_image_stand_in_one_group():
    pairs = [DuplicateRow(a, a, "A", b, b, "A", "near", "flip", 0.9, False) for a, b in ("ab", "cd", "bc", "ef")]
    assert [[row.path_a + row.path_b for row in group] for group in of_study._connected(pairs)] == [
        ["ab", "cd", "bc"],
        ["ef"],
    ]


def test_what_was_left_out_stands_by_its_reason(folder):
    gallery = of_study.quarantine(folder)
    assert [section.title for section in gallery.sections] == ["Not an image", "Too small"]
    assert gallery.pictures[0].lines == ("not an image: text", "broken.png")


def test_a_specimen_stands_together_in_its_part(folder):
    gallery = of_study.splits(folder)
    assert [section.title for section in gallery.sections] == [
        "A: train", "A: validation", "A: test", "B: train", "B: test"
    ]  # fmt: skip
    assert groups(gallery) == [["0.png", "1.png"], ["3.png"]]
    assert gallery.sections[0].groups[0].title == "S1"


def test_a_synthetic_image_stands_beside_the_training_image_that_it_resembles_and_its_parent(folder):
    gallery = of_synthetic.synthetic(folder)
    [first, second] = gallery.sections[0].groups
    assert [Path(picture.path).name for picture in first.pictures] == ["", "0.png"]  # mirrored, and yet the likest
    assert float(first.pictures[1].lines[0].partition("r ")[2]) > 0.95
    assert [Path(picture.path).name for picture in second.pictures] == ["", "3.png", "0.png"]
    assert second.pictures[2].lines == ("parent, noise 0.5; specimen S1",)
    paths = {picture.path for picture in gallery.pictures if picture.path}
    assert not any("A/2.png" in path for path in paths), "a test image is no neighbour"


def test_images_are_likened_to_all_that_their_generator_was_trained_on_or_began_with(folder, tmp_path):
    results = tmp_path / "small"
    shutil.copytree(folder / "splits", results / "splits")
    rows = read_rows(folder / "splits" / "holdout.tsv", SplitRow)
    other = next(row for row in rows if row.class_ == "B" and row.part == "train")
    draw_image(tmp_path / "archive.png", 3, 2)
    relative = SplitRow("f" * 64, str(tmp_path / "archive.png"), "all", "p", "train")
    images = {
        path: fit_image(Image.open(path), 16, "rgb", Preparation()) for path in (str(other.path), str(relative.path))
    }
    cases = {"of_one": (other, None), "of_all": (other, "all"), "begun": (relative, "A")}
    for name, (shown, trained) in cases.items():
        pool = [SyntheticRow("000000", "shard-000000.tar", "A", name, 0, False)]
        write_pool(results / f"holdout/synthetic/{name}@20/random/seed0/A", [images[str(shown.path)]], pool, {})
        if trained:
            own = [row for row in rows if row.part == "train"] + [relative] * (name == "begun")
            write_rows(results / f"holdout/generators/{name}/seed0/{trained}/training.tsv", SplitRow, own)
    gallery = of_synthetic.synthetic(results)
    nearest_of = {section.title: section.groups[0].pictures[1] for section in gallery.sections}
    assert nearest_of["A: of_one@20"].label == "A"
    for name in ("of_all", "begun"):
        near, shown = nearest_of[f"A: {name}@20"], cases[name][0]
        assert (near.path, near.lines) == (shown.path, ("nearest, r 1.00",))
        assert near.fixed == (name == "begun")  # no correction names an image that is not the study's


def test_the_likest_is_found_turned_and_mirrored():
    others = np.random.default_rng(0).uniform(0, 255, (20, 8, 8, 3)).astype(np.float32)
    turned = np.stack([np.rot90(others[3])[:, ::-1], others[7] * 0.5 + 40])
    places, values = nearest(turned, others, 2)
    assert places[:, 0].tolist() == [3, 7]
    np.testing.assert_allclose(values[:, 0], 1, atol=1e-5)
    rows = others.reshape(20, -1)
    assert values[1, 1] >= np.sort(np.corrcoef(rows)[7])[-2] - 1e-5
    assert nearest(turned, others[:1], 3)[0].shape == (2, 1)


def test_predictions_are_sorted_by_class_and_confidence_and_foreign_ones_stand_apart():
    rows = [{"path": f"{n}.png", "predicted": c, "probability": p, "out_of_distribution": o}
            for n, (c, p, o) in enumerate([("B", "0.9", "false"), ("A", "0.8", "false"), ("B", "0.6", "false"),
                                           ("A", "0.99", "true")])]  # fmt: skip
    rows.append(rows[0] | {"path": "4.png", "probability": "0.51", "abstained": "true", "prediction_set": "B|A"})
    columns = Answers(["A", "B"], Limits(None, None, None), 2, []).header()
    assert {key for row in rows for key in row} <= set(columns)
    gallery = predictions(rows, ["A", "B"])
    assert [section.title for section in gallery.sections] == [FOREIGN, ABSTAINED, "A", "B"]
    assert groups(gallery, 3) == [["2.png"], ["0.png"]]
    assert [picture.suggested for picture in gallery.pictures] == ["A", "B", "A", "B", "B"]
    assert gallery.pictures[1].lines == ("0.51", "may be B or A", "4.png")
    assert not any(picture.label for picture in gallery.pictures)


def test_images_to_label_that_are_perhaps_of_no_class_stand_apart():
    rows = [LabelRow(order, f"{order}.png", "A", 0.5, "B", 0.1, order == 3) for order in (1, 2, 3)]
    gallery = to_label(rows, ["A", "B"])
    assert [(section.title, len(section.groups)) for section in gallery.sections] == [
        ("In this order", 2),
        (FOREIGN, 1),
    ]
    assert "Out-of-distribution are 1 more" in gallery.about
    assert "Out-of" not in to_label(rows[:2], ["A", "B"]).about
    assert [section.title for section in to_label(rows[2:], ["A", "B"]).sections] == [FOREIGN]


def test_of_too_many_images_the_first_of_each_section_are_shown():
    sections = [Section(name, [Group([Picture(Path(name))])] * size) for name, size in (("a", 3), ("b", 50), ("c", 50))]
    shown = limited(sections, 23)
    assert [len(section.groups) for section in shown] == [3, 10, 10]
    assert [section.about for section in shown] == ["", "The first 10 of 50 images.", "The first 10 of 50 images."]


def test_a_thumbnail_shows_the_whole_range_of_a_deep_image(tmp_path):
    deep = (np.arange(400 * 200) % 400 // 4 + 1000).astype(np.uint16).reshape(200, 400)
    Image.fromarray(deep).save(tmp_path / "deep.tif")
    address, width, height = thumbnail(tmp_path / "deep.tif")
    assert (width, height) == (128, 64)
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))).convert("L"))
    assert image.min() < 10
    assert image.max() > 245
    assert seen(tmp_path / "missing.png") is None


def test_what_an_image_is_called_is_never_markup(folder):
    text = page.render(of_study.splits(folder), folder / "page.html")
    assert "<img src=x" not in text
    [data] = re.findall(r'id="data">(.*)</script>', text)
    held = json.loads(data)
    assert any(each["path"].endswith(HOSTILE) for each in held["pictures"])
    assert all(not each.get("link", "./").startswith(("javascript", "/")) for each in held["pictures"])


# In a browser

in_browser = pytest.mark.skipif(not CHROMIUM, reason=WHY_NOT)


@pytest.fixture(scope="module")
def shown(folder):
    """A browser, and a page with three groups: two specimens that look alike, a doubted image, a hostile name."""
    of = {row.path.rpartition("/")[2]: row for row in of_study.splits(folder).pictures if row.label == "A"}
    pair = [of["0.png"], of["2.png"]]
    doubt = Picture(of["3.png"].source, "A/3.png", "A", "B", "A3" * 8, "A3" * 32)
    hostile = of[HOSTILE]
    sections = [Section("Pairs", [Group(pair, "alike")]), Section("Doubts", [Group([doubt]), Group([hostile])])]
    gallery = Gallery("Look", "About.", CLASSES, sections, of_study.splits(folder).specimens)
    page.write_page(gallery, folder / "page.html")
    with browser(folder / "profile") as opened:
        yield opened, folder / "page.html"


def fresh(shown, width=1280, dark=False):
    opened, path = shown
    opened.open(path, width, 844, dark)
    opened.run("localStorage.clear()")
    opened.open(path, width, 844, dark)
    return opened


def corrected(opened, tmp_path):
    path = opened.downloaded(tmp_path, "corrections.tsv", lambda: opened.press("d"))
    [read] = read_corrections([path])
    with open(path, newline="", encoding="utf-8") as file:
        assert next(csv.reader(file, dialect="excel-tab")) == list(COLUMNS)
    return {Path(row["path"]).name: {name: row[name] for name in COLUMNS if row[name]} for row in read.rows}


def at(opened):
    return Path(opened.run("document.getElementById('said').textContent.split(' · ')[0]")).name


@in_browser
def test_images_are_corrected_by_keys_and_downloaded_as_one_table(shown, tmp_path):
    opened = fresh(shown)
    opened.press("j")
    assert at(opened) == "2.png"
    opened.press("ArrowRight")
    assert at(opened) == "3.png"
    opened.press("y")  # accept B, and go on
    assert at(opened) == HOSTILE
    opened.press("3")
    opened.press("k")
    opened.press("ArrowLeft")
    opened.press("x")
    rows = corrected(opened, tmp_path)
    assert rows.keys() == {"2.png", "3.png", HOSTILE}
    assert rows["3.png"] == {"path": "A/3.png", "class": "B", "sha256": "A3" * 32, "was": "A"}
    assert rows[HOSTILE]["class"] == "<b>C</b>"
    assert rows["2.png"].get("exclude") == "yes"
    assert opened.run("document.title") == "Look"
    assert opened.run("[...document.querySelectorAll('.changed .new')].map(each => each.textContent)") == [
        "excluded", "→ B", "→ <b>C</b>"
    ]  # fmt: skip


@in_browser
def test_a_step_is_undone_and_what_was_done_is_found_again(shown):
    opened = fresh(shown)
    opened.press("2")
    opened.press("x")
    opened.press("u")
    assert at(opened) == "2.png"
    changed = "document.querySelectorAll('.changed').length"
    assert opened.run(changed) == 1
    opened.open(shown[1])
    assert opened.run(changed) == 1
    opened.press("1")  # its own class again is no correction
    assert opened.run(changed) == 0


@in_browser
def test_images_are_one_specimen_or_are_not(shown, tmp_path):
    opened = fresh(shown)
    opened.press("s")  # the group: of S1 all images, shown or not, and the other one
    rows = corrected(opened, tmp_path)
    assert {name: row["specimen"] for name, row in rows.items()} == dict.fromkeys(["0.png", "1.png", "2.png"], "S1")
    (tmp_path / "corrections.tsv").unlink()
    opened.press("u")
    opened.press("n")  # the first is another specimen than its fellow, and than the other of the group
    rows = corrected(opened, tmp_path)
    assert {name: row["specimen"] for name, row in rows.items()} == {
        "0.png": "S1-A0A0A0A0", "1.png": "S1", "2.png": "A2" * 8
    }  # fmt: skip


@in_browser
def test_a_synthetic_images_neighbour_is_joined_with_all_images_of_its_specimen(shown, folder, tmp_path):
    opened, _ = shown
    page.write_page(of_synthetic.synthetic(folder), tmp_path / "synthetic.html")
    opened.open(tmp_path / "synthetic.html")
    opened.press("j")  # 3.png, beside its synthetic image and the parent, 0.png; 1.png of S1 is not shown
    opened.press("s")
    rows = corrected(opened, tmp_path)
    assert {name: row["specimen"] for name, row in rows.items()} == dict.fromkeys(["0.png", "1.png", "3.png"], "S1")


@in_browser
@pytest.mark.parametrize("known", [True, False])
def test_doubted_images_are_joined_where_all_images_of_a_specimen_are_known(shown, folder, tmp_path, known):
    opened, _ = shown
    rows = read_rows(folder / "splits" / "holdout.tsv", SplitRow)
    two = [rows[0], rows[2]]  # of S1, whose other image is not doubted, and another specimen
    doubted = [DoubtRow(row.path, "A", "B", "", 0.1, 0.9, 1, 1, row.sha256) for row in two]
    labels = np.array(["AB".index(row.class_) for row in rows])
    names, paths, none = [row.sha256 for row in rows], [row.path for row in rows], np.zeros((len(rows), 2))
    gallery = doubts(doubted, HeldOut(names, paths, labels, none, none, ("A", "B"), rows if known else ()))
    page.write_page(gallery, tmp_path / "doubts.html")
    opened.open(tmp_path / "doubts.html")
    for key in ("m", "j", "s"):
        opened.press(key)
    shown_keys = opened.run("['s', 'n'].map(key => Boolean(document.getElementById(`tool-${key}`)))")
    assert shown_keys == [known, known]
    assert opened.run("document.querySelector('#keys dl').textContent.includes('show one specimen')") == known
    if known:
        named = {name: row["specimen"] for name, row in corrected(opened, tmp_path).items()}
        assert named == dict.fromkeys(["0.png", "1.png", "2.png"], "S1")
    else:
        assert opened.run("document.querySelectorAll('.changed').length") == 0


@in_browser
def test_marked_images_are_corrected_together(shown, tmp_path):
    opened = fresh(shown)
    for key in ("m", "j", "j", "m", "2"):
        opened.press(key)
    assert {name: row["class"] for name, row in corrected(opened, tmp_path).items()} == {"0.png": "B", "3.png": "B"}


@in_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_used_by_touch_too(shown, tmp_path, width):
    opened = fresh(shown, width)
    assert opened.run("document.documentElement.scrollWidth") <= width
    opened.tap("button.card[data-card='2']")
    assert at(opened) == "3.png"
    opened.tap("#tool-c")
    opened.tap("#classes .choices button:nth-child(2)")
    opened.tap("#tool-x")
    rows = corrected(opened, tmp_path)
    assert (rows["3.png"]["class"], rows[HOSTILE]["exclude"]) == ("B", "yes")


@in_browser
@pytest.mark.parametrize(
    "kind, words",
    [("duplicates", "No two images of small look alike"), ("quarantine", "No file of small was left out")],
)
def test_a_page_without_images_says_so(shown, folder, tmp_path, kind, words):
    opened, _ = shown
    results = tmp_path / "small"
    shutil.copytree(folder / "images", results / "images")
    write_rows(results / "images" / "duplicates.tsv", DuplicateRow, [])
    write_rows(results / "images" / "quarantine.tsv", QuarantineRow, [])
    page.write_page(getattr(of_study, kind)(results), tmp_path / "page.html")
    opened.open(tmp_path / "page.html")
    said = opened.run("document.body.innerText")
    assert words in said
    assert "There is no image to look at." in said
    assert "Press ?" not in said
    assert "Download" not in said
    if AXE.exists():
        opened.run(AXE.read_text(encoding="utf-8") + ";0")
        assert opened.run("axe.run().then(found => found.violations.map(each => each.id + ': ' + each.help))") == []


def test_where_no_label_is_doubted_the_page_says_so():
    none = np.zeros((2, 2))
    gallery = doubts([], HeldOut(["a", "b"], ["a.png", "b.png"], np.array([0, 1]), none, none, ("A", "B")))
    assert gallery.about == "Of 2 labels none is doubted: nothing is to be corrected here."
    assert gallery.pictures == []


@in_browser
def test_keys_are_told_and_an_image_is_enlarged(shown):
    opened = fresh(shown)
    opened.press("?")
    told = opened.run("document.querySelector('#keys').innerText")
    assert all(words in told for words in ("exclude the image", "show one specimen", "undo", "<b>C</b>"))
    opened.press("Escape")
    assert opened.run("document.querySelector('#keys').open") is False
    opened.press("Enter")
    assert opened.run("document.querySelector('#large').open") is True
    assert opened.run("document.querySelector('#large a').getAttribute('href')").startswith("./")


@in_browser
def test_an_image_is_enlarged_from_its_file_where_that_can_be_shown(shown, tmp_path):
    opened, _ = shown
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (300, 600, 3), np.uint8))
    paths = [tmp_path / name for name in ("1 #?.png", "2.tif", "3.png")]
    for path in paths:
        image.save(path)
    gallery = Gallery("Look", "", CLASSES, [Section("A", [Group([Picture(path, str(path), "A")]) for path in paths])])
    page.write_page(gallery, tmp_path / "page.html")
    paths[2].unlink()
    opened.requests.clear()
    opened.open(tmp_path / "page.html")
    widths = []
    for _ in paths:
        opened.press("Enter")
        opened.run("new Promise(done => setTimeout(done, 500))")
        widths.append(opened.run("document.querySelector('#large img').naturalWidth"))
        opened.press("Escape")
        opened.press("j")
    assert widths == [600, 128, 128], "a browser shows no TIFF, and the last is gone"
    asked = {each.rpartition("/")[2] for each in opened.requests if not each.startswith("data:")}
    assert asked == {"page.html", "1%20%23%3F.png", "2.tif", "3.png"}
    assert all(each.startswith(("data:", tmp_path.as_uri())) for each in opened.requests)


@in_browser
@pytest.mark.skipif(not AXE.exists(), reason="no axe-core here; npm install --no-save axe-core")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dialog", ["", "keys", "classes", "large"])
def test_axe_finds_no_violation(shown, width, dialog):
    opened = fresh(shown, width, dark=width == 390)
    opened.press("2")
    opened.press("x")
    opened.press({"": "j", "keys": "?", "classes": "c", "large": "Enter"}[dialog])
    opened.run(AXE.read_text(encoding="utf-8") + ";0")
    assert opened.run("axe.run().then(found => found.violations.map(each => each.id + ': ' + each.help))") == []


@in_browser
def test_two_thousand_images_open_quickly_and_ask_the_network_for_nothing(shown, tmp_path, monkeypatch):
    opened, _ = shown
    chance = random.Random(0)

    def made(sources, threads, side_px):
        image = io.BytesIO()
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)).save(image, "WEBP")
        # As long as thumbnails of photographs are, each another one: what follows the image is passed over.
        contents = [base64.b64encode(image.getvalue() + chance.randbytes(2000)).decode() for _ in sources]
        return [(f"data:image/webp;base64,{content}", 32, 32) for content in contents]

    monkeypatch.setattr(page, "thumbnails", made)
    pictures = [Picture(Path(f"{number}.png"), f"{number}.png", CLASSES[number % 2]) for number in range(MANY)]
    sections = [Section(name, [Group([each]) for each in pictures if each.label == name]) for name in CLASSES[:2]]
    page.write_page(Gallery("Many", "", CLASSES, sections), tmp_path / "many.html")
    opened.requests.clear()
    began = time.monotonic()
    opened.open(tmp_path / "many.html")
    held = "document.querySelectorAll('.card img[src]').length"
    while not opened.run(held):
        time.sleep(0.05)
    assert time.monotonic() - began < 10, "2 s were measured beside other work"
    assert 8 < opened.run(held) < 300
    assert opened.run("performance.memory.usedJSHeapSize") < 64e6
    opened.run("document.querySelectorAll('button.card')[1999].click()")
    assert at(opened) == "1999.png"
    asked = [each for each in opened.requests if not each.startswith("data:")]
    assert asked == [(tmp_path / "many.html").resolve().as_uri()]
