/** What a subject declares. */
import type { RouteLocationRaw, RouteRecordRaw } from "vue-router";
import type { Known } from "../composables/useNames";
import type { Key } from "../messages/en";

export type IconName =
  | "home"
  | "workflows"
  | "runs"
  | "shops"
  | "content"
  | "products"
  | "reviews"
  | "knowledge"
  | "settings"
  | "insights"
  | "operations"
  | "search"
  | "menu"
  | "close";

/** Where the navigation and the palette lead to. */
export interface Place {
  to: string;
  words: Key;
  icon: IconName;
  /** Only of those who have one of these roles in the installation. */
  roles?: readonly string[];
  /** How many things wait there. */
  count?: () => Promise<number>;
}

/** Something that was found by words. */
export interface Hit {
  kind: string;
  entity_id: string;
  title: string;
  url: string;
}

/** How things of a kind that wait for somebody are shown; `words` count them as {n}. */
export interface Waits {
  words: Key;
  /** Where all of them are, if that is one place. */
  all?: { words: Key; to: RouteLocationRaw };
  show: (id: string) => RouteLocationRaw;
}

export interface Subject {
  /** What it is called. */
  words: Key;
  places: Place[];
  routes: RouteRecordRaw[];
  /** What of it may wait for somebody, by kind. */
  waits?: Record<string, Waits>;
  /** Where an entity of each of its kinds is shown. */
  shows?: Record<string, (hit: Hit) => RouteLocationRaw>;
  /** What texts of requests stand for, where people have named it. */
  known?: () => Promise<Record<string, Known>>;
  /** What else of it is found by its name. */
  named?: () => Promise<{ words: string; to: RouteLocationRaw }[]>;
}
