/** Short names for what the API says of products, categories and stock. */
import type { paths } from "../../api-types";
import type { Schemas } from "../../types";

export type ShortProduct = Schemas["CatalogueProductShown"];
export type ListedProduct = Schemas["ProductListed"];
export type WholeProduct = Schemas["ProductWhole"];
export type Origin = Schemas["ProductOrigin"];
export type Category = Schemas["Category"];
export type Change = Schemas["ProductChange"];
export type Mapping = Schemas["MappingShown"];
export type Duplicate = Schemas["DuplicateShown"];
export type ProductImage = Schemas["ImageShown"];
export type Suggested = Schemas["RecommendedShown"];
export type Stock = Schemas["StockShown"];
export type Movement = Schemas["MovementShown"];
export type StockConflict = Schemas["StockConflictShown"];
export type Judged = Schemas["Judged"];
export type Reviewed = Schemas["ReviewsShown"];
export type Completeness = Schemas["CompletenessShown"];
export type Family = Schemas["Family"];
export type NamedFamily = Schemas["NamedFamily"];
export type ImportResult = Schemas["ProductListResult"];
export type ShopSystem = Schemas["ShopSystemShown"];
export type Write = Schemas["ShopWriteShown"];
export type Edited = Schemas["ProductsEdited"];
export type Failed = Schemas["Failed"];
export type Counts = Schemas["ProductCounts"]["facets"];

export type Sort = NonNullable<NonNullable<paths["/api/products"]["get"]["parameters"]["query"]>["sort"]>;

export const FACETS = ["brand", "category", "availability", "price_band", "shop"] as const;
export const SORTED = ["name", "brand", "price", "completeness", "updated"] as const;
/** What a person edits as one line of text. */
export const LINES = ["name", "brand", "price", "currency", "list_price", "gtin", "sku", "model", "url"] as const;
