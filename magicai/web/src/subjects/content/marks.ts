/** Where a text's claims stand in its blocks. */
import type { Block, Claim, Place, Verdict } from "./types";

export interface Segment {
  text: string;
  /** The place of its claim in the list of claims; -1 where it claims nothing. */
  claim: number;
  /** Whether it is what somebody looks for. */
  found: boolean;
}

// Between blocks, in the text that places count in.
const BREAK = 2;

/** Blocks in segments, each of which is one claim's or none. Where claims overlap, the graver and the shorter is shown. */
export function segmentsOf(blocks: readonly Block[], claims: readonly Claim[], found: Place | null): Segment[][] {
  // Places count characters, not halves of them.
  const texts = blocks.map((block) => Array.from(block.text));
  const total = texts.reduce((sum, text) => sum + text.length + BREAK, 0);
  const owner = new Array<number>(total).fill(-1);
  const byRank = claims
    .map((_, at) => at)
    .toSorted((a, b) => rank(claims[a]) - rank(claims[b]) || length(claims[b]) - length(claims[a]));
  for (const at of byRank) {
    const { start, end } = claims[at] ?? { start: 0, end: 0 };
    owner.fill(at, start, end);
  }
  let begin = 0;
  return texts.map((text) => {
    const segments: Segment[] = [];
    text.forEach((character, at) => {
      const place = begin + at;
      const claim = owner[place] ?? -1;
      const isFound = found !== null && place >= found[0] && place < found[1];
      const last = segments.at(-1);
      if (last?.claim === claim && last.found === isFound) last.text += character;
      else segments.push({ text: character, claim, found: isFound });
    });
    begin += text.length + BREAK;
    return segments;
  });
}

/** What says less lies below: sentences that nobody has checked below their proved numbers, what is marked above all. */
const RANKS: Record<Verdict, number> = {
  not_checked: 0,
  opinion: 1,
  supported: 2,
  proved: 3,
  not_in_record: 4,
  contradicted: 5,
};
const rank = (claim: Claim | undefined): number => RANKS[claim?.verdict ?? "not_checked"];
const length = (claim: Claim | undefined): number => (claim ? claim.end - claim.start : 0);
