/** Short names for what the API says of submissions, posts and targets. */
import type { Schemas } from "../../types";

export type ListedReview = Schemas["ReviewShown"];
export type WholeReview = Schemas["ReviewWhole"];
export type Status = ListedReview["status"];
export type Decided = Schemas["PublishingDecisionShown"];
/** One of several that were decided about at once. */
export type DecidedOne = Schemas["DecidedShown"];
export type Verdict = Decided["decision"];
export type Finding = Schemas["FindingNumbered"];
/** A finding in the result of the run that checked. */
export type Found = Schemas["FindingShown"];
export type SubmissionResult = Schemas["ReviewAndPublishResult"];
export type Severity = Finding["severity"];
/** How a badge of each severity looks. */
export const BADGES: Record<Severity, string> = { blocks: "failed", review: "partial", note: "" };
export type NotChecked = Schemas["NotChecked"];
export type Draft = Schemas["Draft"];
export type Payload = Schemas["PayloadShown"];
export type Version = Schemas["ReviewVersion"];
export type ListedPost = Schemas["PostShown"];
export type ListedReply = Schemas["ReplyShown"];
export type Target = Schemas["TargetShown"];
