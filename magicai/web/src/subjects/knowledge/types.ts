/** Short names for what the API says of documents, collections and answers. */
import type { Schemas } from "../../types";

export type ListedDocument = Schemas["DocumentShown"];
export type Role = ListedDocument["role"];
export type Passage = Schemas["PassageShown"];
export type Place = Passage["place"];
export type PassagePage = Schemas["PassageList"];
export type Knowledge = Schemas["KnowledgeShown"];
export type Collection = Knowledge["collections"][number];
export type Invitation = Knowledge["invitations"][number];
export type Conversation = Schemas["ConversationShown"];
export type Gap = Schemas["Gap"];
export type Disputed = Schemas["Disputed"];
/** What somebody said of an answer. */
export type Given = Schemas["FeedbackGiven"];
export type Answer = Schemas["SearchAndAnswerResult"];
