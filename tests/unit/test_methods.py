"""The text for a paper: complete, in the past tense, from a study's own config and results, whatever its kind."""

import dataclasses
import re

import pytest

from augury.citing.reference import Reference, cite, in_words, ordered
from augury.generators.stylegan2.family import StyleGAN2Settings
from augury.methods.settings_told import told
from augury.planning.digests import words_digest
from augury.report.page import gather, render
from augury.tables.rows import SplitRow
from augury.tables.table import write_rows
from tests.report_studies import study
from tests.unit.test_report_studies import GENERATORS, KINDS

PRESENT = r"\b(is|are|has|have|does|do|adds|rotates|gives|trains)\b"


def written(folder, settings=None, **shape):
    sources = study(folder, **shape)
    return gather(dataclasses.replace(sources, settings=sources.settings | (settings or {})))["methods"]


@pytest.mark.parametrize("name", KINDS)
def test_a_study_of_every_kind_has_a_text_whose_citations_all_have_an_entry(name, tmp_path):
    methods = written(tmp_path, **KINDS[name])
    text, entries = methods.markdown(), methods.bibtex()
    keys = re.findall(r"^@(?:article|inproceedings|misc)\{(\w+),$", entries, re.M)
    assert sorted(set(re.findall(r"@(\w+)", text))) == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert entries.count("{") == entries.count("}")
    assert not re.search(r"None|\{|\}| ,|\bno (image|specimen|split)\b", text)
    assert not re.findall(PRESENT, text)
    titles = re.findall(r"^\*\*([A-Za-z ]+)\.\*\*", text, re.M)
    assert titles[:2] == ["Images", "Splits"]
    assert titles[-1] == "Software"
    assert ("Classifiers" in titles) == (name != "generators alone")
    assert ("Generators" in titles) == bool(KINDS[name].get("generators", ["dcgan"]))
    assert ("Comparisons" in titles) == (
        len(KINDS[name].get("arms", ["real", "dcgan"])) > 1 and "Classifiers" in titles
    )


def test_what_a_reviewer_asks_for_is_there(tmp_path):
    diffusion = {"family": "diffusion", "duration": 20, "size_px": 32, "channels": "auto"}
    settings = {
        "licence": "CC-BY-4.0", "source": "a museum", "split": {"folds": 3, "seed": 7, "validation": 0.1},
        "generators": {"dcgan": diffusion}, "statistics": {"alpha": 0.01, "margin": 0.02, "bootstrap": 500},
        "arms": {"real": {}, "dcgan": {"generator": "dcgan", "ratio": 2, "selection": "farthest_point"}},
    }  # fmt: skip
    methods = written(tmp_path, settings)
    text = methods.markdown()
    for words in (
        "18 images of 18 specimens in 2 classes: Copepoda (9) and Tripos (9)",
        "Source of the images: a museum. Their licence was CC-BY-4.0.",
        "(split seed 7)", "3-fold cross-validation", "12 images (12 specimens) to the training part",
        "a diffusion model (EDM) [@karras2022edm; @lu2022dpmsolver; @kingma2015adam]", "duration 20 kimg",
        "in 1 split with seed 0: 1 training",
        "2 per training image of each class, chosen by farthest-point sampling [@gonzalez1985clustering]",
        "Primary, as the study's configuration had declared, was 1 comparison: dcgan with probe in accuracy",
        "Holm's method [@holm1979simple] within families: 1 primary and 3 secondary", "below 0.01", "below 0.02",
        "(500 replicates, seed 0)", "augury 0.1.0", "PyTorch 2.15.0",
    ):  # fmt: skip
        assert words in text, words
    assert "(Karras et al. 2022; Lu et al. 2022; Kingma and Ba 2015)" in dict(methods.shown)["Generators"]


def test_what_only_some_studies_do_is_told_of_these_alone(tmp_path):
    settings = {
        "tests": {"other_site": "x"}, "corruptions": ["gaussian_noise", "jpeg_compression"], "learning_curve": [0.5, 2],
        "final": {"arm": "real", "classifier": "cnn"}, "specimens": {"regex": "(?P<specimen>[a-z]+)"},
        "presplit_augmentation": {"times": 4, "augmentation": {"rotation_degrees": 10}},
    }  # fmt: skip
    text = written(tmp_path / "all", settings).markdown()
    for words in (
        "**Other test sets.** Every classifier was also tested on other_site;",
        "gaussian noise and jpeg compression, at five strengths each [@hendrycks2019benchmarking]",
        "trained on 0.5 and 2 times as many specimens",
        "handed over, cnn on real,",
        "Specimens were identified by a pattern in file names; near-duplicate images",
        "made into 4 by augmentation (rotation 10 degrees)",
    ):
        assert words in text, words
    assert not re.findall(PRESENT, text)
    plain = written(tmp_path / "plain").markdown()
    assert "Images were not labelled with specimens; near-duplicate images of a class counted as one" in plain
    assert not re.search("Other test sets|Learning curve|Final classifier|Before the split", plain)


def test_a_pool_that_generators_began_with_is_named(tmp_path):
    generators = {
        "relatives": {"family": "diffusion", "trained_on": {"pool": "archive"}},
        "dcgan": {"family": "diffusion", "init_from": {"generator": "relatives"}},
    }
    text = written(tmp_path / "pool", {"generators": generators}, generators=list(generators)).markdown()
    for words in (
        "It was trained on real images from elsewhere, those of the pool archive that showed no specimen of the study,",
        "It began with the weights of the generator relatives, fine-tuned on these images.",
        "It was trained on the training part alone,",
    ):
        assert text.count(words) == 1, words
    assert text.count("one network for all classes that was told the class") == 1  # of the one that began with it
    assert not re.findall(PRESENT, text)
    assert "from elsewhere" not in written(tmp_path / "plain").markdown()


def test_looks_leaks_and_what_was_only_recorded_are_said(tmp_path):
    leaked = written(tmp_path / "leaked", **KINDS["words"])
    assert "were not free of images that they were tested on" in leaked.markdown()
    assert "No generator" not in leaked.markdown()
    recorded = written(tmp_path / "recorded", {"guard": "record", "split": {"unit": "image"}})
    assert "Images, not specimens, were divided" in recorded.markdown()
    assert "Leaks between the parts were recorded and not prevented." in recorded.markdown()


def test_validation_images_are_named_only_where_there_are_some(tmp_path):
    sources = study(tmp_path)
    assert "validation part chose" not in gather(sources)["methods"].markdown()
    rows = [
        SplitRow(f"Copepoda{index}", "", "Copepoda", f"s{index}", ("train", "validation")[index % 2])
        for index in range(8)
    ]
    write_rows(tmp_path / "splits" / "fold1.tsv", SplitRow, rows)
    text = gather(sources)["methods"].markdown()
    assert "The validation part chose among epochs" in text
    assert "at a temperature that was fitted to validation images [@guo2017calibration]" in text


def test_settings_that_are_not_their_default_are_told_and_derived_ones_by_their_value():
    settings = StyleGAN2Settings(ada={"pipeline": "bgc"}, pl_weight=0, snapshots=[10])
    words = told(settings, {"batch": 16, "learning_rate": 0.0025, "channels": "grey"})
    assert words.startswith("size 64 px, channels grey, one network per class, duration 2000 kimg, batch 16, ")
    assert "learning rate 0.0025" in words
    assert "ada (pipeline bgc)" in words
    assert "snapshots" not in words
    assert "pl weight 0" in words
    assert [each.key for each in settings.cited()] == ["karras2020stylegan2", "karras2020ada", "kingma2015adam"]


def test_a_reference_as_bibtex_as_a_line_and_as_a_citation():
    one = Reference("a2020b", "Müller, Anna and O'Brien, Pat", "On A & B_c", 2020, "Journal", "3", "5-9", doi="10.1/x",
                    kind="article")  # fmt: skip
    many = Reference("z1999", "Zoe, Ann and Ypsilon, Bo and Xu, Chi", "Title", 1999, arxiv="9901.00001")
    assert one.bibtex() == (
        "@article{a2020b,\n  author = {Müller, Anna and O'Brien, Pat},\n  title = {{On A \\& B\\_c}},\n"
        "  year = {2020},\n  journal = {Journal},\n  volume = {3},\n  pages = {5--9},\n  doi = {10.1/x}\n}\n"
    )
    assert one.line() == "Müller, Anna; O'Brien, Pat (2020). On A & B_c. Journal 3:5-9. doi:10.1/x."
    assert in_words(f"So{cite(many, one, many)}.", [one, many]) == "So (Zoe et al. 1999; Müller and O'Brien 2020)."
    assert ordered([many, one, one]) == [one, many]


def test_the_page_holds_text_list_and_bibtex_and_escapes_names(tmp_path):
    page = render(study(tmp_path, classes=["<b>", "b"], generators=GENERATORS, arms=["real", *GENERATORS]))
    section = page[page.index('id="methods"') : page.index('id="provenance"')]
    assert "&lt;b&gt; (9)" in section
    assert "(Radford et al. 2016; Kingma and Ba 2015)" in section
    assert "@inproceedings{radford2016dcgan," in section
    assert section.count('class="copy"') == 2


def test_another_reference_makes_the_report_stale(monkeypatch):
    import augury.generators.dcgan.family as dcgan

    before = words_digest()
    monkeypatch.setattr(dcgan, "DCGAN", dataclasses.replace(dcgan.DCGAN, year=2015))
    assert words_digest() != before
