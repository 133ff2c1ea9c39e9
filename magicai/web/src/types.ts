/** What the gateway answers with; docs/reference/api.md. */

import type { Message } from "./pure/messages";

export type Status = "queued" | "processing" | "completed" | "partial" | "failed" | "cancelled";
/** `message` and `way` are null in rows of earlier versions. */
export interface Problem {
  where: string;
  what: string;
  way_out: string;
  temporary: boolean;
  message?: Message | null;
  way?: Message | null;
}
export interface Item {
  step: string;
  key: string;
  state: "pending" | "running" | "done" | "failed";
  attempts: number;
  problem: Problem | null;
}
/** A list's page; `next_cursor` asks for the next one. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
export interface ItemList extends Page<Item> {
  steps: { step: string; pending: number; running: number; done: number; failed: number }[];
}
export interface Money {
  amount: string;
  currency: string;
}
export interface Interval {
  low: number;
  high: number;
  basis: "prior" | "runs" | "unknown";
}
/** What an option is expected to give; null where nothing was measured yet. */
export interface Expected {
  quality: number | null;
  cost: string | null;
  currency: string;
  seconds: number | null;
}
export interface Alternative {
  option: string;
  propensity: number;
  expected: Expected | null;
}
/** `id` is null where only one option was open; the default option is the first of the alternatives. */
export interface Choice {
  id: string | null;
  step: string;
  choice: string;
  item: string | null;
  option: string;
  alternatives: Alternative[];
  reason: string;
  message?: Message | null;
  propensity: number;
  explored: boolean;
}
export interface Reward {
  kind: string;
  value: number;
  weight: number;
  source: string;
  at: string;
}
/** A decision with what came of it. */
export interface Made extends Omit<Choice, "id"> {
  decision_id: string;
  run_id: string;
  workflow: string;
  at: string;
  /** The kinds of reward that it takes. */
  learns_from: string[];
  reward: number | null;
  rewards: Reward[];
}
/** A mean reward, or a sum of regrets, with its 90 % interval. */
export interface Bounds {
  value: number;
  low: number;
  high: number;
}
export interface OptionKnown extends Alternative {
  expected_reward: number;
  decisions: number;
  changed: boolean;
}
export interface ChoiceKnown {
  workflow: string;
  step: string;
  choice: string;
  decisions: number;
  rewarded: number;
  learned_from: number;
  latest: string;
  options: OptionKnown[];
  guarded: boolean;
  curve: { decisions: number; reward: Bounds }[];
  regret: { option: string; regret: Bounds } | null;
}
export interface BrainKnown {
  choices: ChoiceKnown[];
  calibration: { workflow: string; runs: number; within_interval: number }[];
}
export interface Decision {
  priority: string;
  estimated_time: Interval;
  estimated_cost: { low: string; high: string; currency: string; basis: "prior" | "runs" | "unknown" };
  confidence: number | null;
  reasoning: string;
  message?: Message | null;
  policy: string;
  model: string | null;
  choices: Choice[];
}
export interface PlannedStep {
  name: string;
  gives: string;
  needs: string[];
  reason: string;
  message?: Message | null;
}
export interface Plan {
  revision: number;
  reason: string;
  message?: Message | null;
  decision: Decision;
  steps: PlannedStep[];
  /** Of language models, at most; null where nobody knows before. */
  most_calls?: number | null;
  /** What each item, such as a text, may take at most; null where that is not limited. */
  per_item?: { unit: "text"; most_calls: number; most_cost: string | null; currency: string } | null;
}
export interface User {
  user_id: string;
  name: string;
  role: string;
  created_at: string;
  disabled_at: string | null;
}
export interface Session {
  user: User;
  page_secret?: string;
  device?: string;
  expires_at: string;
  has_password: boolean;
  command: string;
}
export interface Workflow {
  name: string;
  title: string;
  description: string;
  parameters: Schema;
  /** The title of what comes with MagicAI to try it on. */
  sample?: string | null;
}
export interface Schema {
  properties: Record<string, SchemaProperty>;
  required?: string[];
  $defs?: Record<string, SchemaProperty>;
}
export interface SchemaProperty {
  title?: string;
  description?: string;
  type?: string;
  enum?: string[];
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  format?: string;
  contentMediaType?: string;
  writeOnly?: boolean;
  /** Of a file: what its name may end in. */
  suffixes?: string[];
  maxBytes?: number;
  /** Of a number: what it counts. */
  unit?: string;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  items?: SchemaProperty;
  properties?: Record<string, SchemaProperty>;
  additionalProperties?: SchemaProperty | boolean;
  required?: string[];
  anyOf?: SchemaProperty[];
  allOf?: SchemaProperty[];
  $ref?: string;
}
export interface Run {
  run_id: string;
  workflow: string;
  request: Record<string, unknown>;
  /** Of the files that the request names, by their ids. */
  file_names: Record<string, string>;
  origin: string;
  status: Status;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  /** Whether it failed because its process ended. It can be resumed. */
  interrupted: boolean;
  cancel_requested: boolean;
  attempts: number;
  /** The run that started it. */
  follows: string | null;
  /** Whether it starts once that run has ended. */
  waits: boolean;
  /** Whether something of it waits for a decision. */
  waiting: boolean;
}
/** A run of a list. */
export interface ListedRun extends Run {
  progress: number;
  findings: string[];
  finding_messages: Message[];
  problem: string;
  problem_message: Message | null;
  waiting: boolean;
  /** Whose it is, in a list of others' runs. */
  owner: string | null;
}
export interface Store {
  store: string;
  place: "embedded" | "server";
  behind: number;
  refused: number;
  down: boolean;
}
/** Something that a run did outside of MagicAI, or began to. */
export interface Effect {
  effect: string;
  kind: string;
  state: "begun" | "cut" | "failed" | "done";
  run_id: string | null;
}
/** Where notifications go beside open pages. */
export interface Channels {
  messages: boolean;
  webhooks: number;
}
export interface Home {
  attention: ListedRun[];
  running: ListedRun[];
  latest: ListedRun[];
  effects: Effect[];
  stores: Store[];
  budget: MonthsBudget | null;
}
/** The model of a role; what may be chosen instead. */
export interface ModelRole {
  role: string;
  name: string;
  model: string;
  origin: "chosen" | "environment" | "default";
  setting: string;
  ready: boolean;
  why_not: string;
  price: { prompt: number; completion: number; source: string } | null;
  host: string;
  needs_consent: boolean;
  consent: { by: string; at: string } | null;
  words: string[];
  providers: string[];
  at_hand: string[];
  searched: string;
  making: string;
}
export interface ModelTried {
  name: string;
  answer: string;
  duration_s: number;
  cost: string | null;
}
export interface ModelHost {
  host: string;
  allowed: boolean;
}
export interface EmbedderChange {
  name: string;
  texts: number;
  cost: string | null;
  host: string;
}
export interface LocalModel {
  title: string;
  size: number;
  installed: boolean;
  done: number | null;
  problem: string;
}
export interface Schedule {
  schedule_id: string;
  workflow: string;
  when: string;
  active: boolean;
  request: Record<string, unknown>;
}
export interface Webhook {
  webhook_id: string;
  url: string;
  events: string[];
  created_at: string;
  disabled_at: string | null;
}
export interface Delivery {
  state: "pending" | "delivered" | "failed";
  status: number | null;
  error: string;
}
export interface RunEvent {
  run_id: string;
  sequence: number;
  at: string;
  kind: string;
  status: Status;
  progress: number;
  current_task: string | null;
  estimated_remaining: number | null;
  data: Record<string, unknown>;
}
export interface Provenance {
  url: string;
  source: string;
  at: string;
}
export interface Product {
  id: string;
  url: string;
  name: string;
  price: string | null;
  currency: string | null;
  list_price: string | null;
  availability: string;
  sku: string | null;
  brand: string | null;
  category: string[];
  seen: string;
  provenance: Record<string, Provenance>;
}
export interface Stats {
  currency: string | null;
  count: number;
  priced: number;
  median: string | null;
  low: string | null;
  high: string | null;
  q1: string | null;
  q3: string | null;
  in_stock: number;
  known_stock: number;
  discounted: number;
}
export interface Group {
  name: string;
  stats: Stats[];
}
export interface ShopAnalysis {
  shop: string;
  products: number;
  stats: Stats[];
  categories: Group[];
  changes: Changes | null;
}
export interface Changes {
  since: string;
  compared: number;
  new: unknown[];
  gone: unknown[];
  dearer: unknown[];
  cheaper: unknown[];
}
export interface Result {
  run_id: string;
  status: Status;
  started_at: string;
  finished_at: string;
  execution_time: number;
  problems: Problem[];
  cost: Money;
  crawl_data?: {
    shop: string;
    coverage: number;
    pages: { fetched: number; unchanged: number; refused: number; failed: number };
    products: Product[];
  };
  analysis?: { shops: ShopAnalysis[] };
  report?: {
    title: string;
    language: string;
    written_by: string;
    findings: string[];
    /** What a language model says that the findings mean; none in results of earlier versions. */
    summary?: { text: string; written_by: string; notes: string[] } | null;
  };
}
export type ColumnKind =
  "auto" | "text" | "number" | "money" | "percent" | "bytes" | "duration" | "date" | "link" | "image";
export interface Column {
  name: string;
  kind: ColumnKind;
  /** Of money: an ISO 4217 code, or the field of the row that has it. */
  unit: string;
}
/** A decision about an entity of a queue; `form` asks for the fields of the message that a person fills in. */
export interface Button {
  title: string;
  values: Record<string, unknown>;
  form: Schema | null;
}
/** docs/how-to/add-a-workflow.md has what each kind uses. */
export interface Panel {
  kind: "document" | "table" | "chart" | "text" | "files" | "answer" | "queue" | "items";
  title: string;
  source: string;
  columns: Column[];
  shape: "line" | "bar" | "scatter";
  x: string;
  y: string[];
  series: string;
  unit: string;
  format: "markdown" | "plain";
  sources: string;
  entity: string;
  state: string;
  message: string;
  /** The field of the message by the field of the entity's data. */
  key: Record<string, string>;
  buttons: Button[];
  step: string;
}
export interface Entity {
  kind: string;
  entity_id: string;
  state: string;
  title: string;
  language: string;
  url: string;
  data: Record<string, unknown>;
}
/** A link to a run's result; `path` only where it was made just now. */
export interface Share {
  share_id: string;
  run_id: string;
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
  path?: string | null;
}
export interface SharedRun extends RunView {
  workflow: string;
  status: Status;
  finished_at: string | null;
  expires_at: string;
  result: Result;
}
export interface RunFile {
  name: string;
  format: string;
  title: string;
  media_type: string;
  href: string;
}
export interface RunView {
  findings: string[];
  finding_messages: Message[];
  panels: Panel[];
  files: RunFile[];
}
export interface ApiKey {
  key_id: string;
  name: string;
  scopes: string[];
  hint: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}
export interface Reading {
  run_id: string;
  at: string;
  complete: boolean;
  coverage: number;
  products: number;
}
export interface Offer {
  price: string | null;
  currency: string | null;
  availability: string;
  seen: string;
}
export interface ProductHistory {
  product_id: string;
  name: string;
  url: string;
  brand: string | null;
  offers: (Offer | null)[];
}
export interface History extends Page<ProductHistory> {
  shop: string;
  readings: Reading[];
  earlier: string | null;
}
export interface Shop {
  shop: string;
  readings: number;
  last_read_at: string;
}
export type DifferenceKind = "new" | "gone" | "dearer" | "cheaper" | "sold_out" | "back";
export interface Difference {
  product_id: string;
  name: string;
  url: string;
  kind: DifferenceKind;
  before: Offer | null;
  after: Offer | null;
}
export interface Comparison extends Page<Difference> {
  shop: string;
  shops: string[];
  older: Reading;
  newer: Reading;
  compared: number;
  counts: Partial<Record<DifferenceKind, number>>;
}
export interface Usage {
  since: string;
  runs: Record<string, number>;
  duration_s: number;
  cost: Money;
  workflows: WorkflowUsage[];
  this_month: MonthsBudget;
}
export interface WorkflowUsage {
  workflow: string;
  runs: number;
  completed: number;
  duration_s: number;
  usual_s: number;
  cost: Money;
}
export interface MonthsBudget {
  spent: Money;
  reserved: Money;
  limit: Money | null;
}
