"""How busy a GPU is."""

import subprocess
import threading

import numpy as np


class Usage:
    """Mean use of the GPU over a block, as its driver tells it five times per second; nan where there is none."""

    def __enter__(self) -> "Usage":
        self.seen: list[float] = []
        self.over = threading.Event()
        self.watcher = threading.Thread(target=self._watch)
        self.watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.watcher.join()

    @property
    def mean(self) -> float:
        """In percent."""
        return float(np.mean(self.seen)) if self.seen else float("nan")

    def _watch(self) -> None:
        words = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--id=0"]
        while not self.over.wait(0.2):
            try:
                output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
            except (OSError, subprocess.CalledProcessError):
                return
            self.seen.append(float(output))
