/** What plain TypeScript, and with it ESLint, takes a component for; vue-tsc reads the components themselves. */
declare module "*.vue" {
  import type { DefineComponent } from "vue";

  const component: DefineComponent;
  export default component;
}
