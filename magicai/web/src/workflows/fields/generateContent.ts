/** What a text is written from: a template by its title, a product or a run by its name, variables one by one. */
import AboutField from "../../subjects/content/AboutField.vue";
import TypeField from "../../subjects/content/TypeField.vue";
import VariablesField from "../../subjects/content/VariablesField.vue";
import VoiceField from "../../subjects/content/VoiceField.vue";
import type { OwnFields } from ".";

export const ownFields: OwnFields = {
  content_type: { component: TypeField, first: true },
  language: { first: true },
  voice: { component: VoiceField, first: true },
  about: { component: AboutField, first: true },
  variables: { component: VariablesField, first: true },
};
