"""Test a trained classifier on the test part under a corruption, at five strengths.

Reads the classifier's folder and the packs of all classes at 224 px in colour, for which the corruption is defined.
Each image on which the classifier was tested is corrupted, brought to the classifier's size and predicted. Writes to
--output predictions.tsv, with the validation rows as they are, and five test rows of each image, SHA256-STRENGTH, which
are of one specimen; and classifier.json, what the classifier is.

    python workflow/scripts/predict_corrupted.py --classifier results/demo/holdout/classifiers/real/lite0/seed0 \\
        --corruption gaussian_blur --classes Tripos Ciliophora \\
        --packs results/demo/packs/224px-rgb/{Tripos,Ciliophora}.npy --output out
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifier", type=Path, required=True, help="folder of a trained classifier")
    parser.add_argument("--corruption", required=True, help="kind of the corruption, as in the config")
    parser.add_argument("--classes", nargs="+", required=True, help="the classes, in the order of --packs")
    parser.add_argument("--packs", type=Path, nargs="+", required=True, help="packs of these classes, 224px-rgb/*.npy")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N (default: auto)")
    parser.add_argument("--output", type=Path, required=True, help="folder of what is written")
    args = script.start(parser, packages=("torch", "timm", "numpy", "scipy", "pillow", "safetensors"))

    from augury.classifiers import elsewhere, model_folder
    from augury.classifiers.under_corruption import corrupted_part
    from augury.training.device import choose_device

    classifier, description = model_folder.load_classifier(args.classifier)
    device = choose_device(args.device, "fp32", args.threads, bf16_pays_on_cpu=False).device
    known, packs = args.classifier / "predictions.tsv", dict(zip(args.classes, args.packs, strict=True))
    part = corrupted_part(description, known, packs, args.corruption)
    elsewhere.predict(args.output, classifier, description, part, known, device)
    print(f"{description.label}: {len(part.rows)} images under {args.corruption}")


if __name__ == "__main__":
    script.run(main)
