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
    # Snakemake takes files out of a repository one by one, and a script needs the library beside it.
    if hasattr(here, "hosted_repo"):
        repository = here.hosted_repo.repo
    elif hasattr(here, "repo_path"):
        import git  # late, since it fails where there is no program of that name, which no folder needs

        repository = git.Repo(here.repo_path)
    else:
        sys.stderr.write(f"augury: cannot be used from {here}; name a clone of it, or github(...) or gitlab(...)\n")
        sys.exit(2)
    commit = repository.commit(here.ref).hexsha
    folder = Path(".snakemake", "augury", "sources", commit).resolve()
    if not folder.exists():
        packed = io.BytesIO()
        repository.archive(packed, commit, path=["workflow", "envs", "config"])
        packed.seek(0)
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary, tarfile.open(fileobj=packed) as archive:
            # Python before 3.11.4, as Debian 12 has it, knows no filters.
            filtered = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            archive.extractall(f"{temporary}/whole", **filtered)
            with contextlib.suppress(OSError):  # another process was faster
                os.rename(f"{temporary}/whole", folder)
    return folder


HOME = home(workflow.current_basedir)
sys.path.insert(0, str(HOME / "workflow" / "scripts"))


def own(path):
    """A file of the workflow: as seen from the working folder where it lies below, else absolute."""
    inside = os.path.relpath(HOME / path)
    return str(HOME / path) if inside.startswith("..") else inside
