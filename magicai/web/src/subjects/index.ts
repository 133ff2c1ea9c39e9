/** What subjects add to the page: each in a folder of its own, whose `subject.ts` declares it. */
import type { RouteLocationRaw, RouteRecordRaw } from "vue-router";
import type { Key } from "../messages/en";
import type { Place } from "../places";

/** Something that was found by words. */
export interface Hit {
  kind: string;
  entity_id: string;
  title: string;
  url: string;
}

export interface Subject {
  /** What it is called. */
  words: Key;
  places: Place[];
  routes: RouteRecordRaw[];
  /** Where an entity of each of its kinds is shown. */
  shows?: Record<string, (hit: Hit) => RouteLocationRaw>;
  /** What else of it is found by its name. */
  named?: () => Promise<{ words: string; to: RouteLocationRaw }[]>;
}

const found = import.meta.glob<{ subject: Subject }>("./*/subject.ts", { eager: true });
export const subjects: Subject[] = Object.values(found).map((one) => one.subject);
