/** Documents and collections, as the gateway tells of them. */
export type Role = "owner" | "editor" | "reader";
export interface ListedDocument {
  document_id: string;
  collection: string;
  role: Role;
  source: string;
  title: string;
  kind: string;
  language: string;
  state: "ready" | "incomplete";
  size: number;
  passages: number;
  added_at: string;
}
export interface Place {
  page: number | null;
  slide: number | null;
  sheet: string | null;
  row: number | null;
}
export interface Passage {
  passage_id: string;
  number: number;
  headings: string[];
  place: Place;
  language: string;
  text: string;
}
export interface PassagePage {
  items: Passage[];
  next_cursor: string | null;
  previous_cursor: string | null;
}
export interface Collection {
  reference: string;
  name: string;
  owner: string;
  role: Role;
  members: { name: string; role: Role; accepted: boolean }[];
  documents: number;
  passages: number;
}
export interface Invitation {
  reference: string;
  name: string;
  owner: string;
  role: Role;
}
export interface Knowledge {
  collections: Collection[];
  invitations: Invitation[];
  documents: number;
  passages: number;
  incomplete: number;
  behind: Record<string, number>;
}
export interface Gap {
  questions: string[];
  asked: number;
  last: string;
  /** The latest answer, where its sources disagree. */
  answer?: string;
  interaction_id?: string;
}
/** What somebody said of an answer. */
export interface Given {
  interaction_id: string;
  state: "given" | "undone" | "struck";
  helpful: boolean | null;
  rating: number | null;
  right_source: string | null;
  corrected_answer: string | null;
  note: string;
}
