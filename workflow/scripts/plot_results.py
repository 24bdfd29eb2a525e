"""Draw one figure of a study from its tables, predictions, histories or images.

Reads the files that the figure is made of (figure.py in its folder of augury/figures names them) and writes an SVG, or
a PNG where it is made of photographs. The same files give the same bytes.

    python workflow/scripts/plot_results.py --figure arms \\
        --input classification results/demo/tables/classification.tsv --output arms.svg
"""

import importlib
import inspect
from pathlib import Path

from augury.command import script
from augury.command.errors import UserError

FIGURES = sorted(path.parent.name for path in Path(__file__).parent.glob("augury/figures/*/draw.py"))


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--figure", choices=FIGURES, required=True, help="which figure")
    parser.add_argument(
        "--input", nargs="+", action="append", default=[], metavar=("NAME", "FILE"), help="what it is drawn from"
    )
    parser.add_argument("--output", type=Path, required=True, help="file to write, .svg or .png")
    args = script.start(parser, packages=("matplotlib", "seaborn", "pandas", "numpy"))

    # By name, so that another figure's code is no part of this one's.
    draw = importlib.import_module(f"augury.figures.{args.figure}.draw").draw
    inputs = {name: [Path(path) for path in paths] for name, *paths in args.input}
    needed = list(inspect.signature(draw).parameters)
    missing = [f"--input {name}" for name in needed if not inputs.get(name)]
    if missing:
        raise UserError(f"figure {args.figure} needs {' and '.join(missing)}, each with its files")
    if unknown := sorted(inputs.keys() - set(needed)):
        raise UserError(f"figure {args.figure} is not drawn from {unknown[0]}; leave --input {unknown[0]} out")
    if args.output.suffix not in (".svg", ".png"):
        raise UserError(f"--output {args.output} ends neither in .svg nor in .png")
    absent = [str(path) for paths in inputs.values() for path in paths if not path.exists()]
    if absent:
        raise UserError(f"{absent[0]} is missing ({len(absent)} in all); run the steps that write them")
    figure = draw(**inputs)

    from augury.figures import theme

    theme.save(figure, args.output)


if __name__ == "__main__":
    script.run(main)
