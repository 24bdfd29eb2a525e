"""Run the atlas: every cell, from the smallest training parts up, and what each has measured into atlas/measured.

    python atlas/run.py                                  # probes and small networks on real images, then generators
    python atlas/run.py --layers recipe                  # without generators
    python atlas/run.py --cells hushem-20 pbc-20 --layers recipe generators finetuned

A cell has two studies: `recipe`, of real images alone, and `generators`, of fewer draws of the training part, as a draw
takes minutes. The layers `finetuned` and `ratios` lie over them. A cell whose images are not there is passed over in a
sentence. Started again, it goes on: Snakemake runs what is missing, and `--new` passes over studies that stand in
atlas/measured with all that is asked for.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import collect
import yaml
from cells import HERE, STUDIES, Cell, every_cell

from augury.store.entries import SEEN, link_or_copy
from augury.store.shelf import NAME

OVER = {"recipe": ["finetuned"], "generators": ["ratios", "finetuned"]}  # what lies over each study
LAYERS = [*STUDIES, "ratios", "finetuned"]
TABLES = {"recipe": ["verdict"], "generators": ["verdict", "synthetic"]}
LOOKED_AT = Path(NAME, SEEN)  # below the results of a study


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--cells", nargs="+", metavar="SET-SIZE", help="these alone (default: all)")
    made.add_argument(
        "--layers", nargs="+", default=[*STUDIES], choices=LAYERS, metavar="LAYER", help=", ".join(LAYERS)
    )
    made.add_argument("--new", action="store_true", help="only what atlas/measured lacks")
    made.add_argument("--cores", default="all", help="as Snakemake's")
    made.add_argument(
        "--gpus", type=int, default=1, help="steps at a time on a GPU (default: 1; more under NVIDIA's MPS)"
    )
    args = made.parse_args()
    failed = []
    for study in [each for each in STUDIES if each in args.layers]:
        for cell in every_cell():
            if args.cells and cell.name not in args.cells:
                continue
            layers = layers_of(cell, study, args.layers)
            if args.new and _stands(cell, study, layers):
                continue
            if not Path(cell.images).is_dir():
                print(
                    f"atlas: {cell.name} is left out, as {cell.images} is missing; atlas/README.md says where it is had"
                )
                continue
            lend(cell, study)
            if not _run(cell, study, layers, ["--cores", args.cores, "--resources", f"gpu={args.gpus}"]):
                failed.append(f"{cell.name} ({study})")
                continue
            collect.collect(cell, study)
            print(f"atlas: {cell.name} is measured ({study})", flush=True)
    if failed:
        sys.exit(
            f"atlas: {', '.join(failed)} failed; Snakemake's messages above say why. Run it again when they are mended"
        )


def layers_of(cell: Cell, study: str, asked: list[str]) -> list[Path]:
    """The configs of a study, each over those before it."""
    over = [layer for layer in OVER[study] if layer in asked]
    fewer = ["three_folds" if cell.disjoint else "three_repeats"] if study == "generators" else []
    below, above = ([HERE / f"{name}.yaml" for name in names] for names in (["common", study, *over], fewer))
    return [*below, cell.config, *above]


def _stands(cell: Cell, study: str, layers: list[Path]) -> bool:
    arms, classifiers = collect.trained(cell, study)
    return _named("arms", layers) <= arms and _named("classifiers", layers) <= classifiers


def _named(section: str, layers: list[Path]) -> set[str]:
    settings: list[dict[str, Any]] = [yaml.safe_load(layer.read_text(encoding="utf-8")) for layer in layers]
    return {name for each in settings for name in each.get(section, {})}


def lend(cell: Cell, study: str) -> None:
    """Give a study what networks have seen of the set's images in its others: the store keeps it by content."""
    own = cell.results(study) / LOOKED_AT
    for other in every_cell():
        if other.set_ != cell.set_:
            continue
        for seen in [other.results(each) / LOOKED_AT for each in STUDIES]:
            if seen == own or not seen.is_dir():
                continue
            for path in seen.glob("*/*/**/*"):  # of entries, and no lock
                target = own / path.relative_to(seen)
                if path.is_file() and not target.exists():
                    link_or_copy(path, target)


def _run(cell: Cell, study: str, layers: list[Path], limits: list[str]) -> bool:
    named = ["--config", f"dataset={cell.dataset(study)}"]
    targets = [f"{cell.results(study)}/tables/{table}.tsv" for table in TABLES[study]]
    words = ["snakemake", *limits, "--keep-going", "--configfile", *map(str, layers), *named, "--", *targets]
    watched = [sys.executable, "workflow/scripts/watch_study.py", *words]
    return subprocess.run(watched, check=False).returncode == 0


if __name__ == "__main__":
    main()
