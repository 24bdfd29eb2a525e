"""What is asked of the scripts, in three lanes that run side by side: a DCGAN's images, StyleGAN2's, classifiers."""

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import load_file

from on_gpu import cases
from on_gpu.chain import EXTRACTOR, Chain
from on_gpu.report import Report

CNN = {"family": "four_block_cnn", "epochs": 6, "batch": 16}


def _whole(chain: Chain, settings: dict[str, Any]) -> dict[str, Any]:
    return {"seconds": chain.train_generator("gan", settings)}


def _stopped(chain: Chain, settings: dict[str, Any]) -> dict[str, Any]:
    chain.train_generator("resumed", settings, stop=True)
    left = (chain.folder / "resumed/.state/state.pt").exists()
    chain.train_generator("resumed", settings)
    return {"was_stopped": left} | _apart(chain.folder / "gan", chain.folder / "resumed")


def dcgan(report: Report, device: str, small: bool) -> None:
    """Trained, stopped and resumed, drawn in ranges, scored, searched."""
    chain, kimg = Chain(device, small), 2 if small else 10
    settings = {"family": "dcgan", "duration": kimg, "snapshots": [kimg] if kimg >= 1 else []}
    step = _named(report, "dcgan")

    def twice() -> dict[str, Any]:
        chain.train_generator("again", settings)
        return _apart(chain.folder / "gan", chain.folder / "again")

    def ranges() -> dict[str, Any]:
        large, few = chain.draw("gan", "large", 150), chain.draw("gan", "few", 70)
        again, on_cpu = chain.draw("gan", "again150", 150), chain.draw("gan", "cpu150", 150, device="cpu")
        return {
            "smaller_pool": _levels(large[:70], few),
            "twice": _levels(large, again),
            "beside_cpu": _levels(large, on_cpu),
        }

    def features() -> dict[str, Any]:
        real = [chain.features(f"{at}.npy".replace(":", ""), at) for at in (device, device, "cpu")]
        made = [chain.draw_features("gan", f"{at}.npz", 100, where) for at, where in (("d", device), ("c", "cpu"))]
        scale = float(np.abs(real[0]).max())
        return {
            "twice": float(np.abs(real[0] - real[1]).max()),
            "beside_cpu": float(np.abs(real[0] - real[2]).max()),
            "drawn_beside_cpu": float(np.abs(made[0] - made[1]).max()),
            "largest": scale,
        }

    def scores() -> dict[str, Any]:
        one = chain.score("gan", "d.npz", f"{device}.npy".replace(":", ""), "scores-d")
        other = chain.score("gan", "c.npz", "cpu.npy", "scores-c")
        apart = {key: abs(one[key] - other[key]) / max(abs(other[key]), 1e-9) for key in one.keys() & other.keys()}
        worst = sorted(apart, key=apart.get)[-3:]
        return {"frechet": one.get("frechet_distance"), "kid": one.get("kid")} | {key: apart[key] for key in worst}

    def chosen(output: str, wanted: dict[str, Any], more: list[Any]) -> dict[str, Any]:
        return {"mean": float(chain.select(output, wanted, 16, *more).mean())}

    searches = {
        "genetic": {"family": "genetic", "images": 8, "population": 6, "generations": 20},
        "believable": {
            "family": "genetic", "images": 8, "population": 6, "generations": 10, "objective": "feature_distance",
            "realism": {"by": "discriminator"},
        },
        "vendi": {"family": "genetic", "images": 8, "population": 6, "generations": 5, "objective": "vendi"},
        "truncation": {"family": "truncation"},
        "farthest": {"family": "farthest_point", "candidates": 64},
    }  # fmt: skip

    def scored() -> None:
        step("features", features)
        step("scores", scores)
        for name in ("believable", "vendi", "farthest"):
            more = ["--features", chain.folder / "cpu.npy", "--extractor", EXTRACTOR]
            more += ["--discriminator", chain.folder / "gan/discriminator.safetensors"]
            step(name, chosen, name, searches[name], more)

    def searched() -> None:
        for name in ("genetic", "truncation"):
            step(name, chosen, name, searches[name], [])

    step("train", _whole, chain, settings)
    _together(
        lambda: step("resume", _stopped, chain, settings),
        lambda: step("twice", twice),
        lambda: step("draw", ranges),
        scored,
        searched,
    )


def stylegan2(report: Report, device: str, small: bool) -> None:
    """StyleGAN2 and a conditional DCGAN, by their scripts."""
    chain, step = Chain(device, small), _named(report, "stylegan2")
    kimg = 0.05 if small else 1.5
    settings = {"family": "stylegan2", "duration": kimg, "ada": {"pipeline": "bgc"}, "lecam": {"weight": 1e-6}}

    def ranges() -> dict[str, Any]:
        large, few = chain.draw("gan", "large", 100), chain.draw("gan", "few", 70)
        on_cpu = chain.draw("gan", "cpu", 16 if small else 64, device="cpu")
        return {"smaller_pool": _levels(large[:70], few), "beside_cpu": _levels(large[: len(on_cpu)], on_cpu)}

    def conditional() -> dict[str, Any]:
        chain.train_generator("both", {"family": "dcgan", "duration": kimg}, "all")
        return {"mean": float(chain.draw("both", "drawn", 20, class_="b").mean())}

    def twice() -> dict[str, Any]:
        chain.train_generator("again", settings)
        return _apart(chain.folder / "gan", chain.folder / "again")

    step("train", _whole, chain, settings)
    _together(
        lambda: step("resume", _stopped, chain, settings),
        lambda: step("twice", twice),
        lambda: step("draw", ranges),
        lambda: step("conditional", conditional),
        lambda: step("style space", lambda: {"mean": float(chain.select("w", _IN_W, 8).mean())}),
    )


_IN_W = {"family": "genetic", "images": 8, "population": 4, "generations": 4, "space": "w"}


def classifiers(report: Report, device: str, small: bool) -> None:
    """Trained with and without synthetic images, asked about new ones, explained, and a search by their doubt."""
    chain, step = Chain(device, small), _named(report, "classifiers")
    cnn = CNN | {"size_px": chain.size} | ({"widths": [4, 4, 8, 8]} if small else {})
    lite = {"family": "timm_zoo", "size_px": 32 if small else 128, "epochs": 2 if small else 6, "image_px": chain.size}
    (chain.folder / "images").mkdir()
    for number, image in enumerate(cases.pixels(24, chain.size, 3, seed=1)):
        Image.fromarray(image).save(chain.folder / "images" / f"{number}.png")

    def prepare() -> dict[str, Any]:
        def of(name: str) -> None:
            chain.train_generator(f"gan-{name}", {"family": "dcgan", "duration": 0.2 if small else 2}, name)
            chain.draw(f"gan-{name}", f"pool-{name}", 40, class_=name)

        _together(*(functools.partial(of, name) for name in cases.CLASSES))
        (chain.folder / "gan").symlink_to(chain.folder / "gan-a")
        return {}

    def train(output: str, settings: dict[str, Any], pools: bool) -> dict[str, Any]:
        return {"seconds": chain.train_classifier(output, settings, pools)} | _history(chain.folder / output)

    def again() -> dict[str, Any]:
        chain.train_classifier("again", cnn)
        return _apart(chain.folder / "cnn", chain.folder / "again", "classifier.safetensors")

    def predictions() -> dict[str, Any]:
        made = [chain.predict("lite", f"{name}.tsv", at) for name, at in (("1", device), ("2", device), ("c", "cpu"))]
        same = (chain.folder / "1.tsv").read_bytes() == (chain.folder / "2.tsv").read_bytes()
        return {"twice_same_bytes": same, "beside_cpu": float(np.nanmax(np.abs(made[0] - made[2])))}

    def doubt() -> dict[str, Any]:
        wanted = {"family": "uncertainty", "candidates": 64}
        return {"mean": float(chain.select("doubt", wanted, 16, "--classifier", chain.folder / "cnn").mean())}

    probe = {"family": "probe", "size_px": 96 if small else 224, "dihedral_views": not small}

    def from_scratch() -> None:
        step("cnn", train, "cnn", cnn, False)
        step("cnn again", again)
        step("explain cnn", lambda: {"seconds": chain.explain("cnn", "maps-cnn")})
        step("doubt", doubt)

    def transferred() -> None:
        step("lite0 with a pool", train, "lite", lite, True)
        step("predict", predictions)
        step("explain lite0", lambda: {"seconds": chain.explain("lite", "maps")})

    step("pools", prepare)
    _together(from_scratch, transferred, lambda: step("probe", train, "probe", probe, False))


def _together(*functions: Callable[[], Any]) -> None:
    """Call them at the same time, and wait for all; the first fault is raised."""
    with ThreadPoolExecutor(len(functions)) as pool:
        for done in [pool.submit(function) for function in functions]:
            done.result()


def _named(report: Report, lane: str):
    return lambda name, function, *arguments: report.step(f"{lane}: {name}", function, *arguments)


def _history(folder: Path) -> dict[str, Any]:
    from augury.tables.table import read_dicts

    last = read_dicts(folder / "history.tsv")[-1]
    return {key: last[key] for key in ("loss_train", "accuracy_validation") if key in last}


def _apart(one: Path, other: Path, name: str = "generator.safetensors") -> dict[str, Any]:
    mine, theirs = load_file(one / name), load_file(other / name)
    apart = max(float(np.abs(mine[key].astype(float) - theirs[key].astype(float)).max(initial=0)) for key in mine)
    return {"same_bytes": (one / name).read_bytes() == (other / name).read_bytes(), "largest_difference": apart}


def _levels(one: np.ndarray, other: np.ndarray) -> str:
    apart = np.abs(one.astype(int) - other.astype(int))
    return f"{(apart > 0).mean():.2g} of values, by {apart.max()} at most"
