import subprocess
import sys

import pytest

SCRIPT = """
from concurrent.futures import ThreadPoolExecutor
import numpy as np, psutil
from legible.app.system.memory import give_memory_back

def work(seed):
    sizes = np.random.default_rng(seed).integers(1_500_000, 25_000_000, 8)
    kept = [np.ones(size, np.uint8) for size in sizes]
    return [small.tolist() for small in np.split(kept[0][:400], 4)]  # lives on, among them

process = psutil.Process()
before = process.memory_info().rss
with ThreadPoolExecutor(4) as pool:
    kept = list(pool.map(work, range(100)))
    {call}
    print(process.memory_info().rss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="about glibc's malloc")
def test_large_arrays_are_given_back_once_they_are_done_with() -> None:
    def held_bytes(call: str) -> int:
        command = [sys.executable, "-c", SCRIPT.format(call=call)]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    assert held_bytes("give_memory_back()") < held_bytes("pass") / 2
