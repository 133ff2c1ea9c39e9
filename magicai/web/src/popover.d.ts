/** Vue's types do not know popovers yet. */
export {};

declare module "vue" {
  interface HTMLAttributes {
    popover?: "" | "auto" | "manual";
  }
  interface ButtonHTMLAttributes {
    popovertarget?: string;
  }
}
