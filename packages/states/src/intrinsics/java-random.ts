const multiplier = 0x5deece66dn;
const increment = 0xbn;
const mask = (1n << 48n) - 1n;

/**
 * The generator of java.util.Random, a linear congruential one whose algorithm its documentation
 * fixes. The service uses it for seeded numbers: `$random(42)` gives 0.7275636800328681 there too.
 */
export class JavaRandom {
  #state: bigint;

  constructor(seed: number) {
    this.#state = (BigInt(Math.trunc(seed)) ^ multiplier) & mask;
  }

  /** A number in [0, 1). */
  nextDouble(): number {
    const high = this.#next(26);
    const low = this.#next(27);
    return (high * 2 ** 27 + low) / 2 ** 53;
  }

  /** An integer from 0 to bound - 1; the bound is positive and below 2^31. */
  nextInt(bound: number): number {
    if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(this.#next(31))) >> 31n);
    // Values from an incomplete last round are drawn again, so that all are equally likely.
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  /** The upper bits of the next state, without sign: no caller asks for all 32. */
  #next(bits: number): number {
    this.#state = (this.#state * multiplier + increment) & mask;
    return Number(this.#state >> BigInt(48 - bits));
  }
}
