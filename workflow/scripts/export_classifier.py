"""Write a trained classifier as an ONNX file, for runtimes and machines without PyTorch.

Reads a classifier's folder. Writes --output. Its input `images` is uint8 (N, C, S, S), any number N of images of the
classifier's size, red, green and blue or grey from 0 to 255, prepared like the training images (the file's metadata say
how, and name the classes). Its output `probabilities` is float32 (N, K): normalisation, softmax and temperature are
inside. The file is compared with PyTorch in onnxruntime, and is not written where a probability differs by over 0.0001.

    python workflow/scripts/export_classifier.py --output lite0.onnx \\
        --classifier results/demo/holdout/classifiers/real/lite0/seed0
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifier", type=Path, required=True, help="folder of a trained classifier")
    parser.add_argument("--output", type=Path, required=True, help="file to write, .onnx")
    args = script.start(parser, packages=("torch", "timm", "onnx", "onnxruntime", "numpy"))

    from augury.prediction import export, use
    from augury.settings.reading import as_json

    used = use.load(args.classifier, "cpu", args.threads)
    module = export.Exported(used.classifier, used.temperature, used.dihedral)
    metadata = {"classes": used.classes, "size_px": used.size_px, "channels": used.channels}
    metadata |= {"preparation": as_json(used.preparation), "temperature": used.temperature}
    difference = export.export(module, used.size_px, used.channels, metadata, args.output)
    shape = f"(N, {used.channels}, {used.size_px}, {used.size_px})"
    script.tell(f"{args.output}: uint8 {shape} -> probabilities of {len(used.classes)} classes")
    script.tell(f"onnxruntime and PyTorch differ by {difference:.1g} at most, over images of noise")


if __name__ == "__main__":
    script.run(main)
