/** Which browser, or other program, a User-Agent is of: as much as a person needs to know it again. */

// The first that fits: most browsers name others, too.
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS)\//, "Chrome"],
  [/\bVersion\/[\d.]+.* Safari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

const first = (table: typeof BROWSERS, agent: string) => table.find(([pattern]) => pattern.test(agent))?.[1];

/** "Chrome · Windows"; of another program its own name, such as "curl". */
export function clientOf(agent: string | null): string {
  if (!agent) return "";
  const known = [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean);
  return known.length ? known.join(" · ") : (/^[\w.-]{1,40}/.exec(agent)?.[0] ?? "");
}

/** Whether a User-Agent is a browser's: all of them begin alike. A script that signs in as the page does names itself. */
export const isBrowser = (agent: string | null): boolean => !agent || agent.startsWith("Mozilla/");
