// The models, step for step as in karma_lib/models; nothing here draws a picture.
import { parts } from "./network.js";

export const NEVER = 2 ** 31 - 1;

/** Return the smallest k with k / d >= phi, decided by that division. */
export function sourcesNeeded(phi, d) {
  if (phi < 0) return 0;
  if (d === 0) return 1;
  const need = Math.ceil((Math.min(phi, 2) - 1e-12) * d); // ties within 1e-12 included
  return Math.min(need, d + 1);
}

/** People join for good once enough of those they listen to have: kl.Threshold. */
export class Herd {
  constructor(graph, { threshold = 0.18, spread = 0, seeds = 1 }, stream) {
    this.graph = graph;
    this.steps = 0;
    this.missing = Int32Array.from({ length: graph.n }, (_, i) => {
      const own = spread ? threshold + spread * stream.normal() : threshold;
      return sourcesNeeded(own, graph.ptr[i + 1] - graph.ptr[i]);
    });
    for (const i of Array.isArray(seeds) ? seeds : stream.people(graph.n, seeds)) {
      this.missing[i] = -1; // has joined; -2: and has been heard
    }
  }

  joined(i) {
    return this.missing[i] < 0;
  }

  get size() {
    return this.missing.reduce((sum, m) => sum + (m < 0), 0);
  }

  get settled() {
    return this.missing.every((m) => m !== 0 && m !== -1);
  }

  step() {
    const { n, heard } = this.graph, { missing } = this;
    for (let i = 0; i < n; i++) {
      if (missing[i] !== -1) continue;
      missing[i] = -2;
      for (let a = heard.ptr[i]; a < heard.ptr[i + 1]; a++) {
        if (missing[heard.idx[a]] > 0) missing[heard.idx[a]]--;
      }
    }
    for (let i = 0; i < n; i++) if (missing[i] === 0) missing[i] = -1;
    this.steps++;
  }
}

const RANDOM = 0, REPOST = 1, RECOMMENDATION = 2;

/** People read a feed, drift, unfollow and post: kl.SocialFeedRewiring. */
export class Chamber {
  constructor(graph, rule, stream, opinion) {
    const n = graph.n;
    this.graph = graph;
    this.rule = { confidence: 0.4, influence: 0.5, reposting: 0.5, rewiring: 0.5, screen: 10, ...rule };
    this.stream = stream;
    this.opinion = Float64Array.from(opinion ?? { length: n }, (x) => x ?? 2 * stream.unit() - 1);
    this.follows = graph.idx.slice();
    this.poster = new Int32Array(n);
    this.origin = new Int32Array(n);
    this.content = new Float64Array(n);
    this.nMessages = this.steps = 0;
    this.followed = new Uint8Array(n);
  }

  /** Return the slots of the last messages that i sees. */
  screen(i) {
    const slots = [], n = this.graph.n, newest = this.nMessages;
    for (let k = newest - 1; k >= Math.max(newest - n, 0) && slots.length < this.rule.screen; k--) {
      const slot = k % n;
      if (this.followed[this.poster[slot]] && this.origin[slot] !== i) slots.push(slot);
    }
    return slots;
  }

  /** Return whom i may follow by a rule, as often as the rule counts them. */
  candidates(rule, i, near) {
    const n = this.graph.n, found = [];
    if (rule === RANDOM) {
      for (let j = 0; j < n; j++) if (j !== i && !this.followed[j]) found.push(j);
    } else if (rule === REPOST) {
      for (const slot of near) {
        const j = this.origin[slot];
        if (!this.followed[j] && !found.includes(j)) found.push(j);
      }
    } else {
      let said = NaN;
      for (let k = this.nMessages - 1; k >= Math.max(this.nMessages - n, 0); k--) {
        if (this.origin[k % n] === i) {
          said = this.content[k % n];
          break;
        }
      }
      for (let k = 0; k < Math.min(this.nMessages, n); k++) {
        const j = this.origin[k], alike = Math.abs(this.content[k] - said) < this.rule.confidence;
        if (alike && j !== i && this.poster[k] !== i && !this.followed[j]) found.push(j);
      }
    }
    return found;
  }

  step() {
    const { graph, rule, stream, opinion, follows, followed } = this, n = graph.n;
    const pick = (list) => list[Math.floor(stream.unit() * list.length)];
    const i = Math.floor(stream.unit() * n), begin = graph.ptr[i], end = graph.ptr[i + 1];
    for (let a = begin; a < end; a++) followed[follows[a]] = 1;
    const near = [], far = [];
    let total = 0;
    for (const slot of this.screen(i)) {
      const gap = this.content[slot] - opinion[i];
      const alike = Math.abs(gap) < rule.confidence;
      (alike ? near : far).push(slot);
      if (alike) total += gap;
    }
    if (near.length) opinion[i] += rule.influence * (total / near.length);
    if (far.length && stream.unit() < rule.rewiring) {
      const dropped = this.poster[pick(far)];
      let found = this.candidates(pick([RANDOM, REPOST, RECOMMENDATION]), i, near);
      if (!found.length) found = this.candidates(RANDOM, i, near);
      if (found.length) {
        followed[dropped] = 0;
        follows[follows.indexOf(dropped, begin)] = pick(found);
      }
    }
    for (let a = begin; a < end; a++) followed[follows[a]] = 0;
    let origin = i, content = opinion[i];
    if (near.length && stream.unit() < rule.reposting) {
      const shown = pick(near);
      origin = this.origin[shown];
      content = this.content[shown];
    }
    const slot = this.nMessages++ % n;
    this.poster[slot] = i;
    this.origin[slot] = origin;
    this.content[slot] = content;
    this.steps++;
  }

  /** Whether there are two parts or more, each within the confidence. */
  get settled() {
    const low = new Map(), high = new Map(), x = this.opinion;
    parts(this.graph, this.follows).forEach((part, i) => {
      low.set(part, Math.min(low.get(part) ?? x[i], x[i]));
      high.set(part, Math.max(high.get(part) ?? x[i], x[i]));
    });
    return low.size > 1 && [...low].every(([part, least]) => high.get(part) - least <= this.rule.confidence);
  }
}

export const PILE_ON = {
  severity: 0.3, threshold: 0.5, spread: 0.2, herd: 0.7, echo: 0, stake: 0.1, anonymous: 0.3,
  reward: 0.1, habit: 0.1, learning: 0.05, liked_outrage: 0.24, liked_calm: 0.2, ranked: true,
  launch: 0.05, sharing: 0.02, amplification: 2, decay: 0.2, ageing: 0.03, friction: 0, empathy: 0,
  downranking: 0, apology: 0, apology_hour: NEVER, closing_hour: NEVER, literate: 0, seeds: 1,
};
const FAINT = 1e-12;

/** Round half to even, as Python does. */
function rounded(x) {
  const down = Math.floor(x), rest = x - down;
  return rest === 0.5 ? down + (down % 2) : Math.round(x);
}

/** A video offends, a feed shows it, people join and come back: kl.PileOn. */
export class Storm {
  constructor(graph, rule, stream, state) {
    this.graph = graph;
    this.rule = { ...PILE_ON, ...rule };
    this.stream = stream;
    Object.assign(this, state ?? this.start());
    this.before = new Float64Array(graph.n);
    this.was = new Uint8Array(graph.n);
  }

  get fuel() {
    return this.rule.amplification * (1 - this.rule.downranking);
  }

  start() {
    const { rule, stream } = this, n = this.graph.n;
    const fill = (make) => Float64Array.from({ length: n }, make);
    const bar = fill(() => rule.threshold + (rule.spread ? rule.spread * stream.normal() : 0));
    const nameless = rounded(rule.anonymous * n), taught = rounded(rule.literate * n);
    stream.permutation(n).forEach((rank, i) => (bar[i] += rank >= nameless ? rule.stake : 0));
    const literate = Uint8Array.from(stream.permutation(n), (rank) => rank < taught);
    const leaning = fill(() => 2 * stream.unit() - 1), habit = fill(() => rule.habit);
    const first = new Int32Array(n), fresh = new Uint8Array(n);
    const seeds = Array.isArray(rule.seeds) ? rule.seeds : stream.people(n, rule.seeds);
    for (const i of seeds) first[i] = fresh[i] = 1;
    const attention = rule.launch * n + this.fuel * seeds.length;
    const clock = [0, attention, seeds.length, seeds.length]; // hour, attention, posts, joins
    return { bar, leaning, literate, habit, first, fresh, clock };
  }

  pressure(person, joinedBy) {
    const { ptr, idx } = this.graph, { first, leaning } = this;
    let total = 0, loud = 0;
    for (let a = ptr[person]; a < ptr[person + 1]; a++) {
      const weight = 1 - (this.rule.echo * Math.abs(leaning[person] - leaning[idx[a]])) / 2;
      total += weight;
      if (first[idx[a]] > 0 && first[idx[a]] <= joinedBy) loud += weight;
    }
    return total > 0 ? loud / total : 0;
  }

  shown(person, sharing, feed) {
    const { ptr, idx } = this.graph;
    let missed = 1 - feed;
    for (let a = ptr[person]; a < ptr[person + 1]; a++) if (this.was[idx[a]]) missed *= 1 - sharing;
    return this.stream.unit() < 1 - missed;
  }

  /** Let a person post, be judged by one listener, and learn from a like: kl.OutrageLearning. */
  speak(person) {
    const { ptr, idx } = this.graph.heard, { rule, stream, before } = this;
    const d = ptr[person + 1] - ptr[person];
    if (d === 0) return 0;
    const outraged = stream.unit() < before[person];
    stream.below(d); // who judges; without an echo of one's own they all judge alike
    if (stream.unit() < (outraged ? rule.liked_outrage : rule.liked_calm)) {
      this.habit[person] += rule.learning * ((outraged ? 1 : 0) - before[person]);
    }
    return outraged ? 1 : 0;
  }

  step() {
    const { rule, stream, clock, first, fresh } = this, n = this.graph.n, hour = clock[0];
    const young = Math.exp(-rule.ageing * hour);
    const feed = 1 - Math.exp((-clock[1] * young) / Math.max(n, 1));
    const offence = rule.severity * (hour >= rule.apology_hour ? 1 - rule.apology : 1);
    let posts = 0, joins = 0;
    this.before.set(this.habit);
    this.was.set(fresh);
    for (let i = 0; i < n; i++) {
      fresh[i] = 0;
      if (rule.ranked && !this.shown(i, rule.sharing * young, feed)) continue;
      if (hour >= rule.closing_hour) continue;
      if (first[i] > 0 && first[i] <= hour + 1) {
        posts += fresh[i] = this.speak(i);
        continue;
      }
      let push = offence + rule.reward * this.before[i];
      if (!this.literate[i]) push += rule.herd * this.pressure(i, hour + 1);
      if (push * (1 - rule.empathy) < this.bar[i]) continue;
      if (rule.friction > 0 && stream.unit() < rule.friction) continue;
      first[i] = hour + 2;
      fresh[i] = 1;
      posts++;
      joins++;
    }
    clock[0] = hour + 1;
    clock[1] = clock[1] * Math.exp(-rule.decay) + this.fuel * posts;
    clock[2] = posts;
    clock[3] = joins;
  }

  get settled() {
    const [hour, attention] = this.clock, { rule } = this;
    const quiet = !this.fresh.some(Boolean);
    if (hour >= rule.closing_hour) return true;
    if (rule.ranked) {
      const left = attention * Math.exp(-rule.ageing * hour);
      return quiet && left < FAINT * Math.max(this.graph.n, 1);
    }
    const calm = !this.habit.some(Boolean) && !rule.friction;
    return quiet && calm && hour > 0 && (rule.apology >= 0 || hour >= rule.apology_hour);
  }
}

/** Return (skewness^2 + 1) / kurtosis: 1 is two camps, 5/9 uniform; NaN in consensus. */
export function bimodality(x) {
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const moment = (k) => x.reduce((sum, v) => sum + (v - mean) ** k, 0) / x.length;
  const second = moment(2);
  if (!x.some((v) => v !== x[0]) || !second) return NaN;
  const skewness = moment(3) / second ** 1.5, kurtosis = moment(4) / second ** 2;
  return (skewness ** 2 + 1) / kurtosis;
}

/** Return the share of links between people further apart than a distance; NaN without any. */
export function across({ n, ptr }, follows, x, distance) {
  let far = 0;
  for (let i = 0; i < n; i++) {
    for (let a = ptr[i]; a < ptr[i + 1]; a++) far += Math.abs(x[i] - x[follows[a]]) >= distance;
  }
  return far / follows.length;
}

/** Return the slope of log punishment on log severity, by least squares. */
export function proportionality(severity, punishment) {
  const x = severity.map(Math.log), y = punishment.map(Math.log);
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const over = x.reduce((sum, v, i) => sum + (v - mean) * y[i], 0);
  return over / x.reduce((sum, v) => sum + (v - mean) ** 2, 0);
}
