"""A cluster of three nodes on this machine: prints its address, and kills a node when it is told.

Run as a program: Ray keeps threads and processes, which tests that look for leaks do not like.
"""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

from ray.cluster_utils import Cluster

NODE: dict[str, Any] = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": 80 * 1024 * 1024}


def main() -> None:
    Path("/tmp/ray").mkdir(exist_ok=True)  # where Ray notes which cluster is the latest
    cluster = Cluster(
        initialize_head=True,
        head_node_args={**NODE, "include_dashboard": False, "temp_dir": sys.argv[1]},
    )
    cluster.add_node(**NODE)
    victim = cluster.add_node(**NODE)
    cluster.wait_for_nodes()
    sys.stdout.write(f"{cluster.address}\n")
    sys.stdout.flush()
    for order in sys.stdin:
        if order.strip() == "kill":
            cluster.remove_node(victim, allow_graceful=False)
    cluster.shutdown()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
