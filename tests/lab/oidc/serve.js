// An OpenID Connect provider of people who sign in by any name: NAME@example.com, verified unless it begins "new-".
import Provider from "oidc-provider";

const { LAB_PORT, LAB_PASSWORD } = process.env;
const issuer = `http://127.0.0.1:${LAB_PORT}`;
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "magicai",
      client_secret: LAB_PASSWORD,
      // Of a native application any port of loopback is as good as the one that is named here.
      application_type: "native",
      redirect_uris: ["http://127.0.0.1/api/session/oidc/callback"],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: id, email: `${id}@example.com`, email_verified: !id.startsWith("new-") }),
  }),
  cookies: { keys: [LAB_PASSWORD] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: true } },
});
provider.listen(Number(LAB_PORT), "127.0.0.1");
