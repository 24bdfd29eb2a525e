"""Where a network runs and in which precision: `auto` picks what the machine does well."""

import contextlib
import dataclasses

import numpy as np
import torch

from augury.command import peers
from augury.command.allocation import keep_freed_memory
from augury.command.errors import UserError
from augury.images.mapped_arrays import blocks
from augury.training.sharing import claim


@dataclasses.dataclass(frozen=True)
class Device:
    """A torch device with the precision of forward passes on it (weights and optimiser state stay fp32)."""

    device: torch.device
    precision: str  # fp32 or bf16
    threads: int

    def autocast(self) -> contextlib.AbstractContextManager:
        """The context of a training forward pass."""
        if self.precision == "fp32":
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def hold(self, array: np.ndarray) -> torch.Tensor:
        """The array's values there; on the CPU they are its own. It goes block by block: it may be a large one."""
        values = torch.from_numpy(array)
        if self.device.type == "cpu":
            return values
        tensor, start = torch.empty_like(values, device=self.device), 0
        for block in blocks(array):
            tensor[start : start + len(block)] = torch.from_numpy(block)
            start += len(block)
        return tensor

    def describe(self) -> dict[str, str | int]:
        """What belongs into the record of a run."""
        name = torch.cuda.get_device_name(self.device) if self.device.type == "cuda" else str(self.device)
        return {"device": name, "precision": self.precision, "threads": self.threads}


def send(values: torch.Tensor, device: torch.device) -> torch.Tensor:
    """The values there. A GPU takes them from pinned memory while the CPU goes on."""
    if device.type != "cuda" or values.device.type != "cpu":
        return values.to(device)
    return values.pin_memory().to(device, non_blocking=True)


def choose_device(device: str, precision: str, threads: int, bf16_pays_on_cpu: bool | None) -> Device:
    """Resolve `device: auto | cpu | cuda | cuda:N` and `precision: auto | fp32 | bf16`, and tell the log.

    Of several GPUs, auto takes the one that the fewest steps use.

    bf16_pays_on_cpu: whether the network is made of plain convolutions; depthwise ones are slower in bf16 on a CPU.
    None where that depends on the network: fp32 then, until training.precision has measured it.
    Raises UserError when the device asked for is not there.
    """
    torch.set_num_threads(threads)
    keep_freed_memory()
    if device in ("auto", "cuda") and torch.cuda.is_available():
        # torch takes no device without its number; of a training's processes each has its own
        device = f"cuda:{peers.local_rank() if peers.is_member() else _least_used()}"
    device = "cpu" if device == "auto" else device
    chosen = torch.device(device)
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise UserError("device is 'cuda' and no CUDA device can be used here; set `device: auto` or `device: cpu`")
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        last = torch.cuda.device_count() - 1
        raise UserError(f"device is '{device}' and the last one here is cuda:{last}; set `device: auto` or cuda:{last}")
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
        _compute_the_same_again()
    if precision == "auto":
        pays = chosen.type == "cuda" or bool(bf16_pays_on_cpu)
        precision = "bf16" if pays and has_bf16(chosen) else "fp32"
    resolved = Device(chosen, precision, threads)
    print(", ".join(f"{name} {value}" for name, value in resolved.describe().items()), flush=True)
    return resolved


def _compute_the_same_again() -> None:
    # Left to itself a GPU rounds what convolutions take in fp32 to ten bits (TF32), and picks their algorithms by a
    # race: another process then has other bits. Fixed ones cost StyleGAN2 a tenth of its speed on an H200, and a DCGAN
    # nothing; the race itself took StyleGAN2 a minute.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = False, True


def device_name(device: str) -> str:
    """The name of what choose_device would take, as a run's record has it."""
    on_gpu = torch.cuda.is_available() if device == "auto" else device.startswith("cuda")
    if not on_gpu or not torch.cuda.is_available():
        return "cpu"
    return torch.cuda.get_device_name(None if device == "auto" else torch.device(device))


def _least_used() -> int:
    # Steps that run at the same time spread over the GPUs that this process may see.
    return claim(gpu_names())[0] if torch.cuda.device_count() > 1 else 0


def gpu_names() -> list[str]:
    """Of the GPUs that this process may see, names that mean the same to every process here."""
    return [str(torch.cuda.get_device_properties(index).uuid) for index in range(torch.cuda.device_count())]


def has_bf16(device: torch.device) -> bool:
    """Whether a device computes in bf16 by itself."""
    return torch.cuda.is_bf16_supported(including_emulation=False) if device.type == "cuda" else cpu_has_bf16()


def cpu_has_bf16() -> bool:
    """Whether the processor computes in bf16; without instructions for it, it is emulated and slower than fp32."""
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
