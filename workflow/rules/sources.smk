# Where the workflow's own files lie, also when they are used from another folder or by another workflow.
import contextlib
import io
import os
import sys
import tarfile
import tempfile
from pathlib import Path


def home(here):
    """The folder of this workflow, in which `here`, Snakemake's word for the folder of this file, is workflow/rules."""
    if isinstance(here, os.PathLike):
        return Path(here).parents[1]
    if not hasattr(here, "hosted_repo"):
        sys.stderr.write(f"augury: cannot be used from {here}; clone it, or name it by github(...) or gitlab(...)\n")
        sys.exit(2)
    # Snakemake takes files from a hosting provider one by one, and a script needs the library beside it.
    repository = here.hosted_repo.repo
    commit = repository.commit(here.ref).hexsha
    folder = Path(".snakemake", "augury", "sources", commit).resolve()
    if not folder.exists():
        packed = io.BytesIO()
        repository.archive(packed, commit, path=["workflow", "envs", "config"])
        packed.seek(0)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary, tarfile.open(fileobj=packed) as archive:
            archive.extractall(temporary, filter="data")
            with contextlib.suppress(OSError):  # another process was faster
                os.rename(temporary, folder)
    return folder


HOME = home(workflow.current_basedir)
sys.path.insert(0, str(HOME / "workflow" / "scripts"))


def own(path):
    """A file of the workflow: as seen from the working folder where it lies below, else absolute."""
    inside = os.path.relpath(HOME / path)
    return str(HOME / path) if inside.startswith("..") else inside
