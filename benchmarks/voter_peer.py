"""The voter model of graph-tool, in the system's Python: a round's number in, seconds and cut out."""

import json
import sys
import time

import graph_tool
import numpy as np
from graph_tool.dynamics import VoterState

folder, n_updates = sys.argv[1], int(sys.argv[2])
edges = np.load(f"{folder}/edges.npy", allow_pickle=False)
graph = graph_tool.Graph(directed=False)
graph.add_edge_list(edges)
n = graph.num_vertices()
print("ready", flush=True)
for line in sys.stdin:
    graph_tool.seed_rng(int(line) + 1)
    first = graph.new_vertex_property("int32_t")
    first.a = np.random.default_rng(int(line)).permutation(n) < n // 2
    state = VoterState(graph, q=2, r=0.0, s=first)
    begun = time.process_time()
    state.iterate_async(niter=n_updates)
    seconds = time.process_time() - begun
    opinion = state.get_state().a
    cut = float((opinion[edges[:, 0]] != opinion[edges[:, 1]]).mean())
    print(json.dumps([seconds, cut]), flush=True)
