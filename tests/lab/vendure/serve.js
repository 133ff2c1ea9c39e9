// A Vendure shop with a few products, in one process.
//
// LAB: folder; LAB_PORT; LAB_PASSWORD: of the user superadmin.

const fs = require("node:fs");
const path = require("node:path");
const core = require("@vendure/core");
const { populate } = require("@vendure/core/cli");

const folder = process.env.LAB;
const password = process.env.LAB_PASSWORD;
const database = path.join(folder, "vendure.sqlite");
const isNew = !fs.existsSync(path.join(folder, "ready"));

const config = {
  apiOptions: { port: Number(process.env.LAB_PORT), hostname: "127.0.0.1", adminApiPath: "admin-api" },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: { identifier: "superadmin", password },
    cookieOptions: { secret: password },
  },
  dbConnectionOptions: { type: "better-sqlite3", database, synchronize: true, logging: false },
  importExportOptions: { importAssetsDir: folder },
  paymentOptions: { paymentMethodHandlers: [] },
  logger: new core.DefaultLogger({ level: core.LogLevel.Warn }),
  plugins: [core.DefaultJobQueuePlugin, core.DefaultSearchPlugin],
};

const initialData = {
  defaultLanguage: "en",
  defaultZone: "Europe",
  taxRates: [{ name: "Standard Tax", percentage: 20 }],
  shippingMethods: [],
  paymentMethods: [],
  countries: [{ name: "Austria", code: "AT", zone: "Europe" }],
  collections: [],
  roles: [],
};

const products = `name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets
Linen shirt,linen-shirt,"<p>Airy.</p><p>Washed at 30 degrees.</p>",,,size,S,LS-S,39.90,standard,12,true,,
,,,,,,M,LS-M,39.90,standard,7,true,,
,,,,,,L,LS-L,42.50,standard,0,true,,
Copper kettle,copper-kettle,"<p>Holds 1.2 litres.</p>",,,,,CK-1,120.00,standard,3,true,,
Oak stool,oak-stool,"<p>Three legs.</p>",,,,,OS-1,85.00,standard,5,true,,
Wool rug,wool-rug,"<p>Woven by hand.</p>",,,,,WR-1,240.00,standard,2,true,,
Clay bowl,clay-bowl,"<p>Glazed inside.</p>",,,,,CB-1,14.50,standard,40,true,,
`;

async function serve() {
  if (isNew) {
    fs.rmSync(database, { force: true });
    const csv = path.join(folder, "products.csv");
    fs.writeFileSync(csv, products);
    await (await populate(() => core.bootstrap(config), initialData, csv)).close();
    fs.writeFileSync(path.join(folder, "ready"), "");
  }
  const app = await core.bootstrap(config);
  await app.get(core.JobQueueService).start();
}

serve().catch((error) => {
  console.error(error);
  process.exit(1);
});
