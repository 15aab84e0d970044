// The chamber: opinions, influence and unfollowing on a feed.
import { Stream } from "./random.js";
import { followNetwork } from "./network.js";
import { Chamber, across, bimodality } from "./models.js";
import { Stage, Crowd, axes, percent, plain } from "./stage.js";

const UNIFORM = 5 / 9, MOST_STEPS = 100_000, BINS = 20;

/** Mix two colours given as #rrggbb. */
function blend(from, to, part) {
  const halves = [1, 3, 5].map((at) => [from, to].map((c) => parseInt(c.slice(at, at + 2), 16)));
  return `rgb(${halves.map(([a, b]) => Math.round(a + part * (b - a))).join(" ")})`;
}

export function chamber(el, { graph: given, seed = 1 }) {
  const stage = new Stage(el, {
    name: "The chamber",
    about:
      "Each person stands where their opinion is, from −1 on the left to +1 on the right; a line leads " +
      "to everybody they follow. They drift towards posts they find acceptable and unfollow authors of " +
      "those they do not. Choose a person by click or arrow keys to see whom they follow.",
  });
  let graph, model, history;

  function renew() {
    const stream = new Stream(seed), n = given?.n ?? stage.values.people;
    graph = given ?? followNetwork(n, 4 * n, stream);
    crowd.n = graph.n;
    crowd.at = -1;
    model = new Chamber(graph, rule(), stream);
    history = [];
    stage.pause();
    note();
    tell("Ready.");
  }

  function rule() {
    const { confidence, influence, rewiring } = stage.values;
    return { confidence, influence, rewiring };
  }

  function note() {
    const spread = Math.max(...model.opinion) - Math.min(...model.opinion);
    history.push(spread < 1e-6 ? NaN : bimodality(model.opinion));
    // Every second reading goes once there are too many to draw.
    if (history.length > 800) history = history.filter((_, i) => i % 2 === 0);
  }

  function tell(word) {
    const reading = history[history.length - 1], far = across(graph, model.follows, model.opinion, model.rule.confidence);
    const number = Number.isNaN(reading) ? "none, all agree" : reading.toFixed(2);
    stage.show({ Bimodality: number, "Links to unlike people": percent(far), "Posts so far": String(model.steps) });
    const text = `After ${model.steps} posts: bimodality ${number} (0.56 is evenly spread, 1 two camps); ` +
      `${percent(far)} of links lead to people too unlike to listen to.`;
    stage.say(`${word} ${text}`.trim());
    chart.canvas.setAttribute("aria-label", `Bimodality over time. ${text}`);
    stage.draw();
  }

  /** Let everybody post once on average. */
  function round() {
    for (let i = 0; i < graph.n; i++) model.step();
    note();
  }

  const over = () => model.settled || model.steps >= MOST_STEPS;

  function step() {
    if (!over()) round();
    if (!over()) return tell("");
    stage.pause();
    tell(model.settled ? "Split: each group agrees and hears nobody else." : "Still not split; stopped.");
  }

  stage.button("Step", step);
  stage.runner(step, () => {
    while (!over()) round();
    step();
  });
  stage.button("Start again", renew);
  stage.button("Other people", () => (seed++, renew()));

  const crowd = new Crowd(stage, {
    label: "People by opinion, left to right. Arrow keys go from person to person.",
    legend: "▼ left · ● middle · ▲ right; grey bars count people; dashed lines lead to people too unlike to listen to",
    ratio: (width) => (width < 500 ? 1 : 0.55),
    margin: [16, 20, 96, 20],
    // The golden ratio spreads them over the height without a pattern.
    place: (i) => [(model.opinion[i] + 1) / 2, (i * 0.6180339887) % 1],
    look: (i) => {
      const x = model.opinion[i], camp = stage.colour(x < 0 ? "blue" : "red");
      const fill = blend(stage.colour("paper"), camp, Math.min(1, 0.25 + Math.abs(x)));
      return [x < -1 / 3 ? "down" : x > 1 / 3 ? "up" : "disc", fill, stage.colour("ink")];
    },
    links: (at) => {
      const near = [], far = [], own = [];
      for (let i = 0; i < graph.n; i++) {
        for (let a = graph.ptr[i]; a < graph.ptr[i + 1]; a++) {
          const j = model.follows[a], gap = Math.abs(model.opinion[i] - model.opinion[j]);
          (i === at ? own : gap < model.rule.confidence ? near : far).push([i, j]);
        }
      }
      return [["line", 1, near], ["red", 0.85, far, [5, 3]], ["ink", 1, own]];
    },
    describe: (i) => {
      const row = model.follows.subarray(graph.ptr[i], graph.ptr[i + 1]);
      const alike = row.filter((j) => Math.abs(model.opinion[i] - model.opinion[j]) < model.rule.confidence);
      return `Person ${i + 1} has opinion ${model.opinion[i].toFixed(2)} and follows ${row.length}, ` +
        `${alike.length} of them close enough to listen to.`;
    },
    act: () => {},
    below: (context, width, height) => {
      const counts = new Array(BINS).fill(0);
      for (const x of model.opinion) counts[Math.min(BINS - 1, Math.floor(((x + 1) / 2) * BINS))]++;
      const room = width - 40, most = Math.max(...counts);
      context.fillStyle = stage.colour("muted");
      counts.forEach((count, i) => {
        const tall = (count / most) * 54;
        context.fillRect(20 + (i * room) / BINS + 1, height - 24 - tall, room / BINS - 2, tall);
      });
      context.fillStyle = stage.colour("ink");
      context.textAlign = "center";
      for (const x of [-1, 0, 1]) context.fillText(x < 0 ? "−1" : x ? "+1" : "opinion 0", 20 + ((x + 1) / 2) * room, height - 8);
    },
  });

  const chart = stage.picture("0.56 (dashed): opinions evenly spread; 1: two camps", (width) => (width < 500 ? 0.5 : 0.25), (context, width, height) => {
    const [px, py] = axes(stage, context, width, height, {
      x: { range: [0, Math.max(model.steps, 1)], ticks: [0, model.steps], label: "posts" },
      y: { range: [0, 1], ticks: [0, 0.5, 1], label: "bimodality" },
    });
    context.setLineDash([6, 4]);
    context.strokeStyle = stage.colour("muted");
    context.beginPath();
    context.moveTo(px(0), py(UNIFORM));
    context.lineTo(px(Math.max(model.steps, 1)), py(UNIFORM));
    context.stroke();
    context.setLineDash([]);
    context.strokeStyle = stage.colour("blue");
    context.lineWidth = 2;
    context.beginPath();
    history.forEach((value, i) => {
      if (!Number.isNaN(value)) context.lineTo(px((model.steps * i) / Math.max(history.length - 1, 1)), py(value));
    });
    context.stroke();
  });

  const sliders = [
    { key: "confidence", label: "Finds acceptable: opinions closer than", min: 0.1, max: 1, step: 0.05, value: 0.4, say: plain(2) },
    { key: "influence", label: "Moves towards them by", min: 0, max: 1, step: 0.05, value: 0.5, say: percent },
    { key: "rewiring", label: "Unfollows after an unacceptable post", min: 0, max: 1, step: 0.05, value: 0.5, say: percent },
  ];
  if (!given) sliders.push({ key: "people", label: "People", options: [50, 100, 200, 300], value: 100 });
  stage.controls("Habits (they act at once) and people", sliders, (key) => {
    if (key === "people") return renew();
    Object.assign(model.rule, rule());
    tell("Changed.");
  });
  renew();
  return () => stage.leave();
}
