"""A job on a machine without the images plans what the machine with them planned."""

from types import SimpleNamespace

import pytest

from augury.planning.folders.image_folder import tables_of
from augury.planning.folders.listing import save_listing
from augury.planning.inputs.plan import Plan
from augury.planning.reading import plan_study
from tests.project import draw_classes, draw_image, small_config

SETTINGS = {
    "plain": {},
    "named": {"specimens": {"table": "specimens.tsv"}},
    "parts by table": {"split": {"parts": "table", "table": "parts.tsv"}},
    "parts by folders": {"split": {"parts": "folders"}, "images": "parted"},
    "labels": {"labels": {"table": "labels.tsv", "path": "file", "class": "taxon"}, "images": "mixed"},
}


def asked(study):
    """All that rules ask about the images."""
    plan, told = Plan(study), {"classes": study.classes, "brought": study.contents.brought_parts}
    for class_ in study.classes:
        wildcards = SimpleNamespace(class_=class_, split="holdout", generator="gan", seed="0")
        told[class_] = [
            study.contents.digest(class_),
            study.contents.brought_words(class_),
            study.contents.brought_digest(class_),
            study.contents.folders(class_),
            study.contents.most_specimens(class_),
            len(study.files.files(class_)),
            plan.data.shared_options(wildcards),
            plan.generators.tested(wildcards),
        ]
    return told


@pytest.mark.parametrize("name", SETTINGS)
def test_a_listing_stands_for_the_images(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = draw_classes(tmp_path / "images", 3, 8)
    draw_classes(tmp_path / "parted" / "train", 3, 6)
    for number, class_ in enumerate(names):
        for seed in (20, 21):
            draw_image(tmp_path / "parted" / "test" / class_ / f"{seed}.png", seed, number)
    pairs = [(f"{class_}/{number:03d}.png", class_, number) for class_ in names for number in range(8)]
    for number, (path, _, _) in enumerate(pairs):
        draw_image(tmp_path / "mixed" / path.replace("/", "-"), number, 1)
    # Two images a specimen, of which the first shows all classes.
    shared = [f"{path}\t{'both' if number == 0 else f'{class_}-{number // 2}'}" for path, class_, number in pairs]
    (tmp_path / "specimens.tsv").write_text("\n".join(["path\tspecimen", *shared]) + "\n")
    parts = [f"{path}\t{'test' if number < 3 else 'train'}" for path, _, number in pairs]
    (tmp_path / "parts.tsv").write_text("\n".join(["path\tpart", *parts]) + "\n")
    labels = [f"{path.replace('/', '-')}\t{class_}" for path, class_, _ in pairs]
    (tmp_path / "labels.tsv").write_text("\n".join(["file\ttaxon", *labels]) + "\n")

    config = small_config(**SETTINGS[name])
    here, mistakes = plan_study(config)
    assert mistakes == []
    expected = asked(here)
    assert bool(expected["brought"]) == ("parts" in name)
    assert bool(expected["c00"][6]) == (name == "named")
    save_listing(here.contents)
    assert len(tables_of(here.written.model_dump())) == ("table" in name or name in ("named", "labels"))

    (tmp_path / config["images"]).rename(tmp_path / "gone")
    assert plan_study(config)[0] is None
    there, mistakes = plan_study(config, listed=True)
    assert mistakes == []
    assert asked(there) == expected
