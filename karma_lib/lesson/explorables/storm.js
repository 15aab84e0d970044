// The storm: how one video draws a pile-on, and what the levers do to it.
import { Stream } from "./random.js";
import { smallWorld } from "./network.js";
import { NEVER, Storm, proportionality } from "./models.js";
import { Stage, Crowd, axes, layout, percent, plain } from "./stage.js";

const HOURS = 72, HOUR_MS = 120; // milliseconds an hour
const SEVERITIES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6], STORMS = 10;
const hour = (h) => (h >= HOURS ? "never" : `hour ${h}`);

export function storm(el, { graph: given, seed = 1 }) {
  const stage = new Stage(el, {
    name: "The storm",
    about:
      "A video offends. A feed shows it; people pile on where the offence and the crowd push them over " +
      "their own bar; every hostile post makes the feed show it to more. Set how bad the offence was, " +
      "and pull levers.",
  });
  let graph, spots, model, volume, total, stream, slope, curve, job = 0;

  function renew() {
    const drawn = new Stream(1000 + seed);
    graph = given ?? smallWorld(stage.values.audience, 8, 0.1, drawn);
    spots = layout(graph, drawn);
    crowd.n = graph.n;
    crowd.at = -1;
    restart();
  }

  function rule() {
    const { audience, ...rest } = stage.values;
    for (const key of ["apology_hour", "closing_hour"]) if (rest[key] >= HOURS) rest[key] = NEVER;
    return rest;
  }

  function restart() {
    stage.pause();
    stream = new Stream(seed);
    model = new Storm(graph, rule(), stream);
    volume = [model.clock[2]];
    total = model.clock[2];
    measure();
    tell("Ready.");
  }

  /** Try the same world with six severities, a storm at a time so that nothing stalls. */
  function measure() {
    const mine = ++job, many = new Stream(77), sums = SEVERITIES.map(() => 0);
    slope = curve = null;
    let done = 0;
    const next = () => {
      if (mine !== job || !stage.root.isConnected) return;
      const begun = performance.now();
      while (done < SEVERITIES.length * STORMS && performance.now() - begun < 6) {
        const which = done++ % SEVERITIES.length;
        const trial = new Storm(graph, { ...rule(), severity: SEVERITIES[which] }, many);
        sums[which] += trial.clock[2];
        for (let h = 0; h < HOURS && !trial.settled; h++) {
          trial.step();
          sums[which] += trial.clock[2];
        }
      }
      if (done < SEVERITIES.length * STORMS) return setTimeout(next, 10);
      curve = sums.map((sum) => sum / STORMS);
      slope = proportionality(SEVERITIES, curve);
      tell(stage.playing ? "" : "Proportionality measured.");
    };
    setTimeout(next, 150);
  }

  function tell(word) {
    const joined = model.first.filter(Boolean).length, at = model.clock[0];
    const measured = slope === null ? "measuring" : slope.toFixed(2);
    stage.show({
      Hour: String(at), "Hostile posts": String(total), "People who joined": `${joined} of ${graph.n}`,
      Proportionality: measured,
    });
    const text = `Hour ${at}: ${total} hostile posts by ${joined} of ${graph.n} people.`;
    const meaning = slope === null ? "" : ` An offence worse by 1 % draws ${measured} % more posts; 1 would be in proportion.`;
    stage.say(`${word} ${text}${meaning}`.trim());
    bars.canvas.setAttribute("aria-label", `Hostile posts by hour. ${text} Most in an hour: ${Math.max(...volume)}.`);
    lines.canvas.setAttribute("aria-label", curve === null ? "Posts by severity: still measuring." :
      `Posts by severity: ${SEVERITIES.map((s, i) => `${s}: ${curve[i].toFixed(0)}`).join(", ")}.${meaning}`);
    stage.draw();
  }

  const over = () => model.settled || model.clock[0] >= HOURS;

  function step() {
    if (!over()) {
      model.step();
      volume.push(model.clock[2]);
      total += model.clock[2];
    }
    if (over()) stage.pause();
    tell(over() ? "The storm is over." : "");
  }

  stage.button("One hour", step);
  stage.runner(
    step,
    () => {
      while (!over()) step();
      step();
    },
    HOUR_MS,
  );
  stage.button("Start again", restart);
  stage.button("Other luck", () => (seed++, restart()));

  const crowd = new Crowd(stage, {
    label: "Network of people who may see the video. Arrow keys go from person to person.",
    legend: "■ posted in the last hour · ● joined earlier · ○ has not joined",
    ratio: (width) => (width < 500 ? 0.9 : 0.45),
    margin: [14, 14, 14, 14],
    place: (i) => [spots.x[i], spots.y[i]],
    look: (i) => {
      if (model.fresh[i]) return ["square", stage.colour("red"), stage.colour("ink"), 1.3];
      if (model.first[i]) return ["disc", stage.colour("red"), stage.colour("red"), 0.8];
      return ["disc", stage.colour("paper"), stage.colour("muted")];
    },
    links: (at) => {
      const all = [], own = [];
      for (let i = 0; i < graph.n; i++) {
        for (let a = graph.ptr[i]; a < graph.ptr[i + 1]; a++) (i === at ? own : all).push([i, graph.idx[a]]);
      }
      return [["line", 1, all], ["ink", 1, own]];
    },
    describe: (i) => {
      const state = model.fresh[i] ? "posted in the last hour" : model.first[i] ? `joined in hour ${model.first[i] - 1}` : "has not joined";
      const crowdSays = percent(model.pressure(i, model.clock[0] + 1));
      return `Person ${i + 1} ${state}; ${crowdSays} of the people they know have joined.`;
    },
    act: () => {},
  });

  const bars = stage.picture("Volume of this storm", (width) => (width < 500 ? 0.5 : 0.25), (context, width, height) => {
    const most = Math.max(10, ...volume), { apology, apology_hour, closing_hour } = stage.values;
    const [px, py] = axes(stage, context, width, height, {
      x: { range: [0, HOURS + 1], ticks: [0, 24, 48, 72], label: "hour" },
      y: { range: [0, most], ticks: [0, most], label: "hostile posts an hour" },
    });
    context.fillStyle = stage.colour("red");
    volume.forEach((posts, h) => context.fillRect(px(h) + 0.5, py(posts), px(h + 1) - px(h) - 1, py(0) - py(posts)));
    context.fillStyle = context.strokeStyle = stage.colour("ink");
    context.setLineDash([3, 3]);
    const events = [[apology ? apology_hour : HOURS, "apology", 34], [closing_hour, "closed", 50]];
    for (const [h, word, low] of events.filter(([h]) => h < HOURS)) {
      context.beginPath();
      context.moveTo(px(h), 22);
      context.lineTo(px(h), py(0));
      context.stroke();
      context.fillText(word, px(h) + 4, low);
    }
    context.setLineDash([]);
  });

  const lines = stage.picture("Proportionality: the same world tried with six severities; dashed, as much more as the offence is worse", (width) => (width < 500 ? 0.6 : 0.3), (context, width, height) => {
    const most = curve === null ? 1000 : 10 ** Math.ceil(Math.log10(Math.max(10, ...curve)));
    const ticks = [1, 10, 100, 1000, 10000].filter((v) => v <= most);
    const [px, py] = axes(stage, context, width, height, {
      x: { range: [0.09, 0.65], ticks: width < 500 ? [0.1, 0.2, 0.3, 0.6] : SEVERITIES, label: "severity (both axes logarithmic)" },
      y: { range: [1, most], ticks, label: `mean posts of ${STORMS} storms` },
      logged: true,
    });
    if (curve === null) return context.fillText("measuring …", width / 2, height / 2);
    const from = Math.max(1, curve[0]), reach = Math.min(SEVERITIES[5], (0.1 * most) / from);
    context.strokeStyle = stage.colour("muted");
    context.lineWidth = 2;
    context.setLineDash([6, 4]);
    context.beginPath();
    context.moveTo(px(0.1), py(from));
    context.lineTo(px(reach), py((from * reach) / 0.1));
    context.stroke();
    context.setLineDash([]);
    context.strokeStyle = context.fillStyle = stage.colour("blue");
    context.beginPath();
    curve.forEach((posts, i) => context.lineTo(px(SEVERITIES[i]), py(posts)));
    context.stroke();
    curve.forEach((posts, i) => context.fillRect(px(SEVERITIES[i]) - 4, py(posts) - 4, 8, 8));
  });

  const share = { min: 0, max: 1, step: 0.05, value: 0, say: percent };
  const sliders = [
    { key: "severity", label: "Severity", min: 0, max: 1, step: 0.05, value: 0.4, say: plain(2) },
    { key: "herd", label: "Weight of the crowd", min: 0, max: 1.5, step: 0.1, value: 0.7, say: plain(1) },
  ];
  if (!given) sliders.push({ key: "audience", label: "Audience", options: [100, 200, 300], value: 200 });
  stage.controls("The offence and its audience", sliders, (key) => (key === "audience" ? renew() : restart()));
  stage.controls("Levers", [
    { key: "friction", label: "Prompt before posting stops", ...share, max: 0.95 },
    { key: "empathy", label: "Thinking of the other takes away", ...share },
    { key: "downranking", label: "Feed shows it less by", ...share },
    { key: "literate", label: "People who ignore the crowd", ...share },
    { key: "apology", label: "Apology takes away (below 0 it offends)", ...share, min: -1 },
    { key: "apology_hour", label: "Apology comes", min: 0, max: HOURS, step: 1, value: 6, say: hour },
    { key: "closing_hour", label: "Comments close", min: 0, max: HOURS, step: 1, value: HOURS, say: hour },
  ], restart);
  renew();
  return () => stage.leave();
}
