// Randomness: the stream of karma_lib/_random.py (xoshiro256++), draw by draw.
// A 64-bit word is two 32-bit halves, low before high.

const MASK = (1n << 64n) - 1n;
const GOLD = 0x9e3779b97f4a7c15n;

/** Scramble a 64-bit number one to one (splitmix64's finaliser). */
export function mix(z) {
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK;
  return z ^ (z >> 31n);
}

export class Stream {
  /** Begin the stream of a key: a BigInt below 2^64, or a whole number. */
  constructor(key) {
    let k = BigInt(key);
    this.halves = new Uint32Array(8);
    for (let i = 0; i < 4; i++) {
      k = (k + GOLD) & MASK;
      this.setWord(i, mix(k));
    }
    this.low = this.high = 0;
  }

  /** Go on from four given 64-bit words, as BigInts. */
  static from(words) {
    const stream = new Stream(0n);
    words.forEach((word, i) => stream.setWord(i, word));
    return stream;
  }

  setWord(i, word) {
    this.halves[2 * i] = Number(word & 0xffffffffn);
    this.halves[2 * i + 1] = Number(word >> 32n);
  }

  /** Draw 64 bits into `low` and `high`, and move the stream on. */
  draw() {
    const h = this.halves;
    const [al, ah, bl, bh] = h;
    let dl = h[6], dh = h[7];
    const tl = (al + dl) >>> 0, th = (ah + dh + (tl < al)) >>> 0;
    const rl = (tl << 23) | (th >>> 9), rh = (th << 23) | (tl >>> 9);
    this.low = ((rl >>> 0) + al) >>> 0;
    this.high = (rh + ah + (this.low < al)) >>> 0;
    const cl = h[4] ^ al, ch = h[5] ^ ah;
    dl ^= bl;
    dh ^= bh;
    h[2] = bl ^ cl;
    h[3] = bh ^ ch;
    h[0] = al ^ dl;
    h[1] = ah ^ dh;
    h[4] = cl ^ (bl << 17);
    h[5] = ch ^ ((bh << 17) | (bl >>> 15));
    h[6] = (dh << 13) | (dl >>> 19);
    h[7] = (dl << 13) | (dh >>> 19);
  }

  /** Return a number in [0, 1). */
  unit() {
    this.draw();
    return (this.high * 2 ** 21 + (this.low >>> 11)) * 2 ** -53;
  }

  /** Return a whole number below n, itself below 2^21, from the upper 32 bits. */
  below(n) {
    this.draw();
    return Math.floor((this.high * n) / 2 ** 32);
  }

  /** Return distinct people. */
  people(n, count) {
    const drawn = new Set();
    while (drawn.size < count) drawn.add(Math.floor(this.unit() * n));
    return [...drawn];
  }

  /** Return 0 to n - 1 in random order. */
  permutation(n) {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = Math.floor(this.unit() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** Return a standard Normal number (Box and Muller). */
  normal() {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()));
    return radius * Math.cos(2 * Math.PI * this.unit());
  }
}
