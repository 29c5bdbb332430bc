// oauth4webapi, which accepts nothing that its standards do not allow: each flow to its end.

import * as oauth from 'oauth4webapi'

const REDIRECT_URI = 'http://127.0.0.1:49152/callback'
const { flow, issuer, mcp, credentials } = JSON.parse(process.argv[2])

// The server under test is on loopback, without TLS.
const plain = { [oauth.allowInsecureRequests]: true }

async function discover(algorithm) {
  const url = new URL(issuer)
  const answer = await oauth.discoveryRequest(url, { algorithm, ...plain })
  return oauth.processDiscoveryResponse(url, answer)
}

async function findServer() {
  const url = new URL(mcp)
  const resource = await oauth.processResourceDiscoveryResponse(
    url,
    await oauth.resourceDiscoveryRequest(url, plain),
  )
  if (resource.authorization_servers[0] !== issuer) throw new Error('another authorization server')
  return discover('oauth2')
}

async function register(as, metadata) {
  const asked = { client_name: 'oauth4webapi', redirect_uris: [REDIRECT_URI], ...metadata }
  const answer = await oauth.dynamicClientRegistrationRequest(as, asked, plain)
  return oauth.processDynamicClientRegistrationResponse(answer)
}

async function authorize(as, client, authentication, options = {}) {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    scope: 'openid mcp:customers offline_access',
    resource: mcp,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const url = new URL(as.authorization_endpoint)
  url.search = parameters
  const seen = await fetch(url, { redirect: 'manual' })
  const callback = oauth.validateAuthResponse(
    as,
    client,
    new URL(seen.headers.get('location')),
    state,
  )
  const exchange = () =>
    oauth.authorizationCodeGrantRequest(as, client, authentication, callback, REDIRECT_URI, verifier, {
      additionalParameters: { resource: mcp },
      ...options,
      ...plain,
    })
  const read = async (answer) => {
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(as, answer, plain)
    return tokens
  }
  return again(exchange, read)
}

// RFC 9449 §8: the first answer may be a nonce, with which to try again.
async function again(send, read) {
  try {
    return await read(await send())
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return read(await send())
  }
}

async function refresh(as, client, authentication, tokens, options = {}) {
  const send = () =>
    oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token, {
      additionalParameters: { resource: mcp },
      ...options,
      ...plain,
    })
  const read = (answer) => oauth.processRefreshTokenResponse(as, client, answer)
  const fresh = await again(send, read)
  if (fresh.refresh_token === tokens.refresh_token) throw new Error('not rotated')
  return fresh
}

// RFC 9068, as a strict resource server elsewhere reads it.
function verify(as, accessToken) {
  const request = new Request(mcp, { headers: { authorization: `Bearer ${accessToken}` } })
  return oauth.validateJwtAccessToken(as, request, mcp, plain)
}

async function callTool(accessToken, options = {}) {
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: 'find_customer',
      arguments: { query: '김' },
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
  })
  const headers = new Headers({
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'find_customer',
  })
  const send = () =>
    oauth.protectedResourceRequest(accessToken, 'POST', new URL(mcp), headers, body, {
      ...options,
      ...plain,
    })
  return again(send, (answer) => answer.text())
}

const flows = {
  async discovery() {
    return [await discover('oidc'), await discover('oauth2')]
  },

  async public_client() {
    const as = await findServer()
    const client = await register(as, {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const tokens = await authorize(as, client, oauth.None())
    const claims = await verify(as, tokens.access_token)
    const subject = oauth.getValidatedIdTokenClaims(tokens).sub
    if (subject !== claims.sub) throw new Error('two subjects')
    const fresh = await refresh(as, client, oauth.None(), tokens)
    const result = await callTool(fresh.access_token)
    const gone = await oauth.revocationRequest(as, client, oauth.None(), fresh.refresh_token, plain)
    await oauth.processRevocationResponse(gone)
    return { claims, tokens, result }
  },

  async confidential_client() {
    const as = await findServer()
    const client = await register(as, {
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const authentication = oauth.ClientSecretBasic(client.client_secret)
    const tokens = await authorize(as, client, authentication)
    const introspect = async () => {
      const answer = await oauth.introspectionRequest(
        as,
        client,
        authentication,
        tokens.access_token,
        plain,
      )
      return oauth.processIntrospectionResponse(as, client, answer)
    }
    const before = await introspect()
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(as, client, authentication, tokens.access_token, plain),
    )
    return { before, after: await introspect() }
  },

  async signed_introspection() {
    const as = await findServer()
    const client = await register(as, {
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    client.introspection_signed_response_alg = 'ES256'
    const authentication = oauth.ClientSecretPost(client.client_secret)
    const tokens = await authorize(as, client, authentication)
    const answer = await oauth.introspectionRequest(
      as,
      client,
      authentication,
      tokens.access_token,
      { requestJwtResponse: true, ...plain },
    )
    const found = await oauth.processIntrospectionResponse(as, client, answer)
    await oauth.validateApplicationLevelSignature(as, answer, plain)
    return found
  },

  async client_credentials() {
    const as = await findServer()
    const client = { client_id: credentials.client_id }
    const found = []
    for (const authentication of [
      oauth.ClientSecretBasic(credentials.client_secret),
      oauth.ClientSecretPost(credentials.client_secret),
    ]) {
      const answer = await oauth.clientCredentialsGrantRequest(
        as,
        client,
        authentication,
        { resource: mcp, scope: 'mcp:customers' },
        plain,
      )
      const tokens = await oauth.processClientCredentialsResponse(as, client, answer)
      found.push(await verify(as, tokens.access_token))
    }
    return found
  },

  async private_key_jwt() {
    const as = await findServer()
    const keys = await oauth.generateKeyPair('ES256', { extractable: true })
    const jwk = await crypto.subtle.exportKey('jwk', keys.publicKey)
    const client = await register(as, {
      token_endpoint_auth_method: 'private_key_jwt',
      grant_types: ['authorization_code', 'refresh_token'],
      jwks: { keys: [{ ...jwk, alg: 'ES256', use: 'sig' }] },
    })
    const authentication = oauth.PrivateKeyJwt(keys.privateKey)
    const tokens = await authorize(as, client, authentication)
    const fresh = await refresh(as, client, authentication, tokens)
    return verify(as, fresh.access_token)
  },

  async dpop() {
    const as = await findServer()
    const client = await register(as, {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      dpop_bound_access_tokens: true,
    })
    const keys = await oauth.generateKeyPair('ES256')
    const options = { DPoP: oauth.DPoP(client, keys) }
    const tokens = await authorize(as, client, oauth.None(), options)
    const fresh = await refresh(as, client, oauth.None(), tokens, options)
    return { type: fresh.token_type, result: await callTool(fresh.access_token, options) }
  },

  async userinfo() {
    const as = await discover('oidc')
    const client = await register(as, {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
    })
    const tokens = await authorize(as, client, oauth.None())
    const { sub } = oauth.getValidatedIdTokenClaims(tokens)
    const answer = await oauth.userInfoRequest(as, client, tokens.access_token, plain)
    return oauth.processUserInfoResponse(as, client, sub, answer)
  },
}

console.log(JSON.stringify(await flows[flow]()))
