// A FAPI 2.0 client as an agency would write it with `openid-client`. Reads one JSON object of
// settings from the environment, talks on standard output: one JSON object a line. Where a person
// is needed it prints `{"visit": url}` and reads the address they came back with.
import * as oidc from 'openid-client'
import { createInterface } from 'node:readline'

const told = JSON.parse(process.env.CLIENT)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (value) => console.log(JSON.stringify(value))
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
const key = await crypto.subtle.importKey('jwk', told.key, algorithm, false, ['sign'])

const config = await oidc.discovery(
  new URL(told.issuer),
  told.client_id,
  {
    redirect_uris: [told.redirect_uri],
    id_token_signed_response_alg: 'ES256',
    introspection_signed_response_alg: 'ES256',
  },
  oidc.PrivateKeyJwt({ key, kid: told.key.kid }),
  { execute: [oidc.allowInsecureRequests] }, // loopback
)
oidc.enableNonRepudiationChecks(config)
const keyPair = await oidc.randomDPoPKeyPair('ES256')
const DPoP = oidc.getDPoPHandle(config, keyPair)

const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
const expectedState = oidc.randomState()
const expectedNonce = oidc.randomNonce()
const parameters = {
  redirect_uri: told.redirect_uri,
  scope: told.scope,
  state: expectedState,
  nonce: expectedNonce,
  code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
  ...(told.parameters ?? {}),
}
const url = await oidc.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
say({ visit: url.href })
const back = new URL((await lines.next()).value)

try {
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  const tokens = await oidc.authorizationCodeGrant(config, back, checks, undefined, { DPoP })
  const claims = tokens.claims()
  const userinfo = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub, { DPoP })
  const introspection = await oidc.tokenIntrospection(config, tokens.access_token)
  say({ tokens, claims, userinfo, introspection })
  if (tokens.refresh_token) {
    const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
    await oidc.tokenRevocation(config, refreshed.refresh_token)
    const after = await oidc.tokenIntrospection(config, refreshed.access_token)
    say({ refreshed, after })
  }
} catch (fault) {
  say({ fault: fault.code ?? fault.name, error: fault.error, told: fault.message })
}
process.exit(0)
