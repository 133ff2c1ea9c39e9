// A personal data server with one account, and the directory of identities (PLC) that it needs, in one process.
//
// LAB: folder; LAB_PORT; LAB_PASSWORD: of the account linen-shop.test.

const fs = require("node:fs");
const path = require("node:path");
const { createHash } = require("node:crypto");
const { once } = require("node:events");
const { PDS, envToCfg, envToSecrets } = require("@atproto/pds");
const { PlcServer, MockDatabase } = require("@did-plc/server");

const folder = process.env.LAB;
const port = Number(process.env.LAB_PORT);
const password = process.env.LAB_PASSWORD;
const secret = (name) => createHash("sha256").update(`${name} ${password}`).digest("hex");

// The directory keeps identities in memory: each operation is noted in a file, and taken again at the next start.
async function directory() {
  const database = new MockDatabase();
  const take = database.validateAndAddOp.bind(database);
  const noted = path.join(folder, "plc.jsonl");
  if (fs.existsSync(noted)) {
    for (const line of fs.readFileSync(noted, "utf8").split("\n").filter(Boolean)) {
      const { did, operation } = JSON.parse(line);
      await take(did, operation);
    }
  }
  database.validateAndAddOp = async (did, operation) => {
    await take(did, operation);
    fs.appendFileSync(noted, JSON.stringify({ did, operation }) + "\n");
  };
  const server = PlcServer.create({ db: database }).app.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}

async function serve(plcPort) {
  fs.mkdirSync(path.join(folder, "data"), { recursive: true });
  const config = envToCfg({
    port,
    hostname: "localhost",
    devMode: true,
    dataDirectory: path.join(folder, "data"),
    blobstoreDiskLocation: path.join(folder, "blobs"),
    blobstoreDiskTmpLocation: path.join(folder, "blobs-new"),
    didPlcUrl: `http://127.0.0.1:${plcPort}`,
    serviceHandleDomains: [".test"],
    inviteRequired: false,
    disableSsrfProtection: true,
  });
  const secrets = envToSecrets({
    jwtSecret: secret("jwt"),
    dpopSecret: secret("dpop"),
    adminPassword: secret("admin"),
    plcRotationKeyK256PrivateKeyHex: secret("rotation"),
  });
  const server = await PDS.create(config, secrets);
  // Its own `start` listens on all addresses.
  const listen = server.app.listen.bind(server.app);
  server.app.listen = (at) => listen(at, "127.0.0.1");
  await server.start();
  const made = await fetch(`http://127.0.0.1:${port}/xrpc/com.atproto.server.createAccount`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ handle: "linen-shop.test", email: "shop@example.com", password }),
  });
  const said = await made.json();
  if (!made.ok && said.message !== "Handle already taken: linen-shop.test") {
    throw new Error(JSON.stringify(said));
  }
  fs.writeFileSync(path.join(folder, "ready"), "");
}

directory().then(serve).catch((error) => {
  console.error(error);
  process.exit(1);
});
