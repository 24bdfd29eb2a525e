"""export_study.py as a user runs it, and what the validators of its standards say of the folder."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import mlcroissant
import pytest
import requests
import rocrate
from huggingface_hub import ModelCard
from rocrate_validator import models, services
from rocrate_validator.utils.http import HttpRequester

from augury.command.errors import UserError
from augury.export.croissant import SYNTHETIC
from augury.tables.table import read_dicts
from tests.finished import finished
from tests.scripts.in_process import call

PROFILE = "workflow-run-crate-0.5"  # which contains those of a workflow, of a run and of RO-Crate 1.1


@pytest.fixture(autouse=True)
def context(monkeypatch):
    """RO-Crate's context, for which the validator would ask the network: rocrate's own, with the names of 1.1."""
    text = (Path(rocrate.__file__).parent / "data/ro-crate.jsonld").read_text(encoding="utf-8")

    def get(self, address, **options):
        answer = requests.Response()
        answer.status_code = 200 if address == "https://w3id.org/ro/crate/1.1/context" else 504
        answer.headers["Content-Type"] = "application/ld+json"
        answer._content = text.replace("https://bioschemas.org/terms/", "https://bioschemas.org/").encode()
        return answer

    monkeypatch.setattr(HttpRequester, "get", get, raising=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return finished(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def exported(results):
    output = results.parent / "passed-on"
    call("export_study", ["--results", results, "--output", output, "--licence", "CC-BY-4.0"])
    return output


def below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_validator_finds_no_fault_in_the_crate(exported):
    settings = services.ValidationSettings(
        rocrate_uri=str(exported),
        profile_identifier=PROFILE,
        requirement_severity=models.Severity.REQUIRED,
        offline=True,
    )
    issues = services.validate(settings).get_issues()
    assert [f"{each.check.identifier}: {each.message}" for each in issues] == []


def test_the_validator_would_find_a_fault(exported, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(exported, broken)
    crate = json.loads((broken / "ro-crate-metadata.json").read_text())
    crate["@graph"] = [each for each in crate["@graph"] if each["@type"] != "CreateAction"]
    for each in crate["@graph"]:
        each.pop("mainEntity", None)
    (broken / "ro-crate-metadata.json").write_text(json.dumps(crate))
    settings = services.ValidationSettings(
        rocrate_uri=str(broken),
        profile_identifier=PROFILE,
        requirement_severity=models.Severity.REQUIRED,
        offline=True,
    )
    assert services.validate(settings).get_issues()


def test_the_crate_says_what_was_run_and_what_came_of_it(exported):
    graph = {each["@id"]: each for each in json.loads((exported / "ro-crate-metadata.json").read_text())["@graph"]}
    [action] = [each for each in graph.values() if each["@type"] == "CreateAction"]
    assert action["instrument"] == {"@id": "augury/Snakefile"}
    assert {"@id": "config.json"} in action["object"]
    made = {each["@id"] for each in action["result"]}
    assert {"tables/verdict.tsv", "holdout/classifiers/real/cnn/seed0/classifier.safetensors"} <= made
    assert action["startTime"] <= action["endTime"]
    files = {name for name, each in graph.items() if each["@type"] == "File" or "File" in each["@type"]}
    assert files - {"ro-crate-metadata.json"} == below(exported) - {"ro-crate-metadata.json", "manifest-sha256.txt"}
    assert graph["./"]["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    sha256 = hashlib.sha256((exported / "tables/verdict.tsv").read_bytes()).hexdigest()
    assert graph["tables/verdict.tsv"]["sha256"] == sha256


def test_croissant_reads_the_splits_and_says_that_synthetic_images_are_none(exported):
    splits = mlcroissant.Dataset(jsonld=exported / "splits/croissant.json")
    assert not splits.metadata.ctx.issues.errors
    rows = list(splits.records("holdout"))
    written = read_dicts(exported / "splits/holdout.tsv")
    assert len(rows) == len(written) == 27
    assert rows[0]["holdout/part"].decode() == written[0]["part"]
    pool = exported / "holdout/synthetic/dcgan/random/seed0"
    described = mlcroissant.Dataset(jsonld=pool / "croissant.json")
    assert not described.metadata.ctx.issues.errors
    assert described.metadata.description.startswith(f"{SYNTHETIC}. ")
    assert SYNTHETIC == "synthetic: do not mix with observations"
    assert "synthetic" in described.metadata.keywords
    assert [row["c01/latent_seed"] for row in described.records("c01")] == [0, 1]


def test_cards_have_the_metadata_and_the_sections_that_hugging_face_shows(exported):
    card = ModelCard.load(exported / "holdout/classifiers/real/cnn/seed0/README.md")
    assert (card.data.license, card.data.pipeline_tag) == ("cc-by-4.0", "image-classification")
    [accuracy, f1] = card.data.eval_results
    assert (accuracy.metric_type, accuracy.metric_value, f1.metric_type) == ("accuracy", 0.9, "f1")
    for section in ("Intended use", "Training data", "What to expect", "Verdict", "Limits", "Licence"):
        assert f"\n## {section}\n\n" in card.text
    assert (
        "18 real images of the training part (split holdout, seed 0). Source of the study's images: a museum"
        in card.text
    )
    assert "| accuracy | 90.0% (83.0% to 96.0%) |" in card.text
    assert "Of the images that it was trained on: unknown." in card.text
    drawn = ModelCard.load(exported / "holdout/generators/dcgan/seed0/all/README.md")
    assert "Synthetic: do not mix with observations" in drawn.text
    assert "- dcgan against real, cnn, in accuracy: **underpowered**" in drawn.text


def test_every_column_of_every_table_is_in_the_dictionary(exported):
    known = read_dicts(exported / "tables/data_dictionary.tsv")
    assert [row for row in known if not row["meaning"]] == []
    columns = {(row["table"], row["column"]): row for row in known}
    for path in (exported / "tables").glob("*.tsv"):
        if path.stem != "data_dictionary":
            for column in read_dicts(path)[0] if read_dicts(path) else ():
                assert (f"tables/{path.name}", column) in columns
    assert columns["tables/verdict.tsv", "p_holm"]["type"] == "number"
    assert columns["splits/*.tsv", "specimen"]["meaning"].startswith("the specimen")


def test_checksums_are_those_of_the_files(exported):
    done = subprocess.run(["sha256sum", "--check", "--quiet", "manifest-sha256.txt"], cwd=exported, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"")
    listed = {line.split("  ", 1)[1] for line in (exported / "manifest-sha256.txt").read_text().splitlines()}
    assert listed == below(exported) - {"manifest-sha256.txt"}


def test_what_shows_real_images_stays_behind_unless_it_is_asked_for(results, exported, tmp_path, capsys):
    files = below(exported)
    assert not [name for name in files if name.endswith((".jpg", ".png")) or "copier" in name.split("/")]
    assert "report.html" not in files
    assert not [name for name in files if name.startswith(".") or "/." in name]
    output = tmp_path / "all"
    call("export_study", ["--results", results, "--output", output, "--with", "pictures", "--without", "weights"])
    more = below(output)
    assert {"report.html", "figures/samples.png"} <= more
    assert not [name for name in more if name.endswith(".safetensors") or name.startswith("originals/")]
    said = capsys.readouterr().out
    assert "pools of copier stay behind" in said
    assert "the licence of what is passed on is said to be unknown: name it by --licence" in said
    crate = (output / "ro-crate-metadata.json").read_text()
    assert "unknown licence" in crate
    assert "license: unknown" in (output / "holdout/classifiers/real/cnn/seed0/README.md").read_text()


def test_only_a_licence_that_is_unknown_is_asked_for(results, tmp_path, capsys):
    call("export_study", ["--results", results, "--output", tmp_path / "x", "--licence", "MIT"])
    said = capsys.readouterr().out
    assert "passed on is said to be unknown" not in said
    assert "the study's images is said to be unknown: name it by the config's key `licence`" in said


def test_mistakes_are_one_sentence_and_leave_nothing(results, exported, tmp_path):
    with pytest.raises(UserError, match="passed-on is there already; name a new folder"):
        call("export_study", ["--results", results, "--output", exported])
    with pytest.raises(UserError, match=r"report\.html is missing; run the study to its end"):
        call("export_study", ["--results", tmp_path, "--output", tmp_path / "x"])
    with pytest.raises(UserError, match=r"is missing or another file than the study used; leave out `--with images`"):
        call("export_study", ["--results", results, "--output", tmp_path / "x", "--with", "images"])
    assert list(tmp_path.iterdir()) == []
