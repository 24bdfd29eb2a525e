"""Run the atlas: every cell, from the smallest training parts up, and what each has measured into atlas/measured.

    python atlas/run.py                                  # probes and small networks on real images, then generators
    python atlas/run.py --layers recipe                  # without generators
    python atlas/run.py --cells hushem-20 pbc-20 --layers recipe generators finetuned

A cell whose images are not there is passed over in a sentence. Started again, it goes on: Snakemake runs what is
missing, and `--new` passes over cells that stand in atlas/measured for all the layers that are asked for.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import collect
import yaml
from cells import HERE, Cell, every_cell

from augury.store.entries import SEEN, link_or_copy
from augury.store.shelf import NAME

LAYERS = ("recipe", "generators", "finetuned")
TABLES = ("verdict", "synthetic")
LOOKED_AT = Path(NAME, SEEN)  # below the results of a study


def main() -> None:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--cells", nargs="+", metavar="SET-SIZE", help="these alone (default: all)")
    made.add_argument(
        "--layers", nargs="+", default=["recipe", "generators"], metavar="LAYER", help="recipe, generators, finetuned"
    )
    made.add_argument("--new", action="store_true", help="only what atlas/measured lacks")
    made.add_argument("--cores", default="all", help="as Snakemake's")
    args = made.parse_args()
    failed = []
    for cell in every_cell():
        if args.cells and cell.name not in args.cells:
            continue
        if args.new and set(_arms(args.layers)) <= collect.arms_of(cell):
            continue
        if not Path(cell.images).is_dir():
            print(
                f"atlas: {cell.name} is left out, as {cell.images} is missing; atlas/README.md says where it can be had"
            )
            continue
        lend(cell)
        if not _run(cell, args.layers, args.cores):
            failed.append(cell.name)
            continue
        collect.collect(cell)
        print(f"atlas: {cell.name} is measured", flush=True)
    if failed:
        sys.exit(
            f"atlas: {', '.join(failed)} failed; Snakemake's messages above say why. Run it again when they are mended"
        )


def _arms(layers: list[str]) -> list[str]:
    return [arm for layer in layers for arm in yaml.safe_load((HERE / f"{layer}.yaml").read_text()).get("arms", {})]


def lend(cell: Cell) -> None:
    """Give a cell what networks have seen of the set's images in its other cells: the store keeps it by content."""
    own = cell.results / LOOKED_AT
    for other in every_cell():
        seen = other.results / LOOKED_AT
        if other.set_ == cell.set_ and other != cell and seen.is_dir():
            for path in seen.glob("*/*/**/*"):  # of entries, and no lock
                target = own / path.relative_to(seen)
                if path.is_file() and not target.exists():
                    link_or_copy(path, target)


def _run(cell: Cell, layers: list[str], cores: str) -> bool:
    configs = [HERE / f"{layer}.yaml" for layer in layers] + [cell.config]
    wanted = TABLES if "generators" in layers else TABLES[:1]
    targets = [f"{cell.results}/tables/{table}.tsv" for table in wanted]
    words = ["snakemake", "--cores", cores, "--keep-going", "--configfile", *map(str, configs), "--", *targets]
    watched = [sys.executable, "workflow/scripts/watch_study.py", *words]
    return subprocess.run(watched, check=False).returncode == 0


if __name__ == "__main__":
    main()
