/** Short names for what the API says of texts and templates. */
import type { Schemas } from "../../types";

export type ListedText = Schemas["ContentShown"];
export type TextsDone = Schemas["TextsDone"];
export type TextFailed = Schemas["TextFailed"];
export type State = ListedText["state"];
/** The quality in a word. */
export type Word = ListedText["word"];
export type WholeText = Schemas["ContentWhole"];
export type Facts = Schemas["FactsShown"];
export type Block = Schemas["Block"];
export type Claim = Schemas["ClaimShown"];
export type Verdict = NonNullable<Claim["verdict"]>;
export type Measure = Schemas["MeasureShown"];
export type Place = NonNullable<Measure["place"]>;
export type Quality = Schemas["QualityShown"];
export type Version = Schemas["VersionShown"];
export type Draft = Schemas["DraftShown"];
export type Template = Schemas["TemplateShown"];
export type Wish = Schemas["RewrittenText"]["wish"];
export type WishOfMany = Schemas["TextsRewriting"]["wish"];
export type Language = Template["language"];
export type Preview = Schemas["PreviewShown"];
/** A text in the result of the run that wrote it. */
export type Written = Schemas["WrittenText"];
export type WrittenResult = Schemas["GenerateContentResult"];
