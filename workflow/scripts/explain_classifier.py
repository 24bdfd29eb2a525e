"""Show what a trained classifier, or an ensemble, looks at, and how it arranges images.

Reads its folder (an ensemble's members lie beside it), the predictions of the model that the images are chosen by (so
that all classifiers show the same), packs and splits, one file per class and in the order of the classifier's classes,
and the pools of its arm. Writes to --output: grad_cam.png (a row of test images above a row with their maps; of an
ensemble the mean of its members' maps), grad_cam.tsv (what they are), umap.tsv (one point per image) and features.npy
(the features behind the points, float32). Nothing is trained or chosen.

    python workflow/scripts/explain_classifier.py --classifier results/demo/holdout/classifiers/real/cnn/seed0 \\
        --choice results/demo/holdout/classifiers/real/cnn/seed0/predictions.tsv --output out \\
        --packs packs/Tripos.npy packs/Ciliophora.npy --splits splits/Tripos.tsv splits/Ciliophora.tsv
"""

from argparse import ArgumentParser
from pathlib import Path

from augury.command import script


def main() -> None:
    args = script.start(options(), packages=("torch", "timm", "grad-cam", "umap-learn", "numba", "numpy"))
    from augury.explain.packages import check_packages

    check_packages()
    from augury.ensembles.folders import members_of, record_of
    from augury.explain import choice, data, grad_cam, maps
    from augury.explain.looking import look
    from augury.images.arrays import save_array
    from augury.settings.reading import read_settings
    from augury.study.results import Explain
    from augury.tables.explanations import MapRow
    from augury.tables.predictions import read_predictions
    from augury.tables.table import write_rows
    from augury.training.device import choose_device

    settings = read_settings(args.settings, Explain)
    record = record_of(args.classifier)
    predictions, chooser = read_predictions(args.classifier / "predictions.tsv"), read_predictions(args.choice)
    part = choice.explained_part(predictions)
    sources = data.Sources(args.packs, args.splits, args.pools)
    wanted = choice.choose(chooser, settings.images)
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False)
    label = f"{record['classifier']} on {record['arm']}"

    folders = members_of(args.classifier, record)
    looking, points, features = look(folders, predictions, sources, part, settings.umap_images, wanted, device.device)
    rows = grad_cam.write(args.output, looking, predictions, wanted, device.device)
    layer = rows[0].layer if rows else ""
    script.tell(f"{label}: Grad-CAM of {len(rows)} {part} images at {layer or 'no layer, as it has none with places'}")
    embedding = maps.embed(features, settings.umap_neighbors, settings.umap_min_dist)
    columns = (embedding[:, 0].tolist(), embedding[:, 1].tolist(), points.kinds, points.labels, points.names)
    classes = record["classes"]
    made = [MapRow(x, y, kind, classes[k], name) for x, y, kind, k, name in zip(*columns, strict=False)]
    write_rows(args.output / "umap.tsv", MapRow, made)
    save_array(args.output / "features.npy", features)
    script.tell(f"{label}: UMAP of {len(made)} images, {features.shape[1]} features each")


def options() -> ArgumentParser:
    """The command line."""
    made = script.parser(__doc__)
    made.add_argument("--classifier", required=True, type=Path, help="folder of a trained classifier or an ensemble")
    made.add_argument("--choice", required=True, type=Path, help="predictions.tsv that the shown images are chosen by")
    made.add_argument("--packs", required=True, nargs="+", type=Path, help="packs/.../CLASS.npy, one per class")
    made.add_argument("--splits", required=True, nargs="+", type=Path, help="splits/SPLIT/CLASS.tsv, one per class")
    made.add_argument("--pools", nargs="+", type=Path, help="index.tsv of a pool, one per class; only with a generator")
    made.add_argument("--settings", default="{}", help="the config's `explain` as JSON: images, umap_neighbors ...")
    made.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    made.add_argument("--output", required=True, type=Path, help="folder of what is written")
    return made


if __name__ == "__main__":
    script.run(main)
