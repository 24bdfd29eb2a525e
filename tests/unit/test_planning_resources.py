"""What jobs ask of a cluster, and command lines that are too long for a shell."""

import math
import subprocess
import sys
from types import SimpleNamespace

import pytest

from augury.classifiers.probe.family import ProbeSettings
from augury.command import script
from augury.command.errors import UserError
from augury.planning.forecast.bundles import CLASSIFIERS, LATER, POOLS, Bundles
from augury.planning.forecast.resources import MAPPED_MB, NETWORKS_MB, Needs
from augury.planning.inputs.plan import Plan
from augury.planning.inputs.words import LIMIT, words
from augury.planning.reading import plan_study


def needs(folder, images=4, generator=(), classifier=(), arm=(), family="dcgan", split=()):
    for class_ in ("a", "b"):
        (folder / class_).mkdir(parents=True, exist_ok=True)
        for number in range(images):
            (folder / class_ / f"{number}.png").write_bytes(f"{number}".encode())  # contents are specimens
    generator = {"family": family, "size_px": 64, "duration": 100} | dict(generator)
    classifier = {"family": "four_block_cnn", "size_px": 64, "epochs": 10} | dict(classifier)
    arms = {"real": {}, "gan": {"generator": "g", "ratio": 1} | dict(arm)}
    entries = {"generators": {"g": generator}, "classifiers": {"c": classifier}, "arms": arms}
    study, mistakes = plan_study({"images": str(folder), "split": dict(split), **entries})
    assert not mistakes
    return Needs(Plan(study))


JOB = SimpleNamespace(split="holdout", generator="g", class_="a", seed="0", classifier="c", arm="gan")


def test_a_job_that_failed_asks_for_more_time(tmp_path):
    asked = needs(tmp_path)
    minutes = Bundles(asked, 1440, dict).minutes
    first = minutes(asked.generator_minutes)(JOB, 1)
    assert first >= asked.generator_minutes(JOB)
    assert minutes(asked.generator_minutes)(JOB, 3) == 3 * first
    assert minutes(2.5)(JOB, 2) == 6


def test_larger_and_more_images_ask_for_more(tmp_path):
    small, many = needs(tmp_path / "small"), needs(tmp_path / "many", images=400)
    large = needs(tmp_path / "large", images=400, generator={"size_px": 128}, classifier={"size_px": 128})
    for name in ("generator_mb", "classifier_mb", "classifier_minutes"):
        assert getattr(small, name)(JOB) < getattr(many, name)(JOB) < getattr(large, name)(JOB)
    assert large.generator_minutes(JOB) > many.generator_minutes(JOB)
    more = needs(tmp_path / "more", images=400, arm={"ratio": 4})
    assert more.classifier_mb(JOB) > many.classifier_mb(JOB)


def test_images_fit_into_what_their_jobs_ask_for(tmp_path):
    asked = needs(tmp_path / "some", images=1000, generator={"size_px": 64}, classifier={"size_px": 64})
    pack = 1000 * 64 * 64 * 3 / 1e6
    assert asked.generator_mb(JOB) > NETWORKS_MB + 2 * pack
    assert asked.classifier_mb(JOB) > NETWORKS_MB + 4 * pack
    plain = asked.classifier_mb(JOB)
    probe = ProbeSettings(size_px=64)  # which holds features as well
    asked.study.config = asked.study.config.model_copy(update={"classifiers": {"c": probe}})
    assert asked.classifier_mb(JOB) > plain + 2000 * 0.015


def test_memory_of_a_training_does_not_grow_with_its_pixels_for_ever(tmp_path):
    some = needs(tmp_path, images=1000, generator={"size_px": 128}, classifier={"size_px": 128})
    some.counts = dict.fromkeys(some.counts, 500_000)  # 49 GB
    for name in ("generator_mb", "classifier_mb"):
        assert NETWORKS_MB + MAPPED_MB < getattr(some, name)(JOB) < 12_000
    assert some.class_pack_mb(SimpleNamespace(pack="128px-rgb", class_="a")) < 3000


@pytest.mark.parametrize("most, components", [(1440, {}), (1440, {POOLS: 20}), (60, {POOLS: 20, "report": 3})])
def test_no_submission_asks_for_more_than_the_longest_job(tmp_path, most, components):
    """By what Snakemake makes of it: the sum over a group's steps, one after another."""
    bundles = Bundles(needs(tmp_path, images=40), most, lambda: components)
    pieces = min(components.get(POOLS, 1), 2)  # of two classes
    for group, steps in ((POOLS, 2 * pieces), ("scores", 1), ("drawn", 1)):
        share = bundles.minutes(10**6, group)(JOB, 4)
        assert 1 <= share <= most
        assert share == 1 or share * steps <= most
    assert bundles.minutes(2, "scores")(JOB, 1) == 2


def test_a_step_of_few_pieces_may_ask_for_more_than_one_of_many(tmp_path):
    """Two classes are two pieces, however many a profile would bundle: each step has 1440 / (2 * 2) minutes at most."""
    few = Bundles(needs(tmp_path), 1440, lambda: {POOLS: 20})
    assert few.minutes(10**6, POOLS)(JOB, 1) == 360
    [images] = {Bundles(few.needs, 1440, lambda n=n: {"images": n}).minutes(10**6, "images")(JOB, 1) for n in (2, 25)}
    assert images > Bundles(few.needs, 1440, lambda: {"images": 1}).minutes(10**6, "images")(JOB, 1) / 3


def test_short_trainings_share_a_submission_and_long_ones_do_not(tmp_path):
    short = Bundles(needs(tmp_path / "short"), 1440, lambda: {CLASSIFIERS: 10})
    long = Bundles(needs(tmp_path / "long", images=2000, classifier={"epochs": 300}), 1440, lambda: {CLASSIFIERS: 10})
    assert (short.classifiers(JOB), long.classifiers(JOB)) == (CLASSIFIERS, None)
    assert short.classifier_minutes(JOB, 1) < 10
    assert long.classifier_minutes(JOB, 1) > long.needs.classifier_taken(JOB) / 60


@pytest.mark.parametrize(
    "split, share", [({}, 1), ({"train": 0.25, "test": "rest"}, 1 / 4), ({"train": 4, "test": "rest"}, 4 / 40)]
)
def test_trainings_are_guessed_by_what_they_train_on(tmp_path, split, share):
    whole = needs(tmp_path / "a", images=40)
    part = needs(tmp_path / "b", images=40, split=split)
    assert part.classifier_seconds(JOB) == pytest.approx(share * whole.classifier_seconds(JOB))
    once = needs(tmp_path / "c", images=40, split={"train": 4, "test": "rest"}, classifier={"epochs": 1})
    tested = needs(tmp_path / "d", images=40, classifier={"epochs": 1})
    assert once.classifier_seconds(JOB) == pytest.approx(tested.classifier_seconds(JOB) / 2)  # twice as many train


def test_selections_ask_for_what_they_draw(tmp_path):
    searched = Bundles(needs(tmp_path / "a", images=40, arm={"selection": "genetic"}), 1440, lambda: {POOLS: 20})
    chosen = Bundles(needs(tmp_path / "b", images=40, arm={"selection": "uncertainty"}), 1440, lambda: {POOLS: 20})
    search = SimpleNamespace(**vars(JOB), pool="g", selection="genetic", items={}.items)
    choice = SimpleNamespace(**vars(JOB), pool="g", selection="uncertainty")
    choice.items = vars(choice).copy().items
    assert searched.selections(search) is None
    assert chosen.selections(choice) == "pools-holdout-g-uncertainty"
    assert chosen.selection_minutes(choice, 1) < 10 < searched.selection_minutes(search, 1)
    # Between the classifiers that choose and those that train on the choice stands another group.
    real = SimpleNamespace(split="holdout", arm="real", classifier="c")
    assert (chosen.classifiers(real), chosen.classifiers(JOB)) == (CLASSIFIERS, LATER)
    assert chosen.classifiers(SimpleNamespace(split="final", arm="real", classifier="c")) is None


def test_epochs_count_the_images_of_the_classes_that_are_trained_on(tmp_path):
    epochs = {"duration": 10000, "duration_unit": "epochs"}
    one, every = needs(tmp_path, generator=epochs), needs(tmp_path, generator=epochs | {"class_conditional": True})
    both = SimpleNamespace(**vars(JOB) | {"class_": "all"})
    assert every.generator_minutes(both) > one.generator_minutes(JOB)


def test_a_short_command_line_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert words(["--predictions", "a b"]) == ["--predictions", "a b"]
    assert list(tmp_path.iterdir()) == []


def test_a_long_command_line_reaches_the_script_whole(tmp_path, monkeypatch):
    """Odd names included; the same list is the same file, so that no plan disturbs a job that reads it."""
    monkeypatch.chdir(tmp_path)
    names = [f'results/{number:06d}/it\'s\n"{number}" ü\udcff.tsv' for number in range(5000)]
    long = words(["--predictions", *names])
    assert sum(map(len, long)) < LIMIT
    assert long == words(["--predictions", *names])
    parser = script.parser("x")
    parser.add_argument("--predictions", nargs="+")
    parser.add_argument("--seed", type=int)
    args = script.start(parser, argv=[*long, "--seed", "3"])
    assert (args.predictions, args.seed) == (names, 3)


@pytest.mark.parametrize("text", [None, "no json"])
def test_a_file_of_words_that_cannot_be_read_is_named(tmp_path, text):
    path = tmp_path / "words.json"
    if text:
        path.write_text(text)
    with pytest.raises(UserError, match=r"words\.json' cannot be read"):
        script.start(script.parser("x"), argv=["--words-from", str(path)])


def test_a_script_by_hand_takes_the_cores_that_it_may_use():
    """On a node, a scheduler gives a process some of the cores."""
    program = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
    program += "from augury.command import script; print(script.parser('x').parse_args([]).threads)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=script.__file__.rpartition("/augury/")[0], capture_output=True, text=True
    )
    assert done.stdout == "1\n"


POOL = SimpleNamespace(split="holdout", pool="g", selection="random", class_="a", generator="g")


def test_a_diffusion_model_asks_for_what_its_network_and_its_sampler_take(tmp_path):
    """Preset, side, guidance and steps count; images are drawn in blocks of 64, however few are wanted."""

    def asked(name, **generator):
        return needs(tmp_path / name, family="diffusion", generator=generator)

    plain, large = asked("plain"), asked("large", size="gpu", precision="fp32")
    whole = asked("whole", size="gpu", precision="fp32", micro_batch=128)
    assert whole.generator_mb(JOB) > 5 * plain.generator_mb(JOB)
    assert whole.generator_mb(JOB) > 1.5 * large.generator_mb(JOB) > 6 * plain.generator_mb(JOB)
    wide = asked("wide", model_channels=32)
    assert 2 < wide.generator_seconds("g", "all") / plain.generator_seconds("g", "all") < 4
    slow, guided = asked("slow", steps=240), asked("guided", steps=240, guidance=2, label_dropout=0.1)
    for minutes_of in ("pool_minutes", "drawing_minutes"):
        taken = [getattr(each, minutes_of)(POOL) for each in (plain, slow, guided)]
        assert taken == sorted(set(taken))
    assert plain.generator_seconds("g", "all") == slow.generator_seconds("g", "all")
    many = asked("many")
    many.counts = {"a": 640, "b": 640}
    gan = needs(tmp_path / "gan", images=4)
    assert math.ceil(gan.pool_minutes(POOL)) == 4  # 64 images in a twentieth of a second each, and 3 minutes
    assert many.pool_minutes(POOL) > plain.pool_minutes(POOL) > 3
