"""Gather the predictions of all classifiers on another test set into tables with 95% intervals.

Reads predictions.tsv and classifier.json of every classifier (predict_elsewhere, ensemble_classifiers). Writes
classification.tsv (a row per run, and the mean over runs) and per_class.tsv, as tabulate_results does, of test images.

    python workflow/scripts/tabulate_elsewhere.py --output results/demo/tests/other_site/tables \\
        --predictions results/demo/tests/other_site/*/classifiers/*/*/seed*/predictions.tsv \\
        --classifiers results/demo/tests/other_site/*/classifiers/*/*/seed*/classifier.json
"""

from pathlib import Path

from augury.command import script
from augury.metrics.options import add_bootstrap, statistics


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--predictions", type=Path, nargs="+", required=True, help="predictions.tsv of each classifier")
    parser.add_argument("--classifiers", type=Path, nargs="+", required=True, help="classifier.json of each classifier")
    add_bootstrap(parser)
    parser.add_argument("--output", type=Path, required=True, help="folder to write the tables into")
    args = script.start(parser, packages=("numpy", "scipy"))

    from augury.metrics.summaries import classes_left_out, summarise
    from augury.tables.classification import write_classification
    from augury.tables.description import read_description
    from augury.tables.grouping import grouped
    from augury.tables.per_class import PerClassRow
    from augury.tables.predictions import read_predictions, run_of
    from augury.tables.table import write_rows

    settings = statistics(args)
    leaked = {run_of(path): bool(read_description(path).get("leaked")) for path in args.classifiers}
    overall, by_class, absent = [], [], set[str]()
    for paths in grouped(args.predictions, lambda path: run_of(path)[1:3]).values():
        # Their validation rows are the study's own, and say which temperature a run has.
        runs = [(run_of(path), read_predictions(path)) for path in paths]
        absent |= {name for (_, part), names in classes_left_out(runs).items() if part == "test" for name in names}
        judged = any(leaked.get(run, False) for run, _ in runs), settings.bootstrap, settings.seed
        rows = summarise(runs, *judged)
        overall += [row for row in rows[0] if row.part == "test"]
        by_class += [row for row in rows[1] if row.part == "test"]
    if absent:
        script.tell(f"no images of {', '.join(sorted(absent))}; left out of the means over classes")
    write_classification(args.output / "classification.tsv", overall, {})
    write_rows(args.output / "per_class.tsv", PerClassRow, by_class)


if __name__ == "__main__":
    script.run(main)
