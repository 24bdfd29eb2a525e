"""Write a trained classifier, or an ensemble, as one ONNX file, for runtimes and machines without PyTorch.

Reads the folder of a classifier, or of an ensemble, whose members lie beside it. Writes --output. Its input `images` is
uint8 (N, C, S, S), any number N of images of the classifier's size, red, green and blue or grey from 0 to 255, prepared
like the training images (the file's metadata say how, and name the classes); members that see other sizes or colours
have inputs of their own, such as `images_224px_rgb`, each given the same images. Its output `probabilities` is float32
(N, K): normalisation, softmax, the average over views and members, and temperature are inside. The file is compared
with PyTorch in onnxruntime, and is not written where a probability differs by over 0.0001.

    python workflow/scripts/export_classifier.py --output lite0.onnx \\
        --classifier results/demo/holdout/classifiers/real/lite0/seed0
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--classifier", type=Path, required=True, help="folder of a trained classifier or an ensemble")
    parser.add_argument("--output", type=Path, required=True, help="file to write, .onnx")
    args = script.start(parser, packages=("torch", "timm", "onnx", "onnxruntime", "numpy"))

    from augury.prediction import export, use
    from augury.settings.reading import as_json

    used = use.load(args.classifier, "cpu", args.threads)
    parts = [export.Exporting(each.classifier, each.form, each.dihedral, each.weight) for each in used.members]
    module = export.Exported(parts, used.temperature)
    metadata = {"classes": used.classes, "preparation": as_json(used.preparation), "temperature": used.temperature}
    if len(used.forms) == 1:
        metadata |= used.forms[0]._asdict()
    difference = export.export(module, metadata, args.output)
    for each, form in zip(module.inputs, used.forms, strict=True):
        shape = f"(N, {form.channels}, {form.size_px}, {form.size_px})"
        script.tell(f"{args.output}: {each['name']}, uint8 {shape} -> probabilities of {len(used.classes)} classes")
    script.tell(f"onnxruntime and PyTorch differ by {difference:.1g} at most, over images of noise")


if __name__ == "__main__":
    script.run(main)
