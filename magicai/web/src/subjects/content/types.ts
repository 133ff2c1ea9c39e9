/** Texts and templates, as the gateway tells of them. */
import type { Schema } from "../../types";

export type State = "draft" | "flagged" | "accepted" | "rejected";
export type Language = "en" | "zh";
/** The quality in a word. */
export type Word = "good" | "to_check" | "flagged";
export type Verdict = "proved" | "supported" | "contradicted" | "not_in_record" | "opinion" | "not_checked";
export interface Facts {
  said: number;
  of: number;
  missing: string[];
}
export interface ListedText {
  content_id: string;
  run_id: string;
  content_type: string;
  /** BCP 47. */
  language: string;
  state: State;
  title: string;
  written_by: string;
  score: number;
  word: Word;
  flags: string[];
  not_checked: number;
  facts: Facts;
  created_at: string;
}
export interface Block {
  kind: "heading" | "paragraph" | "item";
  text: string;
  level: number;
}
export interface Claim {
  kind: string;
  text: string;
  start: number;
  end: number;
  verdict: Verdict;
  source: string;
  source_text: string;
  reason: string;
  by: "code" | "model";
}
export type Place = [number, number];
export interface Measure {
  name: string;
  value: number;
  reason: string;
  place: Place | null;
}
export interface Quality {
  score: number;
  word: Word;
  reasons: string[];
  parts: Measure[];
}
export interface Version {
  number: number;
  at: string;
  by: string;
  text: string;
  note: string;
  score: number;
}
/** One of the drafts of a text. */
export interface Draft {
  number: number;
  by: string;
  blocks: Block[];
  claims: Claim[];
  quality: Quality;
  facts: { said: number; of: number; missing: string[] };
  flags: string[];
  /** In US dollars; null where it is unknown. */
  cost: string | null;
  currency: string;
  used: boolean;
}
export interface WholeText extends ListedText {
  row: number;
  text: string;
  blocks: Block[];
  variables: Record<string, unknown>;
  claims: Claim[];
  quality: Quality;
  verified_by: string;
  not_verified: string;
  instead_of: string;
  dropped: string[];
  missing: string[];
  reasons: string[];
  translation_of: string;
  /** The name of the voice that it was written in; empty: none. */
  voice: string;
  /** How many drafts there are; 0 where one was asked for. */
  drafts: number;
  versions: Version[];
}
export interface Template {
  content_type: string;
  language: Language;
  title: string;
  description: string;
  own: boolean;
  source: string | null;
  /** JSON Schema of all variables. */
  variables: Schema;
}
export interface Preview {
  blocks: Block[];
  claims: Claim[];
  quality: Quality;
}
