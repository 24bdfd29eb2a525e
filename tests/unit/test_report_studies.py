"""The page of each kind of study: its parts and their order, no empty section, and how it looks in a browser."""

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from augury.report.page import render
from augury.tables.verdict import EQUIVALENT, HELPS, HURTS, LEAK
from tests.browser import CHROMIUM, WHY_NOT, browser
from tests.report_studies import SVG, photograph, study

GENERATORS = ["dcgan", "style", "lecam"]
WORDS = {("dcgan", "probe"): HELPS, ("dcgan", "cnn"): EQUIVALENT, ("style", "cnn"): HURTS, ("lecam", "cnn"): LEAK}
KINDS = {
    "demo": {"classes": [f"Genus{index} speciosus" for index in range(6)], "arms": ["real", "classical", "dcgan"]},
    "warned": {
        "classes": [f"Genus{index} speciosus" for index in range(6)],
        "arms": ["real", "classical", "dcgan"],
        "recall": 0.01,
    },
    "words": {"arms": ["real", *GENERATORS], "generators": GENERATORS, "words": WORDS},
    "one arm and classifier": {"classifiers": ["probe"]},
    "thirty arms": {"arms": ["real", *(f"arm{index:02d}" for index in range(29))], "classifiers": ["a", "b", "c"]},
    "twelve classifiers": {"classifiers": [f"network{index:02d}" for index in range(12)]},
    "sixteen classes": {"classes": [f"class{index:02d}" for index in range(16)]},
    "fifty classes": {"classes": [f"class{index:02d}" for index in range(50)]},
    "no generators": {"arms": ["real", "classical"], "generators": []},
    "real images": {"arms": ["real"], "generators": []},
    "real images, one classifier": {"arms": ["real"], "generators": [], "classifiers": ["cnn"]},
    "generators alone": {"classifiers": [], "generators": ["dcgan", "style"]},
}
ORDER = ("question", "standings", "matrix-1", "confused", "settle", "figure-strip", "evidence", "summary", "dataset",
         "tables", "diagnostics", "figures", "methods", "provenance", "settings")  # fmt: skip
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
VOID = ("meta", "link", "img", "br", "wbr")
SAYING = ("p", "table", "figure", "ul", "dl", "pre", "details")


class Outline(HTMLParser):
    """Ids in their order; for each section the tags in it; how many rows each table's body has."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.sections, self.rows, self._open, self._body = [], [], [], [], False
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for _, inside in self._open:
            inside.append(tag)
        if tag not in VOID:
            self._open.append((tag, []))
        if tag == "tbody":
            self.rows.append(0)
        if tag == "tr" and any(each == "tbody" for each, _ in self._open):
            self.rows[-1] += 1

    def handle_endtag(self, tag):
        name, inside = self._open.pop()
        assert name == tag
        if tag == "section":
            self.sections.append(inside)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return {name: render(study(tmp_path_factory.mktemp("study"), **shape)) for name, shape in KINDS.items()}


def screen(page):
    return page[page.index('id="answer"') : page.index('aria-label="Contents"')]


@pytest.mark.parametrize("name", KINDS)
def test_every_section_says_something_and_every_table_has_rows(pages, name):
    outline = Outline(pages[name])
    assert len(outline.sections) > 5
    assert all(set(inside) & set(SAYING) for inside in outline.sections)
    assert all(outline.rows)
    assert "It has no rows" not in pages[name]


@pytest.mark.parametrize("name", KINDS)
def test_the_answer_stands_before_the_evidence_and_that_before_the_details(pages, name):
    ids = Outline(pages[name]).ids
    order = [each for each in ORDER if each in ids]
    assert [each for each in ids if each in order] == order
    assert {"question", "summary", "dataset", "tables", "methods", "provenance", "settings"} <= set(order)
    assert ("evidence" in ids) == (name != "generators alone")
    assert re.search(r'<p class="lead">(<a [^>]*>)?[^<\s]', pages[name]), "there is no answer"


@pytest.mark.parametrize(
    "name, there, not_there",
    [
        ("demo", {"matrix-1", "settle", "figure-strip", "diagnostics"}, {"standings", "confused"}),
        ("no generators", {"matrix-1", "settle"}, {"figure-strip", "diagnostics", "table-synthetic"}),
        (
            "real images",
            {"standings", "confused", "figure-arms"},
            {"matrix-1", "settle", "figure-strip", "diagnostics", "table-verdict"},
        ),
        ("generators alone", {"figure-strip", "diagnostics"}, {"matrix-1", "settle", "table-classification"}),
    ],
)
def test_a_study_shows_what_it_has(pages, name, there, not_there):
    ids = set(Outline(pages[name]).ids)
    assert there <= ids
    assert not not_there & ids


def test_each_kind_of_study_asks_its_own_question(pages):
    asked = {name: re.search(r'<h1 id="question">(.*?)</h1>', page)[1] for name, page in pages.items()}
    assert asked["demo"] == "Do synthetic images help to tell 6 classes apart?"
    assert asked["real images"] == "Which classifier tells 2 classes apart best, and how well?"
    assert "synthetic" not in screen(pages["real images"])


def test_a_table_stands_above_what_is_said_of_it(pages):
    section = re.search(r'<section id="table-verdict".*?</section>', pages["demo"], re.S)[0]
    assert section.index("<h3") < section.index("<table") < section.index("What it is.")


def test_every_word_of_the_matrix_is_told_by_a_shape_and_explained(pages):
    first = screen(pages["words"])
    for mark, word in (("▲", HELPS), ("▼", HURTS), ("■", EQUIVALENT), ("✕", LEAK)):
        assert re.search(rf'aria-hidden="true">{mark}</span> {word}</span>', first)
        assert re.search(rf'aria-hidden="true">{mark}</span> <dfn>{word}</dfn>: \w', first)
    assert "<dfn>arm</dfn> is what classifiers are trained on" in first


def test_of_thirty_arms_six_are_shown_and_the_rest_is_folded(pages):
    first = screen(pages["thirty arms"])
    assert first.index("arm05") < first.index("<summary>23 more arms</summary>") < first.index("arm28")
    assert pages["thirty arms"].count("<summary>All 30 arms</summary>") == 3  # in the summary, for each classifier
    assert "<summary>All" not in pages["demo"]


def test_a_report_like_the_demos_is_below_5_mb(tmp_path):
    """The demo has six photographs of up to 870 x 2990 pixels and drawings of 1.2 MB: 11 MB of figures in all."""
    sources = study(tmp_path, **KINDS["demo"])
    photograph(tmp_path / "one.png", (870, 2990))
    figures = tmp_path / "figures"
    for name in ("confused_pairs", "grad_cam", "latent_walk", "neighbours", "samples", "truncations"):
        (figures / f"{name}.png").write_bytes((tmp_path / "one.png").read_bytes())
    for name in ("ada", "calibration", "confusion", "differences", "generator_losses", "roc", "umap"):
        (figures / f"{name}.svg").write_bytes(SVG + b"<!--" + bytes([120]) * 170_000 + b"-->")
    assert sum(path.stat().st_size for path in figures.iterdir()) > 10e6
    page = render(dataclasses.replace(sources, figures=sorted(figures.iterdir())))
    assert 2e6 < len(page.encode()) < 5e6


def test_a_matrix_of_many_arms_and_many_classifiers_is_scrolled_by_keys(pages, tmp_path):
    arms, classifiers = ["real", *(f"arm{index}" for index in range(9))], [f"net{index}" for index in range(6)]
    first = screen(render(study(tmp_path, arms=arms, classifiers=classifiers)))
    assert first.count('class="box" tabindex="0" role="group" aria-labelledby="matrix-1"') == 2
    assert 'class="box" tabindex' not in screen(pages["thirty arms"])


# In a browser

UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
in_browser = pytest.mark.skipif(not CHROMIUM, reason=WHY_NOT)


@pytest.fixture(scope="module")
def shown(pages, tmp_path_factory):
    """A browser, and the files of the pages."""
    folder = tmp_path_factory.mktemp("pages")
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    with browser(folder / "profile") as opened:
        yield opened, folder


@in_browser
@pytest.mark.parametrize("width, height", [(1280, 800), (390, 844)])
@pytest.mark.parametrize(
    "name, parts",
    [
        ("demo", ("h1", ".lead", ".matrix", ".legend", "#settle", "#figure-strip")),
        ("warned", ("h1", ".lead", "details.warning", ".matrix", ".legend", "#settle", "#figure-strip")),
        ("real images", ("h1", ".lead", ".standings", ".legend", ".pairs")),
    ],
)
def test_the_whole_answer_is_seen_without_scrolling(shown, name, parts, width, height):
    page, folder = shown
    page.open(folder / f"{name}.html", width, height)
    ends = page.run(f"{list(parts)}.map(each => document.querySelector(each).getBoundingClientRect().bottom)")
    assert max(ends) <= height, dict(zip(parts, ends, strict=True))


@in_browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", KINDS)
def test_no_page_is_wider_than_the_screen(shown, name, width):
    page, folder = shown
    page.open(folder / f"{name}.html", width, 844)
    assert page.run("document.documentElement.scrollWidth") <= width
    page.run(UNFOLD)
    assert page.run("document.documentElement.scrollWidth") <= width
    cut = "[...document.querySelectorAll('.matrix')].map(each => each.scrollWidth - each.parentElement.clientWidth)"
    assert max(page.run(cut), default=0) <= 0, "the matrix is cut off"


@in_browser
@pytest.mark.parametrize("table, heads", [("verdict", ["verdict", "difference"]), ("classification", ["accuracy"])])
def test_on_a_phone_a_table_shows_its_point_first(shown, table, heads):
    page, folder = shown
    page.open(folder / "demo.html", 390, 844)
    page.run(UNFOLD)
    ends = page.run(
        f"Object.fromEntries([...document.querySelectorAll('#table-{table} thead th')].filter(each => each.offsetWidth)"
        ".map(each => [each.innerText.trim(), each.getBoundingClientRect().right]))"
    )
    assert list(ends)[1 : 1 + len(heads)] == heads
    assert max(ends[head] for head in heads) <= 390
    first = page.run(f"document.querySelector('#table-{table} tbody th').innerText").split("\n")
    assert first[1].startswith("probe, all classes, accuracy" if table == "verdict" else "probe, test")


@in_browser
def test_a_table_is_sorted_by_keys(shown):
    page, folder = shown
    page.open(folder / "demo.html")
    page.run(UNFOLD)
    page.run("document.querySelectorAll('#table-classification thead button')[3].focus()")
    order = "[...document.querySelectorAll('#table-classification tbody tr')].map(each => each.cells[3].dataset.key)"
    for falling in (False, True):
        page.press("Enter")
        values = list(map(float, page.run(order)))
        assert values == sorted(values, reverse=falling)
        assert len(set(values)) > 1


@in_browser
def test_a_figure_is_shown_in_full_size_by_a_key(shown):
    page, folder = shown
    page.open(folder / "demo.html", 390, 844)
    page.run(UNFOLD)
    width = "document.querySelector('#figure-samples img').clientWidth"
    fitted = page.run(width)
    page.run("document.querySelector('#figure-samples button').focus()")
    page.press("Enter")
    assert page.run(width) == 1060 > fitted  # the pixels of its file
    assert page.run("document.documentElement.scrollWidth") == 390
    page.press("Enter")
    assert page.run(width) == fitted


@in_browser
def test_no_request_leaves_the_page(shown):
    page, folder = shown
    page.requests.clear()
    page.open(folder / "demo.html")
    asked = [each for each in page.requests if not each.startswith("data:")]
    assert asked == [(folder / "demo.html").resolve().as_uri()]


@in_browser
def test_what_is_folded_opens_by_keys_and_when_a_link_leads_there(shown):
    page, folder = shown
    page.open(folder / "thirty arms.html")
    page.press("Tab")
    assert page.run("document.activeElement.getAttribute('href')") == "#evidence"
    for _ in range(40):
        page.press("Tab")
        if page.run("document.activeElement.tagName") == "SUMMARY":
            break
    page.press("Enter")
    assert page.run("document.querySelector('details.print').open") is True


@in_browser
def test_a_word_is_explained_beside_itself_by_keys_and_by_touch(shown):
    page, folder = shown
    page.open(folder / "demo.html", 390, 844)
    page.press("Tab")
    page.press("Tab")  # past the link that skips the first screen
    assert page.run("document.activeElement.textContent") == "specimens"
    page.press("Enter")
    tip = "(document.querySelector('#tip:popover-open') ?? {innerText: ''})"
    assert page.run(f"{tip}.innerText").startswith("specimen: what was photographed")
    assert page.run("document.activeElement.textContent") == "specimens"
    page.press("Escape")
    assert page.run(f"{tip}.innerText") == ""
    page.tap('a.meant[href="#word-arm"]')
    assert page.run(f"{tip}.innerText").startswith("arm: what classifiers are trained on")
    box = page.run(f"{tip}.getBoundingClientRect().toJSON()")
    assert box["left"] >= 0
    assert box["right"] <= 390
    page.tap("h1")
    assert page.run(f"{tip}.innerText") == ""


@in_browser
@pytest.mark.parametrize("name", KINDS)
def test_every_linked_word_stands_in_the_list_of_words(shown, name):
    page, folder = shown
    page.open(folder / f"{name}.html")
    links = page.run("[...document.querySelectorAll('a.meant')].map(each => each.hash)")
    listed = page.run("[...document.querySelectorAll('.words dt')].map(each => '#' + each.id)")
    assert sorted(links) == sorted(listed)
    assert len(set(links)) == len(links)
    assert not page.run("document.querySelector('summary a, summary button')"), "two controls in one"


@in_browser
def test_without_scripts_a_words_link_leads_to_the_list(shown):
    page, folder = shown
    page.open(folder / "demo.html", 390, 844)
    page.run("location.hash = '#word-arm'; new Promise(done => setTimeout(done, 200))")
    box = page.run("document.querySelector('#word-arm').getBoundingClientRect().toJSON()")
    assert box["height"] > 0
    assert 0 <= box["top"] < 844


@in_browser
def test_details_are_titles_until_a_link_or_print_opens_them(shown):
    page, folder = shown
    page.open(folder / "demo.html", 390, 844)
    shut, height = "document.querySelectorAll('details.print:not([open])').length", "document.body.scrollHeight"
    folded, short = page.run(shut), page.run(height)
    assert page.run("document.querySelectorAll('#evidence details').length") == 0
    assert page.run("document.querySelector('#table-title-verdict').offsetHeight") > 0
    page.run("document.querySelector('nav a[href=\"#table-verdict\"]').click()")
    page.run("new Promise(done => setTimeout(done, 200))")
    assert page.run("document.querySelector('#table-verdict table').offsetHeight") > 0
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.run(shut) == 0
    assert page.run(height) > 1.5 * short
    page.run("dispatchEvent(new Event('afterprint'))")
    assert page.run(shut) == folded - 1  # what a reader opened stays open


@in_browser
def test_dark_is_dark_and_light_is_light(shown):
    page, folder = shown
    colours = []
    for dark in (True, False):
        page.open(folder / "demo.html", dark=dark)
        colours.append(page.run("getComputedStyle(document.body).backgroundColor"))
    assert [sum(map(int, re.findall(r"\d+", each))) > 380 for each in colours] == [False, True]


@in_browser
@pytest.mark.skipif(not AXE.exists(), reason="no axe-core here; npm install --no-save axe-core")
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["demo", "warned", "words", "thirty arms", "real images", "generators alone"])
def test_axe_finds_no_violation(shown, name, width):
    page, folder = shown
    page.open(folder / f"{name}.html", width, 844, dark=width == 390)
    page.run(AXE.read_text(encoding="utf-8") + ";0")
    assert page.run("axe.run().then(found => found.violations.map(each => each.id + ': ' + each.help))") == []


@in_browser
def test_a_page_can_be_printed(shown):
    page, folder = shown
    page.open(folder / "one arm and classifier.html")
    assert page.printed().startswith(b"%PDF")
