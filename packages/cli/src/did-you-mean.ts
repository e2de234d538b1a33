/** Words further apart than this share of their length are not taken for a slip. */
const FARTHEST = 0.4;

/** ` Did you mean forecast?` for a word that comes close to one of the candidates, else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.max(1, FARTHEST * Math.max(word.length, candidate.length)),
    )
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0] ? ` Did you mean ${ranked[0].candidate}?` : '';
}

/** Levenshtein's: how many letters are to be put in, taken out or replaced. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length]!;
}
