"""What augury asks of Snakemake beyond its interface, which any version may rename.

Where a name is gone, a plan goes on without the nicety that it served, and tests/workflow/test_engine.py fails.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


class Engine:
    """A workflow of Snakemake. lacking: the names that this version of it does not have."""

    def __init__(self, workflow: Any) -> None:
        self._workflow = workflow
        self.lacking: list[str] = []
        # Known while the rules are read: whether another workflow uses them.
        self.is_module = self._get("modifier.base_snakefile", None) is not None

    @property
    def is_main(self) -> bool:
        """Whether this is the process that a user started; the jobs of a cluster plan anew."""
        return self._get("is_main_process", True)

    @property
    def at_a_time(self) -> int:
        """Jobs that may run side by side."""
        return self._get("resource_settings.cores", None) or self._get("resource_settings.nodes", None) or 1

    @property
    def on_cluster(self) -> bool:
        """Whether jobs are submitted, as nodes and not cores are counted."""
        return self._get("resource_settings.nodes", None) is not None

    @property
    def components(self) -> Mapping[str, int]:
        """How many independent pieces of a group of steps share a submission."""
        return self._get("group_settings.group_components", {})

    def limit(self, resource: str) -> int | None:
        """The most that a job may ask of a resource."""
        return getattr(self._get("global_resources", {}).get(resource), "value", None)

    def set_limit(self, resource: str, value: int) -> None:
        """Limit a resource, whatever the command line says."""
        self._get("register_resource", lambda *_: None)(resource, value)

    def log(self, rule: str, wildcards: Any) -> Path | None:
        """The log of a rule's job."""
        found = self._get("get_rule", lambda _: None)(rule)
        if found is None or not found.log:
            return None
        # A pattern holds its wildcards' constraints.
        return Path(str(found.expand_log(wildcards)[0]))

    @property
    def stores(self) -> bool:
        """Whether files lie in storage, from and to which those of a job are copied."""
        return self._get("storage_settings.default_storage_provider", None) is not None

    @property
    def sends_sources(self) -> bool:
        """Whether jobs run where the working folder is not: they are sent the workflow's sources."""
        shared = self._get("storage_settings.shared_fs_usage", ())
        return self.stores and not any(each.name == "SOURCES" for each in shared)

    def send(self, paths: Iterable[str | Path]) -> None:
        """Send such jobs these files, too: Snakemake does so with config files."""
        self._get("configfiles", []).extend(map(str, paths))

    @property
    def given(self) -> dict[str, Any]:
        """What the command line says of the config."""
        return self._get("config_settings.overwrite_config", {})

    @property
    def dry(self) -> bool:
        """Whether nothing is to be run."""
        return self._get("dryrun", False)

    @property
    def planned(self) -> bool:
        """Whether the jobs are known."""
        return self._get("dag", None) is not None

    def to_run(self) -> Iterable[tuple[str, Iterable[str]]]:
        """The rule and the outputs of each job that is to run; none where files are only touched."""
        if not self.planned or self._get("touch", False):
            return []
        jobs = self._get("dag.needrun_jobs", lambda **_: [])
        return ((job.rule.name, job.output) for job in jobs(exclude_finished=False))

    def force(self, path: str) -> bool:
        """Have a file made anew while the graph of jobs is being made; False where that is settled already."""
        forced = self._get("dag.forcefiles", {path})
        if path in forced:
            return False
        forced.add(path)
        return True

    def ungroup(self) -> None:
        """Let what runs on one machine have no groups of steps, which mean nothing there, but for dry runs.

        To see whether a job of a group is ready, Snakemake looks at all of the group, for each of them: a minute
        and more with 23,000 jobs.
        """
        if not self.on_cluster:
            for rule in self._get("rules", []):
                rule.group = None

    def look_less(self) -> None:
        """Spare a long run on one machine a core.

        Snakemake 9.27 looks at all ready jobs anew a second after each look, once for every job that has ended, for the
        sake of a limit of its rate that is of no use on one machine.
        """
        nodes = self._get("global_resources", {}).get("_nodes")
        if self._get("scheduler.job_rate_limiter", None) and getattr(nodes, "value", 1) is None:
            self._workflow.scheduler.job_rate_limiter = None

    def _get(self, name: str, otherwise: Any) -> Any:
        value = self._workflow
        for part in name.split("."):
            if not hasattr(value, part):
                self.lacking.append(name)
                return otherwise
            value = getattr(value, part)
        return value
