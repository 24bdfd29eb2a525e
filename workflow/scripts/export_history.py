"""Export the histories of trainings for TensorBoard: of a study that runs or has run, without training anything.

Reads the .jsonl that each training writes beside its log (logs/NAME/train_generator/..., train_classifier/...), a line
per tick, and writes a TensorBoard run for each below --output, by the same path: every number by its name (loss,
accuracy, learning rate ...) over the number of images seen, or over epochs. What was there of these runs is replaced.
Lines that a running training has not finished are passed over. tensorboardX writes the files; TensorBoard shows them.

    pip install tensorboardX tensorboard
    python workflow/scripts/export_history.py --logs logs/demo --output runs/demo
    tensorboard --logdir runs/demo
"""

from pathlib import Path

from augury.command import script


def main() -> None:
    parser = script.parser(__doc__)
    parser.add_argument("--logs", type=Path, required=True, help="logs of a study, logs/NAME, or some below them")
    parser.add_argument("--output", type=Path, required=True, help="folder of runs to write")
    args = script.start(parser)

    from augury.command.errors import UserError
    from augury.export.histories import histories_below, write_runs

    try:
        import tensorboardX  # noqa: F401
    except ImportError:
        raise UserError("tensorboardX is not installed; run `pip install tensorboardX`, then this again") from None
    histories = histories_below(args.logs)
    if not histories:
        raise UserError(f"{args.logs} holds no .jsonl of a training; name the logs of a study, such as logs/demo")
    points = write_runs(histories, args.output)
    script.tell(f"{args.output}: {len(histories)} runs with {points:,} numbers; tensorboard --logdir {args.output}")


if __name__ == "__main__":
    script.run(main)
