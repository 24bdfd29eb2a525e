"""Gather the predictions of all classifiers into tables with 95% intervals.

Reads predictions.tsv and classifier.json of every classifier, generator.json and scores.tsv of every generator. Writes
into a folder classification, models, by_seed, per_class, confusions, coverage (of prediction sets), synthetic,
generators, generator_pairs and runtime (.tsv); with a taxonomy ranks, with --selections copies.

    python workflow/scripts/tabulate_results.py --predictions results/demo/*/classifiers/*/*/seed*/predictions.tsv \\
        --classifiers results/demo/*/classifiers/*/*/seed*/classifier.json --output tables
"""

import json
from pathlib import Path

from augury.command import script
from augury.metrics.options import add_bootstrap, statistics


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--predictions", type=Path, nargs="*", default=[], help="predictions.tsv of each classifier")
    parser.add_argument("--classifiers", type=Path, nargs="*", default=[], help="classifier.json of each classifier")
    parser.add_argument("--generators", type=Path, nargs="*", default=[], help="generator.json of each generator")
    parser.add_argument("--scores", type=Path, nargs="*", default=[], help="scores.tsv of each generator")
    parser.add_argument(
        "--selections", type=Path, nargs="*", default=[], help="selection.json of pools that begin with training images"
    )
    parser.add_argument("--taxonomy", type=Path, help="TSV of the classes' ranks, for ranks.tsv")
    parser.add_argument("--not-run", type=json.loads, default={}, help="JSON: classifiers left out, and why")
    add_bootstrap(parser)
    parser.add_argument("--output", type=Path, required=True, help="folder to write the tables into")
    args = script.start(parser, packages=("numpy", "scipy"))

    from augury.metrics.confusions import summarise_confusions
    from augury.metrics.copies import summarise_copies
    from augury.metrics.coverage import summarise_coverage
    from augury.metrics.ranks import summarise_ranks
    from augury.metrics.seeds import summarise_seeds
    from augury.metrics.summaries import classes_left_out, summarise
    from augury.scores.generators import compare_generators, summarise_generators
    from augury.tables.by_seed import SeedRow
    from augury.tables.classification import write_classification
    from augury.tables.confusions import ConfusionRow
    from augury.tables.copies import CopyRow
    from augury.tables.coverage import CoverageRow
    from augury.tables.description import read_description
    from augury.tables.generator_pairs import PairRow
    from augury.tables.generators import GeneratorRow
    from augury.tables.grouping import grouped
    from augury.tables.models import ModelRow, model_rows
    from augury.tables.per_class import PerClassRow
    from augury.tables.predictions import read_predictions, run_of
    from augury.tables.ranks import RankRow
    from augury.tables.runtime import RuntimeRow, runtime_row
    from augury.tables.selections import pool_run_of
    from augury.tables.synthetic import ScoreRow
    from augury.tables.table import read_rows, write_rows
    from augury.tables.taxonomy import read_taxonomy

    settings = statistics(args)
    records = {path: read_description(path) for path in [*args.generators, *args.classifiers]}
    leaked = {run_of(path): bool(records[path].get("leaked")) for path in args.classifiers}
    groups = grouped(args.predictions, lambda path: run_of(path)[1:3])
    overall, by_class, by_seed, confused, of_ranks, covered = [], [], [], [], [], []
    absent: dict[tuple[str, str], list[str]] = {}
    for paths in groups.values():
        runs = [(run_of(path), read_predictions(path)) for path in paths]
        absent |= classes_left_out(runs)
        judged = any(leaked.get(run, False) for run, _ in runs), settings.bootstrap, settings.seed
        rows = summarise(runs, *judged)
        overall += rows[0]
        by_class += rows[1]
        by_seed += summarise_seeds(runs, judged[0])
        confused += summarise_confusions(runs, judged[0])
        covered += summarise_coverage(runs, judged[0])
        if args.taxonomy:
            of_ranks += summarise_ranks(runs, read_taxonomy(args.taxonomy, runs[0][1].classes), *judged)
    for (split, part), names in absent.items():
        script.tell(f"{split}: no {part} images of {', '.join(names)}; left out of the means over classes")
    print(f"intervals: {settings.bootstrap} bootstrap replicates, seed {settings.seed}")
    scores = [row for path in args.scores for row in read_rows(path, ScoreRow)]
    of_classifiers = [records[path] for path in args.classifiers]
    write_classification(args.output / "classification.tsv", overall, args.not_run)
    write_rows(args.output / "per_class.tsv", PerClassRow, by_class)
    write_rows(args.output / "confusions.tsv", ConfusionRow, confused)
    write_rows(args.output / "coverage.tsv", CoverageRow, covered)
    write_rows(args.output / "models.tsv", ModelRow, model_rows(overall, of_classifiers, args.not_run))
    write_rows(args.output / "by_seed.tsv", SeedRow, by_seed)
    if args.taxonomy:
        write_rows(args.output / "ranks.tsv", RankRow, of_ranks)
    write_rows(args.output / "synthetic.tsv", ScoreRow, scores)
    write_rows(args.output / "generators.tsv", GeneratorRow, summarise_generators(scores))
    write_rows(args.output / "generator_pairs.tsv", PairRow, compare_generators(scores))
    if args.selections:
        begun = [(pool_run_of(path), read_description(path)) for path in args.selections]
        write_rows(args.output / "copies.tsv", CopyRow, summarise_copies(begun))
    write_rows(args.output / "runtime.tsv", RuntimeRow, [runtime_row(record, path) for path, record in records.items()])


if __name__ == "__main__":
    script.run(main)
