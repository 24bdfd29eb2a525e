"""Predictions in the forms of other programs: Darwin Core, for biodiversity archives, and EcoTaxa's import.

Darwin Core (https://dwc.tdwg.org/terms) as OBIS recommends it for images that a machine identified: MachineObservation,
PredictedByMachine, and the software as identificationReferences. EcoTaxa's import has a second line that names types:
[t] is text, [f] a number. Where the classifier abstains, or an image is unlike all that it knows, no name is given, and
what it would have said stands among the remarks.
"""

import csv
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from augury.command import script
from augury.command.files import atomic
from augury.ensembles.folders import record_of
from augury.images.files import file_sha256
from augury.methods.software import UNKNOWN, citation

RANKS = ("kingdom", "phylum", "class", "order", "family", "genus")  # of Darwin Core
NAMELESS = "incertae sedis"
DARWIN_CORE, ECOTAXA = "dwc", "ecotaxa"
Line = Mapping[str, object]  # of the own table


@dataclass(frozen=True, slots=True)
class Model:
    """What made the predictions."""

    name: str
    sha256: str  # of its weights; of an ensemble of its description
    version: str  # of augury
    now: datetime

    @property
    def reference(self) -> str:
        """Software and model, so that they can be told from any others."""
        return f"augury {self.version}; classifier {self.name}; sha256 {self.sha256}"


def model_of(folder: Path) -> Model:
    """Of the folder of a classifier or an ensemble."""
    record, weights = record_of(folder), folder / "classifier.safetensors"
    name = "/".join(str(record[key]) for key in ("arm", "classifier", "split")) + f"/seed{record['seed']}"
    digest = file_sha256(weights if weights.exists() else folder / "classifier.json")
    return Model(name, digest, citation().get("version", UNKNOWN), datetime.now(UTC))


def write_format(kind: str, path: Path, lines: Iterable[Line], ranks: Sequence[str], model: Model) -> None:
    """Write the table; lines: of the own table, by column. ranks: of the taxonomy that the lines name."""
    if kind == ECOTAXA and not path.name.startswith("ecotaxa"):
        script.tell("EcoTaxa imports tables whose names begin with ecotaxa: name it so, and put it beside the images")
    header, types, made = _FORMS[kind](ranks, model, path.parent)
    with (
        atomic(path) as temporary,
        open(temporary, "w", newline="", encoding="utf-8", errors="surrogateescape") as file,
    ):
        writer = csv.writer(file, dialect="excel-tab", lineterminator="\n")
        writer.writerow(header)
        if types:
            writer.writerow(types)
        writer.writerows(made(line) for line in lines)


Form = tuple[list[str], list[str], Callable[[Line], list[object]]]


def _darwin_core(ranks: Sequence[str], model: Model, folder: Path) -> Form:
    known = [rank for rank in RANKS if rank in ranks]
    header = ["occurrenceID", "basisOfRecord", "occurrenceStatus", "associatedMedia", "scientificName", *known,
              "verbatimIdentification", "identificationVerificationStatus", "identificationReferences",
              "identificationRemarks", "dateIdentified"]  # fmt: skip

    def line(row: Line) -> list[object]:
        named = not _doubtful(row)
        taxa = [row[f"rank:{rank}"] if named else "" for rank in known]
        identity = f"urn:sha256:{file_sha256(Path(str(row['path'])))}"
        name = row["predicted"] if named else NAMELESS
        return [identity, "MachineObservation", "present", row["path"], name, *taxa, row["predicted"],
                "PredictedByMachine", model.reference, _remarks(row), model.now.date().isoformat()]  # fmt: skip

    return header, [], line


def _ecotaxa(ranks: Sequence[str], model: Model, folder: Path) -> Form:
    columns = {
        "img_file_name": "t", "img_rank": "f", "object_id": "t", "object_annotation_category": "t",
        "object_annotation_status": "t", "object_annotation_date": "t", "object_annotation_time": "t",
        "object_probability": "f", "object_out_of_distribution_score": "f", "object_remarks": "t", "process_id": "t",
        "process_software": "t", "process_classifier": "t", "process_classifier_sha256": "t",
    }  # fmt: skip
    day, time = model.now.strftime("%Y%m%d"), model.now.strftime("%H%M%S")

    def line(row: Line) -> list[object]:
        file, named = os.path.relpath(str(row["path"]), folder), not _doubtful(row)
        status = [row["predicted"], "predicted", day, time] if named else ["", "", "", ""]
        score = row["score"]
        return [file, 0, Path(file).with_suffix("").as_posix(), *status, f"{row['probability']:.6g}",
                "" if score is None else f"{score:.6g}", _remarks(row), f"augury_{model.sha256[:12]}",
                f"augury {model.version}", model.name, model.sha256]  # fmt: skip

    return list(columns), [f"[{kind}]" for kind in columns.values()], line


_FORMS: dict[str, Callable[[Sequence[str], Model, Path], Form]] = {DARWIN_CORE: _darwin_core, ECOTAXA: _ecotaxa}


def _doubtful(row: Line) -> bool:
    return bool(row["abstained"]) or bool(row["out_of_distribution"])


def _remarks(row: Line) -> str:
    said = [f"{row['predicted']} with calibrated probability {row['probability']:.3f}"]
    said += [f"may be of {row['prediction_set']}"] if row["prediction_set"] else []
    said += ["the classifier abstains"] if row["abstained"] else []
    said += ["unlike all images that it was trained on"] if row["out_of_distribution"] else []
    return "; ".join(said)
