import type { CostShown } from "../types";
import { cost } from "../pure/format";
import { useWords } from "./useWords";

/** What costs are called: groups by what they group, amounts as far as they are exact. */
export function useCosts() {
  const { language, t, named } = useWords();
  const amountOf = (one: Pick<CostShown, "cost" | "estimated">): string => {
    const text = cost(one.cost, language.value);
    return one.estimated ? t("costs.about", { cost: text }) : text;
  };
  const groupOf = (by: string, key: string, name: string): string =>
    !key ? t("costs.outside") : by === "workflow" ? named("workflow", key) : name;
  return { amountOf, groupOf };
}
