"""A Ray cluster on this machine, in processes of its own: a head without a processor, and two workers. A line of input kills one of them.

python tests/ray_cluster.py        prints its address, then "2" once both are there; "kill" answers "1"
"""

import sys

from ray.cluster_utils import Cluster


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(2)]
    cluster.wait_for_nodes()
    print(cluster.address, len(nodes), flush=True)
    for line in sys.stdin:
        if line.strip() == "kill":
            cluster.remove_node(nodes.pop(), allow_graceful=False)
            print(len(nodes), flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
