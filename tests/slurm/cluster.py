"""A SLURM on this machine, of one node or several: Debian's own daemons, on the loopback, their files in one folder.

Needs root, as its daemons do. Every daemon that is started here is ended here, by its process id.
"""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.packages import path_of

PACKAGES = {"slurmctld": "slurm-wlm", "munged": "munge"}

# Preemption by a partition of higher priority, two fake GPUs, a scheduler that does not wait for more work. A job that
# is queued again waits until the credentials of its first start have expired: for 30 s. Memory beyond what was asked
# for ends a job.
CONFIG = """
ClusterName=augury
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=30
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool/%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
MpiDefault=none
ReturnToService=2
KillWait=20
MinJobAge=86400
JobRequeue=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
SchedulerParameters=sched_interval=2,bf_interval=5,sched_min_interval=100000
SlurmdParameters=config_overrides
GresTypes=gpu
{nodes}
PartitionName=work Nodes=ALL Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes=ALL MaxTime=INFINITE State=UP PriorityTier=10
"""
NODE = "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} RealMemory={memory} Gres=gpu:2"
GRES = "NodeName={name} Name=gpu File=/dev/null\nNodeName={name} Name=gpu File=/dev/zero\n"


class Cluster:
    """A cluster as a context manager; `environment` is what a process needs to speak to it.

    folder: an empty folder of its own. cpus, memory: of each node, the latter in megabytes, whatever the machine has.
    """

    def __init__(self, folder: Path, cpus: int = 2, memory: int = 32000, nodes: int = 1) -> None:
        self.folder, self._running = Path(folder), []
        host = socket.gethostname().partition(".")[0]
        self.nodes = [host] if nodes == 1 else [f"{host}{number}" for number in range(nodes)]
        of_node = {"host": host, "cpus": cpus, "memory": memory}
        lines = [NODE.format(name=name, port=_free_port(), **of_node) for name in self.nodes]
        values = {"host": host, "folder": self.folder, "controller_port": _free_port(), "nodes": "\n".join(lines)}
        for name in ("state", *(f"spool/{node}" for node in self.nodes)):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "slurm.conf").write_text(CONFIG.format(**values))
        (self.folder / "gres.conf").write_text("".join(GRES.format(name=name) for name in self.nodes))
        self.environment = os.environ | {"SLURM_CONF": str(self.folder / "slurm.conf")}
        # Snakemake's job step calls srun without SLURM's variables; a real cluster has its file where srun looks.
        self._wrap("srun", f'SLURM_CONF={self.folder}/slurm.conf exec {path_of("srun")} "$@"')
        # Without an accounting database, sacct knows nothing; the last word is the name of the jobs that are asked for.
        self._wrap(
            "sacct", "for name; do :; done", "exec squeue --states=all --noheader '--format=%i|%T' --name \"$name\""
        )
        self.environment["PATH"] = f"{self.folder / 'bin'}{os.pathsep}{self.environment['PATH']}"

    def __enter__(self) -> "Cluster":
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        try:
            files = {
                name: self.folder / f"munge.{name.partition('-')[0]}"
                for name in ("socket", "key-file", "log-file", "pid-file", "seed-file")
            }
            # By force: it is unwilling to work below a folder that only its owner may enter, as tests have them.
            self._start("munged", "--foreground", "--force", *(f"--{name}={path}" for name, path in files.items()))
            _wait_for((self.folder / "munge.socket").exists, "munged")
            self._start("slurmctld", "-D")
            for node in self.nodes:
                self._start("slurmd", "-D", "-N", node)
            _wait_for(lambda: self.call("sinfo", "--noheader", "--format=%T", check=False).startswith("idle"), "sinfo")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # With munged gone, SLURM's commands try for minutes.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.call("scancel", "--quiet", "--user=root", check=False, timeout=30)
        for process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def call(self, *words: str, check: bool = True, timeout: float | None = None) -> str:
        """What one of SLURM's own commands prints."""
        done = subprocess.run(
            words,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=timeout,
        )
        assert not check or done.returncode == 0, f"{words}: {done.stdout}"
        return done.stdout

    def jobs(self) -> list[dict[str, str]]:
        """Every job that the controller remembers, as scontrol describes it."""
        text = self.call("scontrol", "--oneliner", "--all", "show", "job", check=False)
        return [
            dict(word.partition("=")[::2] for word in line.split(" ") if "=" in word)
            for line in text.splitlines()
            if line.startswith("JobId=")
        ]

    def _wrap(self, program: str, *lines: str) -> None:
        path = self.folder / "bin" / program
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
        path.chmod(0o755)

    def _start(self, program: str, *options: str) -> None:
        with (self.folder / f"{program}.out").open("a") as output:
            command = [path_of(program), *options]
            self._running.append(
                subprocess.Popen(command, env=self.environment, stdout=output, stderr=subprocess.STDOUT)
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(ready, what: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, f"{what} did not become ready in {seconds:.0f} s"
        time.sleep(0.2)
