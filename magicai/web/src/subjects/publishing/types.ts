/** Submissions, posts and targets, as the gateway tells of them. */
export type Status =
  "draft" | "pending_review" | "approved" | "rejected" | "publishing" | "published" | "partial" | "withdrawn";
export type Verdict = "approve" | "reject" | "change";
export interface ListedReview {
  content_id: string;
  title: string;
  status: Status;
  digest: string;
  submitted_by: string;
  targets: string[];
  blocking: number;
  notes: number;
  assigned_to: string | null;
  created_at: string;
  publish_at: string | null;
  expires_at: string | null;
}
export type Severity = "blocks" | "review" | "note";
/** How a badge of each severity looks. */
export const BADGES: Record<Severity, string> = { blocks: "failed", review: "partial", note: "" };
export interface NotChecked {
  check: string;
  what: string;
  way_out: string;
  needs_person: boolean;
}
export interface Finding {
  number: number;
  rule: string;
  severity: Severity;
  place: { field: string; start: number; end: number };
  text: string;
  message: string;
  suggestion: string | null;
  confidence: number;
  overridden: boolean;
  passages: { source: string; text: string; address: string }[];
  /** The law or rule, and where it can be read. */
  source: string;
  link: string;
}
export interface Draft {
  title: string;
  text: string;
  summary: string;
  tags: string[];
  link: string;
  language: string;
  media: { name: string; alt: string }[];
}
export interface Payload {
  target: string;
  platform: string;
  address: string;
  user: string;
  options: Record<string, string>;
  link: string;
  notes: string[];
  body: { form: "article" | "note"; text: string; title?: string; html?: string; excerpt?: string; tags: string[] };
}
export interface Version {
  number: number;
  at: string;
  by: string;
  note: string;
  draft: Draft;
}
export interface Decided {
  at: string;
  by: string;
  decision: Verdict;
  reasons: string;
}
export interface Said {
  at: string;
  by: string;
  text: string;
  field: string;
}
export interface ListedPost {
  content_id: string;
  target: string;
  platform: string;
  title: string;
  state: "intended" | "unknown" | "published" | "changed" | "gone" | "removed";
  url: string;
  posted_at: string | null;
  counts: Record<string, number>;
  problem: string;
}
export interface ListedReply {
  target: string;
  at: string;
  text: string;
  helpful: "yes" | "no" | null;
  url: string;
}
export interface WholeReview extends Omit<ListedReview, "blocking" | "notes" | "created_at"> {
  run_id: string;
  row: number;
  draft: Draft;
  payloads: Payload[];
  checked: boolean;
  /** Whether a run about it is in progress, which may check it again. */
  running: boolean;
  findings: Finding[];
  not_checked: NotChecked[];
  versions: Version[];
  decisions: Decided[];
  approvals: number;
  approvals_needed: number;
  comments: Said[];
  posts: ListedPost[];
  zone: string;
  may_decide: boolean;
  why_not: string;
}
export interface Target {
  name: string;
  platform: string;
  address: string;
  user: string;
  has_secret: boolean;
}
