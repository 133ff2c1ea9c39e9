/** What runs find, in another language: whole sentences only, since an answer or a report may say anything. */
import type { Table, Tell } from "./told";

/** Answers the words for a finding; null where the table has none. `{n}` stands for a number, `{}` for any text. */
export function finder(table: Table): Tell {
  const forms = Object.entries(table).map(([key, words]) => {
    const pattern = key
      .split(/(\{n?\})/)
      .map((part) =>
        part === "{n}" ? "([\\d,]+)" : part === "{}" ? "(.+)" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
      );
    return { pattern: new RegExp(`^${pattern.join("")}$`, "s"), words };
  });
  return (text) => {
    for (const { pattern, words } of forms) {
      const found = pattern.exec(text);
      if (found) return words.replace(/\{(\d)\}/g, (_, at: string) => found[Number(at) + 1] ?? "");
    }
    return null;
  };
}
