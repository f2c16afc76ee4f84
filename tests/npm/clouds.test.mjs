// SPDX-License-Identifier: Apache-2.0
// The vendors' own clients against the stand-ins of drover-sandbox, over TLS with an authority of the test's
// (NODE_EXTRA_CA_CERTS): create, read, new version, list, disable. CLOUD (addresses) and LOGINS come from
// tests/integration/test_cloud_clients.py.
import './webcrypto.mjs';
import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetSecretValueCommand, ListSecretVersionIdsCommand,
  ListSecretsCommand, PutSecretValueCommand, RestoreSecretCommand, SecretsManagerClient, UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { ClientSecretCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { JWT } from 'google-auth-library';

const cloud = JSON.parse(process.env.CLOUD);
const logins = JSON.parse(process.env.LOGINS);
for (const url of Object.values(cloud)) assert.ok(url.startsWith('https://'));

const all = async (pages) => {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
};

const aws = (credentials = {}) =>
  new SecretsManagerClient({
    endpoint: cloud.aws,
    region: logins.aws.region,
    maxAttempts: 1,
    credentials: { accessKeyId: logins.aws.access_key_id, secretAccessKey: logins.aws.secret_access_key, ...credentials },
  });

test('AWS: create, read, new version, list', async () => {
  const client = aws();
  const made = await client.send(new CreateSecretCommand({ Name: 'holysheep/key-1', SecretString: 'first', Tags: [{ Key: 'a', Value: 'b' }] }));
  assert.match(made.ARN, /^arn:aws:secretsmanager:us-east-1:\d+:secret:holysheep\/key-1-/);
  const first = await client.send(new GetSecretValueCommand({ SecretId: 'holysheep/key-1' }));
  assert.equal(first.SecretString, 'first');
  assert.equal(first.VersionId, made.VersionId);
  assert.ok(Math.abs(first.CreatedDate - Date.now()) < 600_000);
  const token = randomUUID();
  const put = await client.send(new PutSecretValueCommand({ SecretId: made.ARN, SecretString: 'second', ClientRequestToken: token }));
  assert.deepEqual([put.VersionId, put.VersionStages], [token, ['AWSCURRENT']]);
  await client.send(new PutSecretValueCommand({ SecretId: made.ARN, SecretString: 'second', ClientRequestToken: token }));
  await assert.rejects(client.send(new PutSecretValueCommand({ SecretId: made.ARN, SecretString: 'other', ClientRequestToken: token })), {
    name: 'ResourceExistsException',
  });
  const previous = await client.send(new GetSecretValueCommand({ SecretId: 'holysheep/key-1', VersionStage: 'AWSPREVIOUS' }));
  assert.equal(previous.SecretString, 'first');
  const versions = await client.send(new ListSecretVersionIdsCommand({ SecretId: 'holysheep/key-1' }));
  assert.equal(versions.Versions.length, 2);
  await client.send(new CreateSecretCommand({ Name: 'elsewhere/key', SecretBinary: new Uint8Array([1, 2]) }));
  assert.deepEqual((await client.send(new GetSecretValueCommand({ SecretId: 'elsewhere/key' }))).SecretBinary, new Uint8Array([1, 2]));
  const listed = await client.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values: ['holysheep/'] }], MaxResults: 1 }));
  assert.deepEqual(listed.SecretList.map((one) => one.Name), ['holysheep/key-1']);
});

test('AWS: the label moves only from the version that has it', async () => {
  const client = aws();
  const first = (await client.send(new CreateSecretCommand({ Name: 'label', SecretString: '1' }))).VersionId;
  const put = { SecretId: 'label', SecretString: '2', VersionStages: ['DROVERPENDING'] };
  const second = (await client.send(new PutSecretValueCommand(put))).VersionId;
  assert.equal((await client.send(new GetSecretValueCommand({ SecretId: 'label' }))).SecretString, '1');
  const move = (from) => client.send(new UpdateSecretVersionStageCommand({ SecretId: 'label', VersionStage: 'AWSCURRENT', MoveToVersionId: second, RemoveFromVersionId: from }));
  await assert.rejects(move(undefined), { name: 'InvalidParameterException' });
  await move(first);
  const stages = (await client.send(new DescribeSecretCommand({ SecretId: 'label' }))).VersionIdsToStages;
  assert.deepEqual(stages, { [first]: ['AWSPREVIOUS'], [second]: ['AWSCURRENT', 'DROVERPENDING'] });
});

test('AWS: disable is deletion with a window', async () => {
  const client = aws();
  await client.send(new CreateSecretCommand({ Name: 'gone', SecretString: '1' }));
  const gone = await client.send(new DeleteSecretCommand({ SecretId: 'gone', RecoveryWindowInDays: 7 }));
  assert.ok(gone.DeletionDate > Date.now() + 6 * 86_400_000);
  await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: 'gone' })), { name: 'InvalidRequestException' });
  await client.send(new RestoreSecretCommand({ SecretId: 'gone' }));
  assert.equal((await client.send(new GetSecretValueCommand({ SecretId: 'gone' }))).SecretString, '1');
  await assert.rejects(client.send(new GetSecretValueCommand({ SecretId: 'never' })), { name: 'ResourceNotFoundException' });
});

test('AWS: signatures are really checked', async () => {
  const read = (credentials) => aws(credentials).send(new ListSecretsCommand({}));
  await assert.rejects(read({ secretAccessKey: 'wrong' }), { name: 'InvalidSignatureException' });
  await assert.rejects(read({ accessKeyId: 'AKIAUNKNOWN' }), { name: 'UnrecognizedClientException' });
  await assert.rejects(read({ sessionToken: 'x' }), { name: 'UnrecognizedClientException' });
});

// Google's own library makes the assertion and keeps the token; it knows one address for tokens, so the way is bent.
const gcp = (credentials = logins.gcp.credentials) => {
  const client = new JWT({
    email: credentials.client_email,
    key: credentials.private_key,
    keyId: credentials.private_key_id,
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
  });
  client.transporter.interceptors.request.add({
    resolved: async (config) => {
      if (String(config.url) === 'https://oauth2.googleapis.com/token') config.url = new URL(credentials.token_uri);
      return config;
    },
  });
  return client;
};

test('GCP: create, read, new version, list, disable', async () => {
  const client = gcp();
  const base = `${cloud.gcp}/v1/projects/${logins.gcp.project}/secrets`;
  const call = async (method, path, data) => (await client.request({ url: base + path, method, data, retry: false })).data;
  const payload = (text) => ({ payload: { data: Buffer.from(text).toString('base64') } });
  const made = await call('POST', '?secretId=holysheep-key-1', { replication: { automatic: {} } });
  assert.match(made.name, /^projects\/[^/]+\/secrets\/holysheep-key-1$/);
  assert.match((await call('POST', '/holysheep-key-1:addVersion', payload('first'))).name, /\/versions\/1$/);
  const second = await call('POST', '/holysheep-key-1:addVersion', payload('second'));
  assert.match(second.name, /\/versions\/2$/);
  assert.equal(second.state, 'ENABLED');
  const read = await call('GET', '/holysheep-key-1/versions/latest:access');
  assert.equal(Buffer.from(read.payload.data, 'base64').toString(), 'second');
  assert.match(read.payload.dataCrc32c, /^\d+$/);
  const versions = await call('GET', '/holysheep-key-1/versions');
  assert.deepEqual(versions.versions.map((one) => one.name.split('/').pop()), ['2', '1']);
  assert.deepEqual((await call('GET', '?filter=name:holysheep-')).secrets.length, 1);
  assert.equal((await call('POST', '/holysheep-key-1/versions/2:disable', {})).state, 'DISABLED');
  await assert.rejects(call('GET', '/holysheep-key-1/versions/latest:access'), (error) => error.response.data.error.status === 'FAILED_PRECONDITION');
  assert.equal((await call('POST', '/holysheep-key-1/versions/2:enable', {})).state, 'ENABLED');
  assert.equal((await call('POST', '/holysheep-key-1/versions/1:destroy', {})).state, 'DESTROYED');
  const wrong = { payload: { data: 'eA==', dataCrc32c: '1' } };
  await assert.rejects(call('POST', '/holysheep-key-1:addVersion', wrong), (error) => error.response.data.error.status === 'INVALID_ARGUMENT');
  await call('DELETE', '/holysheep-key-1');
  await assert.rejects(call('GET', '/holysheep-key-1'), (error) => error.response.status === 404);
});

test('GCP: assertions are really checked', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const stranger = { ...logins.gcp.credentials, private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
  await assert.rejects(gcp(stranger).authorize(), (error) => error.response.data.error === 'invalid_grant');
  await assert.rejects(gcp({ ...logins.gcp.credentials, client_email: 'a@b' }).authorize(), (error) => error.response.data.error === 'invalid_grant');
});

const azure = (secret = logins.azure.client_secret) => {
  const credential = new ClientSecretCredential(logins.azure.tenant, logins.azure.client_id, secret, {
    authorityHost: cloud.azure,
    disableInstanceDiscovery: true,
    retryOptions: { maxRetries: 0 },
  });
  // A vault of localhost is no part of a domain of vaults.
  return new SecretClient(cloud.azure, credential, { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } });
};

test('Azure: create, read, new version, list, disable', async () => {
  const client = azure();
  const first = await client.setSecret('holysheep-key-1', 'first', { tags: { a: 'b' }, contentType: 'text/plain' });
  assert.equal(first.properties.version.length, 32);
  assert.ok(Math.abs(first.properties.createdOn - Date.now()) < 600_000);
  const second = await client.setSecret('holysheep-key-1', 'second');
  assert.equal((await client.getSecret('holysheep-key-1')).value, 'second');
  const old = await client.getSecret('holysheep-key-1', { version: first.properties.version });
  assert.deepEqual([old.value, old.properties.tags, old.properties.contentType], ['first', { a: 'b' }, 'text/plain']);
  assert.equal((await all(client.listPropertiesOfSecretVersions('holysheep-key-1'))).length, 2);
  for (let i = 0; i < 30; ++i) await client.setSecret(`many-${i}`, 'x');
  assert.equal((await all(client.listPropertiesOfSecrets())).length, 31); // more than a page
  const off = await client.updateSecretProperties('holysheep-key-1', second.properties.version, { enabled: false });
  assert.equal(off.enabled, false);
  await assert.rejects(client.getSecret('holysheep-key-1'), (error) => error.statusCode === 403);
  await assert.rejects(client.getSecret('never'), (error) => error.code === 'SecretNotFound');
});

test('Azure: a deleted name is kept until it is purged', async () => {
  const client = azure();
  await client.setSecret('gone', 'x');
  const deleted = await (await client.beginDeleteSecret('gone', { intervalInMs: 1 })).pollUntilDone();
  assert.ok(deleted.scheduledPurgeDate > Date.now());
  await assert.rejects(client.setSecret('gone', 'y'), (error) => error.statusCode === 409);
  await (await client.beginRecoverDeletedSecret('gone', { intervalInMs: 1 })).pollUntilDone();
  assert.equal((await client.getSecret('gone')).value, 'x');
  await (await client.beginDeleteSecret('gone', { intervalInMs: 1 })).pollUntilDone();
  await client.purgeDeletedSecret('gone');
  assert.equal((await client.setSecret('gone', 'y')).value, 'y');
});

test('Azure: client secrets are really checked', async () => {
  await assert.rejects(azure('wrong').getSecret('x'), /AADSTS7000215/);
});
