/** What subjects add to the page: each in a folder of its own, whose `subject.ts` declares it. */
import type { Subject } from "./subject";

const found = import.meta.glob<{ subject: Subject }>("./*/subject.ts", { eager: true });
export const subjects: Subject[] = Object.values(found).map((one) => one.subject);
