"""Look at the images before anything is trained on them: views of few specimens, and files that tell the class.

Reads one folder per class with index.tsv, headers.tsv and fingerprints.npy, as index_class writes them, and the tables
of the splits; no image is opened. Writes warnings.tsv (what was noticed, in words, with the remedy), views.tsv (how
much the images of each class look like views of few specimens) and shortcuts.tsv (how well properties of the files tell
the classes).
Nothing is changed by it and nothing waits for it but the report.

    python workflow/scripts/inspect_images.py \\
        --class-folders results/demo/images/Tripos results/demo/images/Ciliophora \\
        --splits results/demo/splits/fold1/*.tsv --warnings warnings.tsv --views views.tsv --shortcuts shortcuts.tsv
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--class-folders", type=Path, nargs="+", required=True, help="one folder per class")
    parser.add_argument("--splits", type=Path, nargs="*", default=[], help="splits/SPLIT/CLASS.tsv of each")
    for name in ("warnings", "views", "shortcuts"):
        parser.add_argument(f"--{name}", type=Path, required=True, help=f"the table of {name} to write")
    args = script.start(parser, packages=("numpy",))

    from augury.inspection.inspect import inspect
    from augury.inspection.messages import lines
    from augury.tables.inspection import ShortcutRow, ViewsRow, WarningRow
    from augury.tables.table import write_rows

    inspection = inspect(args.class_folders, args.splits)
    write_rows(args.warnings, WarningRow, inspection.warnings)
    write_rows(args.views, ViewsRow, inspection.views)
    write_rows(args.shortcuts, ShortcutRow, inspection.shortcuts)
    for line in lines(inspection.warnings):
        script.tell(line)
    count = len(inspection.warnings)
    print(f"{count} warnings and hints on {len(inspection.views)} classes; the report shows all of them")


if __name__ == "__main__":
    script.run(main)
