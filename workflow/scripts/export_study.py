"""Export a finished study as a folder to pass on: to an archive such as Zenodo, to reviewers, to other programs.

Reads results/NAME of a study that was run to its end, and changes nothing there. Writes --output, a new folder: tables
with a data dictionary, the methods text, splits and pools of synthetic images with their description in Croissant,
classifiers and generators with a card each, the workflow, all of it described as a Workflow Run RO-Crate, and the
SHA-256 of every file. What shows real images stays behind unless it is asked for: the report and figures that are made
of photographs (--with pictures), the originals and pools of real images (--with images).

    python workflow/scripts/export_study.py --results results/demo --output demo-export --licence CC-BY-4.0
    python workflow/scripts/export_study.py --results results/demo --output small --without weights pools
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--results", type=Path, required=True, help="folder of the finished study: results/NAME")
    parser.add_argument("--output", type=Path, required=True, help="folder to write, which is not there yet")
    parser.add_argument("--licence", default="", help="of what is passed on, by its SPDX name such as CC-BY-4.0")
    parser.add_argument("--authors", nargs="+", default=[], metavar="NAME", help="of what is passed on")
    parser.add_argument(
        "--without", nargs="+", default=[], choices=("weights", "pools"), help="what to leave out for its size"
    )
    parser.add_argument(
        "--with", dest="along", nargs="+", default=[], choices=("pictures", "images"),
        help="what shows real images and is taken along all the same",
    )  # fmt: skip
    args = script.start(parser, packages=("rocrate",))

    from augury.export.choosing import left_out
    from augury.export.finished import UNKNOWN, read_finished
    from augury.export.writing import export

    study = read_finished(args.results, args.licence, args.authors)
    size = export(study, args.output, args.without, args.along)
    for sentence in left_out(study, args.along):
        script.tell(sentence)
    if study.licence == UNKNOWN:
        script.tell("the licence of what is passed on is said to be unknown: name it by --licence")
    if study.image_licence == UNKNOWN:
        script.tell("the licence of the study's images is said to be unknown: name it by the config's key `licence`")
    script.tell(f"{args.output}: {size / 1e6:.1f} MB, ready to pass on; its README.md says what is in it")


if __name__ == "__main__":
    script.run(main)
