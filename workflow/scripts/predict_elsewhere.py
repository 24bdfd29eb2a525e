"""Test a trained classifier on another test set.

Reads the classifier's folder, the table of images that count (admit_elsewhere), and the packs of the set's classes, as
the classifier's own images were packed. Writes to --output predictions.tsv, with the rows of the study's validation
images as they are (temperatures, weights of ensembles and the worst class are chosen by them) and those of this set as
test rows; and classifier.json, what the classifier is.

    python workflow/scripts/predict_elsewhere.py --classifier results/demo/holdout/classifiers/real/lite0/seed0 \\
        --images results/demo/tests/other_site/images.tsv --classes Tripos \\
        --packs results/demo/tests/other_site/images/Tripos/224px-rgb.npy --output out
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifier", type=Path, required=True, help="folder of a trained classifier")
    parser.add_argument("--images", type=Path, required=True, help="the table of images that count")
    parser.add_argument("--classes", nargs="+", required=True, help="the set's classes, in the order of --packs")
    parser.add_argument("--packs", type=Path, nargs="+", required=True, help="packs of these classes, .npy")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--output", type=Path, required=True, help="folder of what is written")
    args = script.start(parser, packages=("torch", "timm", "numpy", "safetensors"))

    from augury.classifiers import elsewhere, model_folder
    from augury.training.device import choose_device

    classifier, description = model_folder.load_classifier(args.classifier)
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False).device
    part = elsewhere.read_part(description, args.images, dict(zip(args.classes, args.packs, strict=True)))
    known = args.classifier / "predictions.tsv"
    elsewhere.predict(args.output, classifier, description, part, known, device)
    print(f"{description.label}: {len(part.rows)} images")


if __name__ == "__main__":
    script.run(main)
