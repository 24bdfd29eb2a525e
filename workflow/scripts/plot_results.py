"""Draw one figure of a study from its tables, predictions, histories or images.

Reads the files that the figure is made of (augury/figures/registry.py names them) and writes an SVG, or a PNG where it
is made of photographs. The same files give the same bytes.

    python workflow/scripts/plot_results.py --figure arms \\
        --classification results/demo/tables/classification.tsv --output arms.svg
"""

import importlib
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    from augury.figures.registry import FIGURES

    parser = script.parser(__doc__)
    parser.add_argument("--figure", choices=sorted(FIGURES), required=True, help="which figure")
    parser.add_argument("--classification", type=Path, nargs="+", help="tables/classification.tsv")
    parser.add_argument("--verdict", type=Path, nargs="+", help="tables/verdict.tsv")
    parser.add_argument("--differences", type=Path, nargs="+", help="tables/differences.tsv")
    parser.add_argument("--worth", type=Path, nargs="+", help="tables/worth.tsv")
    parser.add_argument("--generators", type=Path, nargs="+", help="tables/generators.tsv")
    parser.add_argument("--synthetic", type=Path, nargs="+", help="tables/synthetic.tsv")
    parser.add_argument("--predictions", type=Path, nargs="+", help="predictions.tsv of classifiers")
    parser.add_argument("--histories", type=Path, nargs="+", help="history.tsv of classifiers, generators or searches")
    parser.add_argument("--pools", type=Path, nargs="+", help="index.tsv of pools of synthetic images")
    parser.add_argument("--packs", type=Path, nargs="+", help="packs of real images, CLASS.npy")
    parser.add_argument("--splits", type=Path, nargs="+", help="splits of the same classes, CLASS.tsv")
    parser.add_argument(
        "--sheets", type=Path, nargs="+", help="sheets of images in the folders of generators or scores"
    )
    parser.add_argument(
        "--descriptions", type=Path, nargs="+", help="generator.json or selection.json beside each sheet"
    )
    parser.add_argument("--explanations", type=Path, nargs="+", help="grad_cam.tsv beside each sheet")
    parser.add_argument("--maps", type=Path, nargs="+", help="umap.tsv of classifiers")
    parser.add_argument("--neighbours", type=Path, nargs="+", help="neighbours.tsv beside each sheet")
    parser.add_argument("--output", type=Path, required=True, help="file to write, .svg or .png")
    args = script.start(parser, packages=("matplotlib", "seaborn", "pandas", "numpy"))

    inputs = {option: getattr(args, option) for option in FIGURES[args.figure].inputs}
    missing = [f"--{option}" for option, paths in inputs.items() if not paths]
    if missing:
        raise UserError(f"figure {args.figure} needs {' and '.join(missing)}")
    if args.output.suffix not in (".svg", ".png"):
        raise UserError(f"--output {args.output} ends neither in .svg nor in .png")
    absent = [str(path) for paths in inputs.values() for path in paths if not path.exists()]
    if absent:
        raise UserError(f"{absent[0]} is missing ({len(absent)} in all); run the steps that write them")

    # By name, so that another figure's code is no part of this one's.
    module = importlib.import_module(f"augury.figures.{args.figure}")
    figure = module.draw(**inputs)

    from augury.figures import theme

    theme.save(figure, args.output)


if __name__ == "__main__":
    script.run(main)
