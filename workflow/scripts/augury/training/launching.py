"""Starting the processes that train one network, by torchrun: on this machine, or on all nodes of a SLURM job.

Each runs this process's own command line anew, and knows by torchrun's variables which it is. What they say goes to its
log; it waits, passes on what it is asked to do, and ends as they did. https://docs.pytorch.org/docs/stable/elastic
"""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

import torch
from torch.distributed.elastic.multiprocessing import DefaultLogsSpecs, SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError, ProcessFailure
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from augury.command import peers, script, time_limit
from augury.command.errors import Ended, Stopped, UserError
from augury.command.parent import Parent, patient
from augury.training.device import gpu_names
from augury.training.interruption import StopRequest
from augury.training.sharing import claim

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)
END_SECONDS = 60  # in which a process has to save and end
ASKED_TO = (143, -signal.SIGTERM, -signal.SIGUSR1, -signal.SIGINT)  # codes of processes that ended as they were asked


def launch(count: int, device: str) -> None:
    """Run this command line as `count` processes, and return when all have ended well.

    device: as in the settings. Raises UserError where there are too few GPUs, Stopped after a signal, and Ended with
    the code of the process that failed first.
    """
    nodes = time_limit.nodes()
    if count % nodes:
        raise UserError(f"`gpus: {count}` cannot be shared by {nodes} nodes; make it a multiple of their number")
    if script.log_path():
        os.environ.setdefault(peers.CONSOLE, script.console_path())
    if nodes > 1 and not peers.starts_others():
        _launch_on_nodes(nodes)
    else:
        _launch_here(count // nodes, nodes, device)


def _launch_here(count: int, nodes: int, device: str) -> None:
    _watch_parent()
    os.environ |= _chosen_gpus(count, device) | {"AUGURY_PARENT": str(os.getpid())}
    meeting: dict[str, Any] = {"rdzv_backend": "c10d", "rdzv_endpoint": "localhost:0"}
    if nodes > 1:
        number = {"rank": int(os.environ["SLURM_NODEID"])}
        meeting = {"rdzv_backend": "static", "rdzv_endpoint": os.environ[peers.MEETING], "rdzv_configs": number}
    config = LaunchConfig(
        min_nodes=nodes,
        max_nodes=nodes,
        nproc_per_node=count,
        run_id=os.environ.get("SLURM_JOB_ID", "augury"),
        max_restarts=0,
        monitor_interval=0.5,
        logs_specs=DefaultLogsSpecs(),
        signals_to_handle=",".join(each.name for each in SIGNALS),
        shutdown_timeout=END_SECONDS,
        **meeting,
    )
    logging.getLogger("torch.distributed.elastic.agent.server.api").addFilter(_tells)
    handlers = {each: signal.getsignal(each) for each in SIGNALS}
    try:
        elastic_launch(config, sys.executable)(*sys.argv)
    except SignalException as asked:
        raise Stopped(f"stopped by {asked.sigval.name}, with all of its processes") from None
    except ChildFailedError as error:
        raise _ended(error.failures) from None
    finally:
        for each, handler in handlers.items():  # those of torchrun raise
            signal.signal(each, handler)


def _launch_on_nodes(nodes: int) -> None:
    # A task on each node starts its share. srun takes SIGTERM for itself, and passes SIGUSR1 on to them.
    with socket.socket() as probe:
        probe.bind(("", 0))
        meeting = f"{socket.gethostname()}:{probe.getsockname()[1]}"
    # A step's variables speak of its own node, and srun would believe them.
    words = [
        "srun",
        f"--jobid={time_limit.job()}",
        "--overlap",
        "--mem=0",
        f"--nodes={nodes}",
        f"--ntasks={nodes}",
        "--ntasks-per-node=1",
        "--cpu-bind=none",
    ]
    words += ["--kill-on-bad-exit=1", "--export=ALL", sys.executable, *sys.argv]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SLURM_") or name == "SLURM_CONF"}
    environment = kept | {peers.MEETING: meeting, "AUGURY_PARENT": "", "TORCH_CPP_LOG_LEVEL": "ERROR"}
    with StopRequest() as stop, subprocess.Popen(words, env=environment) as running:
        while running.poll() is None and not stop.requested():
            time.sleep(0.5)
        if stop.reason:
            running.send_signal(signal.SIGUSR1)
        code = running.wait()
    if stop.reason or code in ASKED_TO:
        raise Stopped(f"{stop.reason or 'stopped'}, with all of its processes")
    if code:
        raise Ended(2 if code == 2 else 1)


def _tells(record: logging.LogRecord) -> bool:
    # Nodes end one after another, and one that waits for the others' word finds the first one gone: a traceback.
    return "exit barrier" not in record.getMessage()


def _ended(failures: Mapping[int, ProcessFailure]) -> Exception:
    # The first that did not end because it was asked to.
    codes = {rank: failure.exitcode for rank, failure in sorted(failures.items())}
    rank, code = next(((rank, code) for rank, code in codes.items() if code not in ASKED_TO), (0, 143))
    if code in ASKED_TO:
        return Stopped("stopped, with all of its processes")
    if code > 0:
        return Ended(2 if code == 2 else 1)  # it has said why
    name = signal.Signals(-code).name
    why = ", as the kernel does where it cannot allocate memory" if name == "SIGKILL" else ""
    return Ended(1, f"fault: process {rank} of this training was ended by {name}{why}, and so were the others")


def _chosen_gpus(count: int, device: str) -> dict[str, str]:
    # One for each process, as a variable that shows them no others.
    if device == "cpu":
        return {}
    found = torch.cuda.device_count()
    if device.startswith("cuda:") or found < count:
        named = f" by `device: {device}`" if device.startswith("cuda:") else ""
        raise UserError(
            f"`gpus` asks for {count} GPUs on this machine, and {1 if named else found} can be used{named}; lower "
            "`gpus`, or have the job ask for as many (docs/running.md)"
        )
    shown = os.environ.get("CUDA_VISIBLE_DEVICES") or ",".join(map(str, range(found)))
    return {"CUDA_VISIBLE_DEVICES": ",".join(shown.split(",")[place] for place in claim(gpu_names(), count=count))}


def _watch_parent() -> None:
    parent = Parent()
    patient.set()  # they save their state and end in order

    def watch() -> None:
        while not parent.is_gone():
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    if parent.is_named:
        threading.Thread(target=watch, name="parent of all", daemon=True).start()
