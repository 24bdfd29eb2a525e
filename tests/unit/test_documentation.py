"""What the pages say can be followed: links, files, keys, examples and options of scripts are there."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from augury.planning.overlay import with_classifier_families
from augury.settings.families import names
from tests.project import ROOT
from tests.settings import mistakes

FOLDERS = ("", "docs", "config", "benchmarks", "resources")
PAGES = sorted(page.relative_to(ROOT).as_posix() for folder in FOLDERS for page in (ROOT / folder).glob("*.md"))
GUIDES = [page for page in PAGES if not page.startswith(("CHANGELOG", "benchmarks", "resources"))]


@cache
def text(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def prose(page: str) -> str:
    """Without blocks of code, in which a bracket or a hash means something else."""
    return re.sub(r"^(```|~~~).*?^\1|^(?: {4}|\t).*?$", "", text(page), flags=re.M | re.S)


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text(page), flags=re.M | re.S)


@cache
def anchors(page: str) -> set[str]:
    """The names that forges give to headings: lower case, without punctuation, hyphens for blanks."""
    headings = re.findall(r"^#+ (.*)$", prose(page), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def known_keys() -> set[str]:
    return set(re.findall(r"^\| `([\w.]+)` \|", text("docs/keys.md"), flags=re.M))


def spans(page: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", prose(page)))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", prose(page))
    for link in (link for link in links if not link.startswith("http")):
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        name = target.resolve().relative_to(ROOT).as_posix()
        assert not anchor or anchor in anchors(name), link


def test_every_page_of_docs_is_in_their_index():
    linked = {link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text("docs/index.md"))}
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - {"index.md"} <= linked


@pytest.mark.parametrize(
    "kind, page", [("generators", "generators"), ("selections", "generators"), ("classifiers",) * 2]
)
def test_every_family_is_named_where_one_chooses_it(kind, page):
    assert {*names(kind)} <= {*re.findall(r"\w+", text(f"docs/{page}.md"))}


@pytest.mark.parametrize("page", GUIDES)
def test_files_of_the_project_that_are_named_are_there(page):
    roots = ("benchmarks", "config", "docs", "envs", "profiles", "tests", "workflow")
    for span in spans(page):
        path = span.split()[0]
        if path.partition("/")[0] in roots and "/" in path and not re.search(r"[{}*<]|NAME|\.\.\.", path):
            assert (ROOT / path).exists(), span


@pytest.mark.parametrize("page", GUIDES)
def test_examples_are_configs(page):
    whole = [yaml.safe_load(block) for block in blocks(page, "yaml")]
    lines = [span for span in spans(page) if re.fullmatch(r"\w+: [{\[].*[}\]]", span)]
    for config in whole + [yaml.safe_load(line) for line in lines]:
        if not config.keys() <= known_keys():  # a part of a section, or of a profile
            assert config not in whole, config
            continue
        for section in ("arms", "generators", "classifiers"):  # `false` leaves out an entry of a file below
            config[section] = {name: each for name, each in (config.get(section) or {}).items() if each is not False}
        assert mistakes(with_classifier_families({"images": "images"} | config)) == []


@pytest.mark.parametrize("page", GUIDES)
def test_keys_of_sections_are_known(page):
    known = known_keys()
    sections = {key.partition(".")[0] for key in known if "." in key}
    for span in spans(page):
        match = re.fullmatch(r"(\w+)\.(?!tsv|py|yaml|json)(\w+)", span)
        if match and match[1] in sections:
            assert span in known


def commands() -> list[list[str]]:
    joined = "\n".join(block for page in GUIDES for block in blocks(page, "bash")).replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.startswith("python workflow")]
    return [
        line.split(" # ")[0].split(" snakemake ")[0].split() for line in lines
    ]  # what Snakemake is given is its own


@pytest.mark.parametrize("words", commands(), ids=lambda words: Path(words[1]).stem)
def test_scripts_have_the_options_that_are_shown(words):
    command = [words[2]] if len(words) > 2 and re.fullmatch(r"[a-z]+", words[2]) else []
    command = [sys.executable, ROOT / words[1], *command, "--help"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
    for option in (word for word in words if word.startswith("--")):
        assert re.search(rf"{option}\b", done.stdout), option


def test_pictures_of_the_tour_are_made_by_its_script_and_small():
    folder, shown = ROOT / "docs/pictures", re.findall(r"pictures/tour-([\w-]+)\.webp", text("docs/tour.md"))
    made = (folder / "tour.py").read_text("utf-8")
    assert len(shown) > 4
    assert [name for name in shown if f'"{name}"' not in made] == []
    assert [name for name in shown if (folder / f"tour-{name}.webp").stat().st_size > 100_000] == []


def test_every_entry_beside_other_tools_has_its_source():
    rows = [line.strip("| ").split(" | ") for line in text("docs/comparison.md").splitlines() if line.startswith("| ")]
    entries = [cell.strip("| ") for row in rows if "augury" not in row for cell in row[1:]]
    assert len(entries) > 150
    assert [
        each for each in entries if each and not each.startswith("–") and "](" not in each and "][" not in each
    ] == []


def test_the_links_and_anchors_of_a_page_are_told_apart():
    """The reading above is one of forges: a heading's code font, punctuation and capitals leave its name."""
    assert "how-often-it-is-wrong-and-what-it-sees" in anchors("docs/verdict.md")
    assert "one-entry-of-generators-with-family-dcgan" in anchors("docs/keys.md")


def test_every_room_and_rule_stands_in_the_architecture():
    page, picture = text("docs/architecture.md"), (ROOT / "docs/pictures/house.svg").read_text("utf-8")
    library = ROOT / "workflow/scripts/augury"
    rooms = {room.name for room in library.iterdir() if (room / "__init__.py").exists()}
    listed = set(re.findall(r"^\| (`.*?`) \|", page[page.index("| room |") : page.index("## The way")], flags=re.M))
    assert rooms <= set(re.findall(r"\w+", " ".join(listed)))
    assert rooms <= set(re.findall(r">(\w+)</text>", picture))
    rules = re.findall(r"^rule (\w+):", "".join(map(Path.read_text, (ROOT / "workflow/rules").glob("*.smk"))), re.M)
    drawn = set(re.findall(r"\w+", "".join(blocks("docs/architecture.md", "mermaid"))))
    assert set(rules) - {"fetch_demo_images", "fetch_weights", "augment_class", "merge_split"} == drawn & set(rules)
