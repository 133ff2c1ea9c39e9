import type { Known } from "../../composables/useNames";
import type { Shop } from "../../types";

/** A shop by each address that it has had. */
export const knownOf = ({
  shop,
  name,
  address,
  addresses,
}: Pick<Shop, "shop" | "name" | "address" | "addresses">): Record<string, Known> =>
  Object.fromEntries([shop, ...addresses].map((one) => [one, { key: shop, name, address }]));
