"""What the atlas answers, from atlas/measured: the tables of docs/atlas.md and its two figures.

python atlas/answers.py            # prints the tables
python atlas/answers.py --write    # renews docs/atlas.md between its marks, and docs/pictures/atlas-*.svg
"""

import argparse
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import figures
from cells import HERE, every_cell
from collect import table
from meta import Pooled, draws_ratio, pooled, rank_correlation, variance_ratio

DOCS = HERE.parent / "docs"
JUDGES = {"tf_efficientnet_lite0": "Lite0", "mobilenetv2_100": "MobileNetV2"}
SCORES = {"frechet_distance": "FD", "kid": "KD", "precision": "precision", "recall": "recall", "copied": "copied"}
CPU = "cpu"  # of a generator that was trained without a GPU
FEWEST_SETS = 5  # of which a bootstrap over sets can say how sure a correlation is
Row = Mapping[str, str]


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--write", action="store_true", help="into docs/atlas.md and docs/pictures")
    args = made.parse_args()
    tables = every_table()
    if not args.write:
        print("\n\n".join(f"{name}\n{text}" for name, text in tables.items()))
        return
    page = DOCS / "atlas.md"
    page.write_text(renewed(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
    gains, _ = of_one_ratio(table("gains"))
    figures.gains(gains, DOCS / "pictures" / "atlas-gains.svg")
    figures.curves(gains, DOCS / "pictures" / "atlas-curves.svg")


def every_table() -> dict[str, str]:
    """Name of each table of the page -> its Markdown."""
    gains, ratios = of_one_ratio(table("gains"))
    return {
        "measured": _measured(gains),
        "gains": _gains(gains),
        "ratios": _ratios(ratios),
        "words": _words(gains),
        "sets": _sets(gains),
        "worth": _worth(gains),
        "scores": _scores(gains, table("scores")),
        "variance": _variance(gains),
        "cost": _cost(table("cost"), {row["cell"] for row in table("scores") if row["device"] != CPU}),
    }


def of_one_ratio(gains: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Rows of as many synthetic images as real ones (or none), and of generators whose ratio was varied, all of it."""
    varied = {(row["cell"], row["arm"].partition("-x")[0]) for row in gains if "-x" in row["arm"]}
    return (
        [row for row in gains if "-x" not in row["arm"]],
        [row for row in gains if (row["cell"], row["arm"].partition("-x")[0]) in varied],
    )


def _ratios(gains: Sequence[Row]) -> str:
    found = {(row["cell"], row["classifier"], *_ratio(row["arm"])): _verdict(row) for row in gains}
    every = sorted({key[3] for key in found})
    lines = [
        [*key, *(found.get((*key, ratio), "") for ratio in every)] for key in dict.fromkeys(key[:3] for key in found)
    ]
    return _markdown(["cell", "classifier", "arm", *(f"{ratio:g} per real image" for ratio in every)], lines)


def _ratio(arm: str) -> tuple[str, float]:
    generator, _, ratio = arm.partition("-x")
    return generator, float(ratio or 1)


def _measured(gains: Sequence[Row]) -> str:
    done = {row["cell"] for row in gains}
    drawn = {row["cell"] for row in gains if row["study"] == "generators"}
    every = every_cell()
    lines = []
    for set_ in sorted({cell.set_ for cell in every}):
        its = [cell for cell in every if cell.set_ == set_]
        cells = [[str(cell.size) for cell in its if cell.name in names] for names in (done, drawn)]
        missing = [str(cell.size) for cell in its if cell.name not in drawn]
        lines.append([set_, *(", ".join(sizes) or "none" for sizes in (*cells, missing))])
    return _markdown(["set", "a class", "with generators, a class", "not run with generators, a class"], lines)


def renewed(page: str, tables: Mapping[str, str]) -> str:
    """The page with each table in place of what stands between its marks, `<!-- NAME -->` and `<!-- end -->`."""
    for name, text in tables.items():
        page = re.sub(rf"(<!-- {name} -->\n).*?(\n?<!-- end -->)", rf"\g<1>{text}\n<!-- end -->", page, flags=re.DOTALL)
    return page


def _gains(gains: Sequence[Row]) -> str:
    found = pooled(gains)
    sizes = sorted({size for *_, size in found})
    lines = []
    for classifier, arm in _in_order(found):
        cells = [_interval(found.get((arm, classifier, size))) for size in sizes]
        lines.append([classifier, arm, *cells])
    return _markdown(["classifier", "arm", *(f"{size} a class" for size in sizes)], lines)


def _sets(gains: Sequence[Row]) -> str:
    lines = []
    for key, group in itertools.groupby(gains, key=lambda row: (row["set"], int(row["size"]))):
        rows = list(group)
        words = defaultdict(list)
        for row in rows:
            words[row["classifier"]].append(row)
        for classifier, its in words.items():
            best = max(its, key=lambda row: float(row["difference"]))
            real = f"{100 * figures.curve(rows, key[0], classifier)[key[1]]:.1f}"
            lines.append([*map(str, key), its[0]["specimens"], classifier, real, best["arm"], _verdict(best)])
    head = ["set", "a class", "tested", "classifier", "real alone, %", "best arm", "its gain, points (the verdict)"]
    return _markdown(head, sorted(lines, key=lambda line: (line[0], int(line[1]), line[3])))


def _words(gains: Sequence[Row]) -> str:
    """Every cell whose verdict is another than *underpowered*."""
    found = [row for row in gains if row["word"] != "underpowered"]
    lines = [[row["classifier"], row["arm"], row["set"], row["size"], _verdict(row)] for row in found]
    order = {key: number for number, key in enumerate(_sorted({(line[0], line[1]) for line in lines}))}
    lines.sort(key=lambda line: (order[line[0], line[1]], line[2], int(line[3])))
    return _markdown(["classifier", "arm", "set", "a class", "gain, points (the verdict)"], lines)


def _verdict(row: Row) -> str:
    low, high = (100 * float(row[key]) for key in ("low", "high"))
    return f"{100 * float(row['difference']):+.1f} ({low:+.1f} to {high:+.1f}), {row['word']}"


def _worth(gains: Sequence[Row]) -> str:
    """Where an arm helps: how many real images alone are as good, read off their curve by the logarithm of the size."""
    lines = []
    for (classifier, arm), (set_, size, accuracy, low, high) in figures.reached(gains):
        curve = figures.curve(gains, set_, classifier)
        ends = [figures.read_off(curve, value) for value in (accuracy, low, high)]
        lines.append([classifier, arm, set_, str(size), "{} ({} to {})".format(*ends)])
    return _markdown(["classifier", "arm", "set", "a class", "as good as real images a class"], lines)


def _scores(gains: Sequence[Row], scores: Sequence[Row]) -> str:
    gain = {(row["cell"], row["classifier"], row["arm"]): float(row["difference"]) for row in gains}
    lines = []
    for classifier, (score, name), (judge, label) in itertools.product(
        sorted({key[1] for key in gain}), SCORES.items(), JUDGES.items()
    ):
        known = [
            (float(row[score]), gain[key], row["cell"].rpartition("-")[0])
            for row in scores
            if row["extractor"] == judge and row[score]
            if (key := (row["cell"], classifier, row["generator"])) in gain and row["selection"] == "random"
        ]
        if len({group for *_, group in known}) >= FEWEST_SETS and len({value for value, *_ in known}) > 1:
            values, differences, groups = zip(*known, strict=True)
            rho, low, high = rank_correlation(values, differences, groups)
            lines.append([classifier, name, label, str(len(known)), f"{rho:+.2f} ({low:+.2f} to {high:+.2f})"])
    return _markdown(["classifier", "score", "network", "generators", "rank correlation with the gain"], lines)


def _variance(gains: Sequence[Row]) -> str:
    groups = defaultdict(list)
    for row in gains:
        if row["disjoint"] == "true" and (ratio := draws_ratio(row)) is not None:
            groups[row["classifier"], row["arm"]].append((ratio, int(row["draws"]) - 1))
    lines = []
    for key in _sorted(groups):
        mean, low, high = variance_ratio(*zip(*groups[key], strict=True))
        lines.append([*key, str(len(groups[key])), f"{mean:.2f} ({low:.2f} to {high:.2f})"])
    return _markdown(["classifier", "arm", "cells", "variance between draws, in s2 / n_train"], lines)


def _cost(cost: Sequence[Row], on_gpu: set[str]) -> str:
    """CPU minutes by step, apart for the generators of the cells on_gpu, whose trainings waited for a GPU."""
    seconds: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    steps: dict[str, int] = defaultdict(int)
    for row in cost:
        seconds[row["rule"]][row["cell"] in on_gpu and row["study"] == "generators"] += float(row["cpu_seconds"])
        steps[row["rule"]] += int(row["steps"])
    largest = sorted(seconds, key=lambda rule: -sum(seconds[rule]))
    lines = [[rule, str(steps[rule]), *_minutes([seconds[rule]])] for rule in largest[:8]]
    total = ["all", str(sum(steps.values())), *_minutes(seconds.values())]
    return _markdown(["step", "how many", "CPU minutes, two cores", "16 cores beside a GPU"], [*lines, total])


def _minutes(seconds: Iterable[Sequence[float]]) -> list[str]:
    return [f"{sum(each) / 60:.0f}" for each in zip(*seconds, strict=True)]


def _in_order(found: Iterable[tuple[str, str, int]]) -> list[tuple[str, str]]:
    return _sorted({(classifier, arm) for arm, classifier, _ in found})


def _sorted(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    order = {name: number for number, name in enumerate([*figures.CLASSIFIERS, *figures.ARMS])}
    return sorted(keys, key=lambda key: [order[name] for name in key])


def _interval(value: Pooled | None) -> str:
    return f"{value.mean:+.1f} ({value.low:+.1f} to {value.high:+.1f}; {value.sets})" if value else ""


def _markdown(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    main()
