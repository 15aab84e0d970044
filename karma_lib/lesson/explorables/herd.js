// The herd: thresholds on a small network.
import { Stream } from "./random.js";
import { smallWorld } from "./network.js";
import { Herd } from "./models.js";
import { Stage, Crowd, axes, layout, percent } from "./stage.js";

const STEP_MS = 350; // milliseconds a step

export function herd(el, { graph: given, threshold = 0.3, seed = 1 }) {
  const stage = new Stage(el, {
    name: "The herd",
    about:
      "Everybody joins once a share of the people they know has joined: their threshold. " +
      "Click people (or walk with the arrow keys and press Enter) to let them begin, then run.",
  });
  let stream = new Stream(seed), graph, spots, model, seeds, history;

  function renew() {
    const { people, links, rewired } = stage.values;
    stream = new Stream(seed);
    graph = given ?? smallWorld(people, links, rewired, stream);
    spots = layout(graph, stream);
    crowd.n = graph.n;
    crowd.at = -1;
    const first = Math.floor(stream.unit() * graph.n), friend = graph.idx[graph.ptr[first]];
    seeds = new Set(friend === undefined ? [first] : [first, friend]);
    restart();
  }

  function restart() {
    stage.pause();
    model = new Herd(graph, { threshold: stage.values.threshold, seeds: [...seeds] }, stream);
    history = [model.size];
    tell("Ready.");
  }

  function tell(word) {
    const size = model.size, n = graph.n;
    stage.show({ Joined: `${size} of ${n}`, Share: percent(size / n), Step: String(model.steps) });
    const text = `Step ${model.steps}: ${size} of ${n} have joined, ${percent(size / n)}.`;
    stage.say(`${word} ${text}`.trim());
    chart.canvas.setAttribute("aria-label", `Joined by step. ${text}`);
    stage.draw();
  }

  function step() {
    if (model.settled) return stop();
    model.step();
    history.push(model.size);
    if (model.settled) stop();
    else tell("");
  }

  function stop() {
    stage.pause();
    tell(model.size === graph.n ? "Everybody has joined." : "Nobody else will join.");
  }

  stage.button("Step", step);
  stage.runner(
    step,
    () => {
      while (!model.settled) {
        model.step();
        history.push(model.size);
      }
      stop();
    },
    STEP_MS,
  );
  stage.button("Start again", restart);
  stage.button("Nobody begins", () => (seeds.clear(), restart()));
  if (!given) stage.button("Other network", () => (seed++, renew()));

  const crowd = new Crowd(stage, {
    label: "Network of people. Arrow keys go from person to person, Enter chooses who begins.",
    legend: "▲ begins · ■ has joined · ○ has not joined",
    ratio: (width) => (width < 500 ? 0.9 : 0.5),
    margin: [16, 16, 16, 16],
    place: (i) => [spots.x[i], spots.y[i]],
    look: (i) => {
      const edge = stage.colour("ink");
      if (seeds.has(i)) return ["up", stage.colour("red"), edge, 1.3];
      if (model.joined(i)) return ["square", stage.colour("red"), edge];
      return ["disc", stage.colour("paper"), stage.colour("muted")];
    },
    links: (at) => [["line", 1, pairs()], ["ink", 1, at < 0 ? [] : pairs(at)]],
    describe: (i) => {
      const known = pairs(i).map(([, j]) => j), joined = known.filter((j) => model.joined(j)).length;
      const state = seeds.has(i) ? "begins" : model.joined(i) ? "has joined" : "has not joined";
      return `Person ${i + 1} ${state}; ${joined} of the ${known.length} people they know have joined.`;
    },
    act: (i) => {
      if (!seeds.delete(i)) seeds.add(i);
      restart();
    },
  });

  function pairs(only) {
    const list = [], [from, to] = only === undefined ? [0, graph.n] : [only, only + 1];
    for (let i = from; i < to; i++) {
      for (let a = graph.ptr[i]; a < graph.ptr[i + 1]; a++) list.push([i, graph.idx[a]]);
    }
    return list;
  }

  const chart = stage.picture("How the herd grows", (width) => (width < 500 ? 0.5 : 0.25), (context, width, height) => {
    const end = Math.max(10, history.length - 1), shares = history.map((size) => size / graph.n);
    const [px, py] = axes(stage, context, width, height, {
      x: { range: [0, end], ticks: [0, Math.round(end / 2), end], label: "step" },
      y: { range: [0, 1], ticks: [0, 0.5, 1], say: percent, label: "share who joined" },
    });
    context.strokeStyle = context.fillStyle = stage.colour("red");
    context.lineWidth = 2;
    context.beginPath();
    shares.forEach((share, i) => context.lineTo(px(i), py(share)));
    context.stroke();
    shares.forEach((share, i) => context.fillRect(px(i) - 3, py(share) - 3, 6, 6));
  });

  const sliders = [
    { key: "threshold", label: "Threshold", min: 0, max: 0.6, step: 0.01, value: threshold, say: percent },
  ];
  if (!given) {
    sliders.push(
      { key: "people", label: "People", options: [30, 60, 150, 300], value: 60 },
      { key: "links", label: "Links a person", options: [4, 6, 8], value: 6 },
      { key: "rewired", label: "Links that are shortcuts", min: 0, max: 1, step: 0.05, value: 0.05, say: percent },
    );
  }
  stage.controls("Rule and network", sliders, (key) => (key === "threshold" ? restart() : renew()));
  renew();
  return () => stage.leave();
}
