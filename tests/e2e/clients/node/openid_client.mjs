// openid-client, the relying party most Node applications use: from registering to signing out.

import * as client from 'openid-client'

const REDIRECT_URI = 'http://127.0.0.1:49152/callback'
const { issuer } = JSON.parse(process.argv[2])

// The server under test is on loopback, without TLS.
const options = { execute: [client.allowInsecureRequests] }

const config = await client.dynamicClientRegistration(
  new URL(issuer),
  {
    client_name: 'openid-client',
    redirect_uris: [REDIRECT_URI],
    post_logout_redirect_uris: [REDIRECT_URI],
    grant_types: ['authorization_code', 'refresh_token'],
    // How it authenticates unless told otherwise.
    token_endpoint_auth_method: 'client_secret_post',
  },
  undefined,
  options,
)
const registered = config.clientMetadata()
client.enableNonRepudiationChecks(config)

const pkceCodeVerifier = client.randomPKCECodeVerifier()
const expectedState = client.randomState()
const expectedNonce = client.randomNonce()
const seen = await fetch(
  client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    max_age: '600',
  }),
  { redirect: 'manual' },
)
const tokens = await client.authorizationCodeGrant(
  config,
  new URL(seen.headers.get('location')),
  { pkceCodeVerifier, expectedState, expectedNonce, maxAge: 600, idTokenExpected: true },
)
const claims = tokens.claims()
const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
const fresh = await client.refreshTokenGrant(config, tokens.refresh_token)
const before = await client.tokenIntrospection(config, fresh.refresh_token)
await client.tokenRevocation(config, fresh.refresh_token)
const after = await client.tokenIntrospection(config, fresh.access_token)
const signedOut = await fetch(
  client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token,
    post_logout_redirect_uri: REDIRECT_URI,
    state: expectedState,
  }),
  { redirect: 'manual' },
)

console.log(
  JSON.stringify({
    client_id: registered.client_id,
    claims,
    userinfo,
    before,
    after,
    signed_out: signedOut.status,
    returned: signedOut.headers.get('location') === `${REDIRECT_URI}?state=${expectedState}`,
  }),
)
