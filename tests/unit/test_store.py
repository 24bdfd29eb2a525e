"""The store of finished trainings: what it takes back, what it refuses, its bound, its kills."""

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from augury.code.closure import SCRIPTS
from augury.command.errors import UserError
from augury.images.files import file_sha256
from augury.store import entries, finished, replaced, shelf
from augury.store.key import key_of

PATTERNS = finished.PATTERNS["generator"]
PLACE = "holdout/generators/gan/seed0/c00"


@pytest.fixture
def study(tmp_path):
    """A results folder with one finished training of two files and a snapshot."""
    output = tmp_path / "results" / PLACE
    write(output, 1)
    return tmp_path / "results", output


def write(output, seed):
    (output / "snapshots").mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(("generator.safetensors", "generator.json", "snapshots/generator-000001.png")):
        # As all writers do: under another name first.
        part = output / f"{name}.part"
        part.write_bytes(bytes([seed, number]) * 500)
        part.replace(output / name)
    (output / "snapshots" / ".snakemake_timestamp").touch()


def remove(output):
    """As Snakemake does before a job begins."""
    shutil.rmtree(output / "snapshots", ignore_errors=True)
    for path in output.glob("*.*"):
        path.unlink()


def content(output):
    return {path.relative_to(output).as_posix(): path.read_bytes() for path in output.rglob("*.*") if path.is_file()}


def keep(store, key, output, seed=None):
    if seed is not None:
        write(output, seed)
    return store.keep(PLACE, key, output, PATTERNS, {"kind": "generator", "name": PLACE, "threads": 1})


def test_a_replaced_training_comes_back_to_the_bit_and_newer_than_its_inputs(study):
    results, output = study
    store = shelf.Shelf(results / ".store", 1e9)
    before = content(output)
    keep(store, "a" * 32, output)
    assert set(store.entries()[0].about["files"]) == {name for name in before if ".snakemake" not in name}
    remove(output)
    keep(store, "b" * 32, output, seed=2)
    (output / "snapshots" / "generator-000009.png").write_bytes(b"of the other training")
    made_from = results / "pack.npy"
    made_from.touch()
    entry = store.restore(PLACE, "a" * 32, output, PATTERNS)
    assert entry.about["name"] == PLACE
    assert {name: data for name, data in content(output).items() if ".snakemake" not in name} == {
        name: data for name, data in before.items() if ".snakemake" not in name
    }
    for name in entry.about["files"]:
        assert (output / name).stat().st_mtime_ns >= made_from.stat().st_mtime_ns
        assert (output / name).stat().st_nlink == 2
    assert store.restore(PLACE, "c" * 32, output, PATTERNS) is None


def test_an_empty_folder_of_snapshots_comes_back_too(study):
    results, output = study
    store = shelf.Shelf(results / ".store", 1e9)
    (output / "snapshots" / "generator-000001.png").unlink()
    keep(store, "a" * 32, output)
    remove(output)
    assert store.restore(PLACE, "a" * 32, output, PATTERNS)
    assert (output / "snapshots").is_dir()


@pytest.mark.parametrize("damage", ["flip", "cut", "lose", "record", "escape"])
def test_a_damaged_entry_is_dropped_and_never_taken(study, damage):
    results, output = study
    store = shelf.Shelf(results / ".store", 1e9)
    folder = keep(store, "a" * 32, output).folder
    remove(output)
    path, record = folder / "files" / "generator.safetensors", folder / "entry.json"
    content = path.read_bytes()
    if damage == "flip":
        path.write_bytes(content[:-1] + b"\x07")
    elif damage == "cut":
        path.write_bytes(content[:-1])
    elif damage == "lose":
        path.unlink()
    elif damage == "record":
        record.write_text(record.read_text()[:40])
    else:
        about = json.loads(record.read_text())
        outside = results / "outside.txt"
        outside.write_text("x")
        about["files"]["../../../../../../../../outside.txt"] = file_sha256(outside)
        record.write_text(json.dumps(about))
    assert store.restore(PLACE, "a" * 32, output, PATTERNS) is None
    assert list(output.glob("*.*")) == []
    assert not folder.exists()
    # Trained anew, it is kept again.
    keep(store, "a" * 32, output, seed=1)
    remove(output)
    assert store.restore(PLACE, "a" * 32, output, PATTERNS)


def test_linked_files_cost_nothing_and_those_let_go_of_first_go_first(study, monkeypatch):
    monkeypatch.setattr(shelf, "_LOOK_SECONDS", 0.0)
    results, output = study
    store = shelf.Shelf(results / ".store", 6500)  # an entry has 3,000 bytes
    for number in range(4):
        remove(output)
        time.sleep(0.02)  # a file's status has the time of the system's clock tick
        keep(store, f"{number}" * 32, output, seed=number)
    # The first was let go of first; the last costs nothing, as it is linked.
    assert [entry.folder.name[0] for entry in store.entries()] == ["1", "2", "3"]
    assert [entry.own_bytes() for entry in store.entries()] == [3000, 3000, 0]
    time.sleep(0.02)
    store.restore(PLACE, "1" * 32, output, PATTERNS)
    assert [entry.own_bytes() for entry in store.entries()] == [0, 3000, 3000]
    store.most_bytes = 3000
    store.make_room()
    assert [entry.folder.name[0] for entry in store.entries()] == ["1", "3"]
    remove(output)
    (store.folder / "damaged" / "files").mkdir(parents=True)
    store.most_bytes = 0
    store.make_room()
    assert store.entries() == []
    assert sorted(path.name for path in store.folder.iterdir()) == ["lock"]


def test_a_look_at_the_size_is_taken_once_a_minute(study):
    results, output = study
    store = shelf.Shelf(results / ".store", 0)
    for number in range(3):
        remove(output)
        keep(store, f"{number}" * 32, output, seed=number)
    assert len(store.entries()) == 3
    os.utime(store.folder / "lock", (time.time() - 61,) * 2)
    remove(output)
    keep(store, "3" * 32, output, seed=3)
    assert [entry.folder.name[0] for entry in store.entries()] == ["3"]


def test_where_nothing_can_be_linked_files_are_copied(study, monkeypatch):
    def no_links(*_):
        raise OSError(95, "Operation not supported")

    results, output = study
    store = shelf.Shelf(results / ".store", 1e9)
    monkeypatch.setattr(os, "link", no_links)
    before = content(output)
    entry = keep(store, "a" * 32, output)
    assert entry.own_bytes() == entry.size() == 3000
    assert entry.holds(output / "generator.json", "generator.json")
    remove(output)
    assert store.restore(PLACE, "a" * 32, output, PATTERNS)
    assert content(output) == {name: data for name, data in before.items() if ".snakemake" not in name}
    assert entry.holds(output / "generator.json", "generator.json")
    # What someone writes into a result is not written into its copy.
    (output / "generator.json").write_text("mine")
    assert entry.is_sound()
    assert not entry.holds(output / "generator.json", "generator.json")


def test_what_a_killed_writer_leaves_is_no_entry_and_is_swept(study):
    results, output = study
    program = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from augury.store import entries, shelf
        link, count = entries.link_or_copy, 0
        def stop(*words):
            global count
            count += 1
            if count == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            link(*words)
        entries.link_or_copy = stop
        store = shelf.Shelf(Path({str(results / ".store")!r}), 1e9)
        store.keep({PLACE!r}, "a" * 32, Path({str(output)!r}), {PATTERNS!r}, {{"kind": "generator", "name": "x"}})
    """)
    done = subprocess.run([sys.executable, "-c", program], cwd=SCRIPTS, check=False)
    assert done.returncode == -signal.SIGKILL
    store = shelf.Shelf(results / ".store", 1e9)
    assert len(list(store.folder.glob(".new-*/files/*"))) == 2
    assert store.entries() == []
    assert store.restore(PLACE, "a" * 32, output, PATTERNS) is None
    keep(store, "b" * 32, output)
    assert list(store.folder.glob(".*")) == []
    assert len(store.entries()) == 1


def test_a_killed_return_is_made_again(study):
    results, output = study
    store = shelf.Shelf(results / ".store", 1e9)
    before = content(output)
    keep(store, "a" * 32, output)
    remove(output)
    program = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from augury.store import shelf
        replace, count = Path.replace, 0
        def stop(path, target):
            global count
            count += 1
            if count == 2:
                os.kill(os.getpid(), signal.SIGKILL)
            return replace(path, target)
        Path.replace = stop
        store = shelf.Shelf(Path({str(results / ".store")!r}), 1e9)
        store.restore({PLACE!r}, "a" * 32, Path({str(output)!r}), {PATTERNS!r})
    """)
    done = subprocess.run([sys.executable, "-c", program], cwd=SCRIPTS, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(list(output.rglob(".*.part"))) == 1
    assert store.restore(PLACE, "a" * 32, output, PATTERNS)
    assert list(output.rglob(".*.part")) == []
    assert content(output) == {name: data for name, data in before.items() if ".snakemake" not in name}


def arguments(results, output, **options):
    named = {"name": "gan", "seed": 0, "packs": [results / "pack.npy"], "threads": 1, "log": None, "device": "auto"}
    return argparse.Namespace(**named, output=output, store=results / ".store", store_gb=1.0, **options)


CODE = "train_generator", ("augury.generators.dcgan.training",)


def test_the_key_holds_all_that_files_depend_on_and_nothing_else(study, monkeypatch):
    results, output = study
    pack, more = results / "pack.npy", results / "more.tsv"
    pack.write_bytes(b"pack")
    more.write_bytes(b"more")

    def key(code=CODE, reads=(pack, more), device="cpu", **options):
        args = arguments(results, output)
        for name, value in options.items():
            setattr(args, name, value)
        return key_of(*code, args, reads, device)

    base = key()
    assert base == key(reads=(more, pack, pack))
    assert base == key(threads=8) == key(log="a.log") == key(store_gb=2.0) == key(output=results / "elsewhere")
    others = [key(name="other"), key(seed=1), key(device="NVIDIA H100"), key(reads=(pack,))]
    others.append(key(("train_generator", ("augury.generators.stylegan2.training",))))
    others.append(key(packs=[results / "other.npy"]))
    pack.write_bytes(b"Pack")
    others.append(key())
    assert len({base, *others}) == 8
    pack.write_bytes(b"pack")
    assert key() == base
    monkeypatch.setattr("augury.command.script.metadata.version", lambda name: "1.0")
    assert key() != base


def test_a_step_goes_on_where_its_store_cannot_be_used(study, capfd):
    results, output = study
    (results / ".store").write_text("no folder")
    (results / "pack.npy").write_bytes(b"pack")
    step = finished.Finished(arguments(results, output), "generator")
    assert not step.taken(*CODE, [results / "pack.npy"], "cpu")
    step.keep()
    assert "going on without" in capfd.readouterr().out
    # A file that is missing is told by the step that reads it.
    assert not step.taken(*CODE, [results / "nowhere.npy"], "cpu")


def test_nothing_is_taken_where_another_process_trains(study, capfd):
    results, output = study
    (results / "pack.npy").write_bytes(b"pack")
    step = finished.Finished(arguments(results, output), "generator")
    reads = [results / "pack.npy"]
    assert not step.taken(*CODE, reads, "cpu")
    step.keep()
    state = output / ".state"
    state.mkdir()
    (state / "state.pt").write_bytes(b"of other settings")
    with open(state / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert not step.taken(*CODE, reads, "cpu")
    assert (state / "state.pt").exists()
    assert step.taken(*CODE, reads, "cpu")
    assert not state.exists()
    assert f"{PLACE}: taken from" in capfd.readouterr().out


def test_without_a_store_nothing_is_kept(study):
    results, output = study
    args = arguments(results, output)
    args.store = None
    step = finished.Finished(args, "generator")
    assert not step.taken(*CODE, [], "cpu")
    step.keep()
    assert not (results / ".store").exists()


def test_a_store_elsewhere_is_refused(study, tmp_path):
    results, _ = study
    with pytest.raises(UserError, match="keeps what lies beside it"):
        finished.Finished(arguments(results, tmp_path / "out"), "generator")


def run(folder, *words):
    done = subprocess.run(
        [sys.executable, SCRIPTS / "manage_store.py", *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_a_person_lists_and_clears_what_is_kept(study, tmp_path):
    results, output = study
    (tmp_path / "results").rename(tmp_path / "aside")
    (tmp_path / "results").mkdir()
    results = (tmp_path / "aside").rename(tmp_path / "results" / "demo")
    output, store = results / PLACE, shelf.Shelf(results / ".store", 1e9)
    for number in range(3):
        remove(output)
        time.sleep(0.02)
        keep(store, f"{number}" * 32, output, seed=number)
    code, printed = run(tmp_path, "list")
    assert code == 0
    assert "results/demo/.store: 3 finished trainings, 6.0 kB" in printed
    lines = [line.split() for line in printed.splitlines() if line.startswith("generator")]
    assert [line[1:3] for line in lines] == [["3.0", "kB"]] * 3
    assert sum("in use" in line for line in printed.splitlines()) == 1
    assert all(line[-1] == PLACE for line in lines)
    assert "0 finished trainings, 0 bytes, cleared" in run(tmp_path, "clear", "--older-than", "1")[1]
    assert "1 finished training, 3.0 kB, cleared" in run(tmp_path, "clear", "--keep-gb", "3e-6")[1]
    assert [entry.folder.name[0] for entry in store.entries()] == ["1", "2"]
    assert "1 finished training, 3.0 kB, cleared" in run(tmp_path, "clear")[1]
    assert "1 finished training, 0 bytes, cleared" in run(tmp_path, "clear", "--all")[1]
    assert (output / "generator.json").exists()
    assert run(tmp_path, "clear", "--store", "results/demo")[0] == 2
    assert run(output, "list")[0] == 2


def test_a_record_that_is_none_is_no_entry(tmp_path):
    for text in ("", "[]", "{}", '{"files": 3, "kind": "a", "name": "b"}', '{"files": {"/etc/passwd": "0"}}'):
        (tmp_path / "entry.json").write_text(text)
        assert entries.read_entry(tmp_path) is None


def test_a_plan_says_what_it_replaces_and_what_of_it_is_kept(study):
    results, output = study
    store = shelf.Shelf(results / ".store", 1e9)
    weights = output / "generator.safetensors"
    jobs = [("train_generator", [str(weights), str(output / "generator.json")]), ("pack_class", [str(weights)])]
    later = [("train_classifier", [str(results / "classifiers" / "classifier.safetensors")])]
    assert replaced.sentence(jobs, results) == (
        "1 finished training will be replaced (1 generator; none of them kept in the store)"
    )
    keep(store, "a" * 32, output)
    assert replaced.sentence(jobs + later, results) == (
        "1 finished training will be replaced (1 generator; kept in the store)"
    )
    pool = results / "pool"
    pool.mkdir()
    for name in ("latents.safetensors", "index.tsv"):
        (pool / name).write_text("x")
    other = results / "other pool" / "index.tsv"
    other.parent.mkdir()
    other.write_text("x")
    jobs += [("select_latents", [str(pool / "latents.safetensors")]), ("synthesize_images", [str(pool / "index.tsv")])]
    jobs += [("synthesize_images_of_all", [str(other), str(results / "none" / "index.tsv")])]
    jobs += [("import_images", [str(weights)])]
    assert replaced.sentence(jobs, results) == (
        "5 finished trainings will be replaced (2 generators, 1 search, 2 pools; 2 of them kept in the store)"
    )
    # Another file has taken its place since.
    write(output, 2)
    assert "none of them kept" in replaced.sentence(jobs[:1], results)
    remove(output)
    assert replaced.sentence(jobs[:2] + later, results) == ""
