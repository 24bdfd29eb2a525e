"""Write a page to look through a study's images by keys, and to correct their classes and specimens.

Reads the tables in a study's results folder and the images that they name, from where Snakemake was started. --what is
duplicates (images that look alike, side by side, those with two labels first), quarantine (what was left out, by
reason), splits (what is in which part, specimens together) or synthetic (synthetic images beside the training images
that they resemble most, and beside their parents). Writes --output, one HTML file that any browser opens; its `?` shows
the keys. What is corrected there is downloaded as corrections.tsv, which the study's key `corrections` takes.

    python workflow/scripts/browse_images.py results/demo --what splits --output splits.html
"""

from pathlib import Path

from augury.command import script
from augury.command.errors import UserError


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("results", type=Path, help="results folder of a study, such as results/demo")
    parser.add_argument("--what", choices=("duplicates", "quarantine", "splits", "synthetic"), required=True)
    parser.add_argument("--split", default="", help="of splits and synthetic: the split (default: the first)")
    parser.add_argument("--output", type=Path, required=True, help="page to write")
    args = script.start(parser, packages=("pillow", "numpy", "jinja2"))

    import dataclasses

    from augury.galleries import of_study, of_synthetic
    from augury.galleries.content import limited
    from augury.galleries.page import write_page

    if not (args.results / "images").is_dir():
        raise UserError(f"{args.results} holds no images of a study; run it, or name its results folder")
    if args.what == "splits":
        gallery = of_study.splits(args.results, args.split)
    elif args.what == "synthetic":
        gallery = of_synthetic.synthetic(args.results, args.split, args.threads)
    else:
        gallery = getattr(of_study, args.what)(args.results)
    gallery = dataclasses.replace(gallery, sections=limited(gallery.sections))
    write_page(gallery, args.output, args.threads)
    script.tell(f"{args.output}: {len(gallery.pictures)} images, opens in any browser")


if __name__ == "__main__":
    script.run(main)
