// A network as two flat arrays, as in karma_lib/graph.py: row i lists whom i listens to.

/** Build a graph from pairs (listener, source); undirected ones stand in both rows. */
export function fromEdges(n, edges, directed = false) {
  const rows = Array.from({ length: n }, () => []);
  for (const [i, j] of edges) {
    rows[i].push(j);
    if (!directed && i !== j) rows[j].push(i);
  }
  const ptr = new Int32Array(n + 1);
  rows.forEach((row, i) => (ptr[i + 1] = ptr[i] + row.length));
  return fromRows(ptr, Int32Array.from(rows.flat()), directed);
}

/** Build a graph from its rows; `heard` are the reverse rows: who listens to each. */
export function fromRows(ptr, idx, directed) {
  const n = ptr.length - 1;
  const graph = { n, ptr: Int32Array.from(ptr), idx: Int32Array.from(idx), directed };
  graph.heard = directed ? reversed(graph) : { ptr: graph.ptr, idx: graph.idx };
  return graph;
}

function reversed({ n, ptr, idx }) {
  const back = new Int32Array(n + 1);
  for (const j of idx) back[j + 1]++;
  for (let i = 0; i < n; i++) back[i + 1] += back[i];
  const free = back.slice(), out = new Int32Array(idx.length);
  for (let i = 0; i < n; i++) {
    for (let a = ptr[i]; a < ptr[i + 1]; a++) out[free[idx[a]]++] = i;
  }
  return { ptr: back, idx: out };
}

/** Draw a Watts-Strogatz network: a ring of neighbours, some far ends rewired. */
export function smallWorld(n, degree, rewired, stream) {
  const linked = Array.from({ length: n }, () => new Set());
  const join = (i, j) => (linked[i].add(j), linked[j].add(i));
  for (let i = 0; i < n; i++) for (let k = 1; k <= degree / 2; k++) join(i, (i + k) % n);
  for (let k = 1; k <= degree / 2; k++) {
    for (let i = 0; i < n; i++) {
      const j = (i + k) % n;
      if (stream.unit() >= rewired || linked[i].size >= n - 1 || !linked[i].has(j)) continue;
      let far = Math.floor(stream.unit() * n);
      while (far === i || linked[i].has(far)) far = Math.floor(stream.unit() * n);
      linked[i].delete(j);
      linked[j].delete(i);
      join(i, far);
    }
  }
  const edges = linked.flatMap((row, i) => [...row].filter((j) => i < j).map((j) => [i, j]));
  return fromEdges(n, edges);
}

/** Draw who follows whom, as `follow_network` does: uniform, and everybody follows somebody. */
export function followNetwork(n, nLinks, stream) {
  const arcs = stream.people(n * (n - 1), nLinks).map((code) => {
    const who = Math.floor(code / (n - 1)), whom = code % (n - 1);
    return [who, whom + (whom >= who)];
  });
  const links = new Int32Array(n);
  for (const [who] of arcs) links[who]++;
  for (let lonely = 0; lonely < n; lonely++) {
    if (links[lonely]) continue;
    const spare = arcs.filter(([who, whom]) => links[who] > 1 && whom !== lonely);
    const arc = spare[Math.floor(stream.unit() * spare.length)];
    links[arc[0]]--;
    links[(arc[0] = lonely)]++;
  }
  return fromEdges(n, arcs, true);
}

/** Tell whether the people fall into parts, and give each person's part. */
export function parts({ n, ptr }, follows) {
  const boss = Int32Array.from({ length: n }, (_, i) => i);
  const find = (i) => {
    while (boss[i] !== i) i = boss[i] = boss[boss[i]];
    return i;
  };
  for (let i = 0; i < n; i++) {
    for (let a = ptr[i]; a < ptr[i + 1]; a++) boss[find(i)] = find(follows[a]);
  }
  return boss.map((_, i) => find(i));
}
