/** What a subject declares. */
import type { RouteLocationRaw, RouteRecordRaw } from "vue-router";
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
  | "search"
  | "menu"
  | "close";

/** Where the navigation and the palette lead to. */
export interface Place {
  to: string;
  words: Key;
  icon: IconName;
  /** Only an admin's. */
  admin?: boolean;
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
