/** Short names for what the API answers with (api-types.ts, made from docs/schemas/api.json). */

import type { components } from "./api-types";

export type Schemas = components["schemas"];
/** A list's page; `next_cursor` asks for the next one. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export type Workspace = Schemas["WorkspaceShown"];
export type WorkspaceMember = Schemas["WorkspaceMemberShown"];
export type Invitation = Schemas["InvitationShown"];
export type Status = Schemas["RunStatus"];
export type Run = Schemas["RunShown"];
export type ListedRun = Schemas["RunListed"];
export type RunEvent = Schemas["RunEvent"];
export type Problem = Schemas["Problem"];
export type Item = Schemas["ItemShown"];
export type ItemList = Schemas["ItemList"];
export type Effect = Schemas["EffectShown"];
export type Home = Schemas["HomeShown"];
export type Operations = Schemas["OperationsShown"];
export type Checks = Schemas["ChecksShown"];
export type Store = Schemas["StoreShown"];

export type FilePreview = Schemas["FilePreviewShown"];
export type Plan = Schemas["PlanShown"] & Partial<Pick<Schemas["WouldDo"], "most_calls" | "per_item">>;
export type PlannedStep = Schemas["PlannedStep"];
export type Expected = Schemas["Expected"];
export type Choice = Schemas["Choice"];
/** A decision with what came of it. */
export type Made = Schemas["DecisionsDecisionShown"];
export type BrainKnown = Schemas["BrainKnown"];
export type ChoiceKnown = Schemas["ChoiceKnown"];

/** What every workflow's result has, beside its own fields. */
export type Result = Schemas["RunResult"];
export type OwnComparison = Schemas["OwnComparison"];
export type CrawlResult = Schemas["CrawlAnalyzeGenerateResult"];
export type Product = Schemas["Product"];
export type Variant = Schemas["Variant"];
export type Group = Schemas["Group"];
export type ShopAnalysis = Schemas["ShopAnalysis"];

export type RunView = Schemas["ViewShown"];
export type RunFile = Schemas["FileShown"];
export type Panel = Schemas["PanelShown"];
export type Column = Schemas["ColumnShown"];
export type ColumnKind = Column["kind"];
export type Button = Schemas["ButtonShown"];
export type Entity = Schemas["EntityShown"];
export type Hit = Schemas["HitShown"];
export type Share = Schemas["ShareShown"];
export type ShareMade = Schemas["ShareMade"];
export type SharedRun = Schemas["SharedRun"];

export type Workflow = Schemas["WorkflowShown"];
export type Schedule = Schemas["ScheduleShown"];
export type ScheduleWhen = Schemas["ScheduleTimes"];
/** When runs are to start, as somebody asks for it. */
export interface ScheduleTiming {
  every?: Schemas["Every"];
  at?: string;
  on?: string[];
  cron?: string;
  zone: string;
}
export type Webhook = Schemas["WebhookShown"];
export type Delivery = Schemas["DeliveryShown"];
export type Mail = Schemas["MailShown"];
export type MailServer = Schemas["MailServer"];
export type SignInSetUp = Schemas["SignInSetUp"];
export type NotificationChannel = Schemas["NotificationChannelShown"];
export type ChannelEvent = Schemas["ChannelEventShown"];
export type Channels = Schemas["Channels"];

export type User = Schemas["UserShown"];
export type Session = Schemas["PageSession"];
export type SessionOpened = Schemas["PageOpened"];
export type ListedSession = Schemas["SessionShown"];
export type Identity = Schemas["IdentityShown"];
export type SignInProvider = Schemas["SignInProvider"];
export type ApiKey = Schemas["ApiKeyShown"];
export type Usage = Schemas["Usage"];
export type AuditEvent = Schemas["AuditEventShown"];
export type Costs = Schemas["Costs"];
export type CostShown = Schemas["CostShown"];
export type CostGroup = Schemas["CostGroup"];
export type RunCost = Schemas["RunCost"];
export type WorkflowUsage = Schemas["WorkflowUsage"];
export type MonthsBudget = Schemas["MonthsBudget"];
export type Money = Schemas["Money"];
export type Interval = Schemas["Interval"];

export type Setting = Schemas["SettingShown"];
export type SettingGroup = Setting["group"];

export type ModelRole = Schemas["RoleShown"];
export type ModelTried = Schemas["ModelTried"];
export type ModelHost = Schemas["ModelHost"];
export type EmbedderChange = Schemas["EmbedderChange"];
export type LocalModel = Schemas["LocalModel"];

export type Shop = Schemas["ShopShown"];
export type AlertRule = Schemas["AlertRuleShown"];
export type AlertKind = Schemas["AlertKind"];
export type Reading = Schemas["ReadingShown"];
export type Offer = Schemas["Offer"];
export type ProductHistory = Schemas["ShopsProductShown"];
export type History = Schemas["HistoryShown"];
export type Difference = Schemas["Difference"];
export type DifferenceKind = Schemas["ChangeKind"];
export type Comparison = Schemas["ComparisonShown"];
