// SPDX-License-Identifier: Apache-2.0
// The official OpenAI client's admin calls against the stand-in in drover-sandbox. PROVIDER_URL (with /v1) and ADMIN (project and admin
// key) come from tests/integration/test_issuers.py.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const admin = JSON.parse(process.env.ADMIN);
const options = { baseURL: process.env.PROVIDER_URL, maxRetries: 0, timeout: 60_000 };
const projects = (key) => new OpenAI({ ...options, adminAPIKey: key }).admin.organization.projects;
const { serviceAccounts, apiKeys } = projects(admin.admin_key);

const all = async (pages) => {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
};

test('a service account comes with a key that works', async () => {
  const made = await serviceAccounts.create(admin.project, { name: 'auto-rotate-1' });
  assert.equal(made.object, 'organization.project.service_account');
  assert.equal(made.name, 'auto-rotate-1');
  assert.equal(made.role, 'member');
  assert.equal(made.api_key.object, 'organization.project.service_account.api_key');
  const models = await all(new OpenAI({ ...options, apiKey: made.api_key.value }).models.list());
  assert.ok(models.length > 0);
  const [key] = (await all(apiKeys.list(admin.project))).filter((one) => one.id === made.api_key.id);
  assert.equal(key.object, 'organization.project.api_key');
  assert.equal(key.owner.type, 'service_account');
  assert.equal(key.owner.service_account.id, made.id);
  assert.ok(Math.abs(key.last_used_at - Date.now() / 1000) < 600);
  assert.ok(Math.abs(key.created_at - Date.now() / 1000) < 600);
});

test('lists come in pages', async () => {
  for (const name of ['auto-rotate-2', 'auto-rotate-3', 'auto-rotate-4']) await serviceAccounts.create(admin.project, { name });
  const accounts = await all(serviceAccounts.list(admin.project, { limit: 2 }));
  assert.deepEqual(accounts.map((one) => one.name), ['auto-rotate-1', 'auto-rotate-2', 'auto-rotate-3', 'auto-rotate-4']);
  assert.equal((await all(apiKeys.list(admin.project, { limit: 1 }))).length, 4);
});

test('what is deleted is gone', async () => {
  const [first, second] = await all(serviceAccounts.list(admin.project));
  const gone = await serviceAccounts.delete(first.id, { project_id: admin.project });
  assert.deepEqual({ ...gone }, { object: 'organization.project.service_account.deleted', id: first.id, deleted: true });
  assert.equal((await all(apiKeys.list(admin.project))).length, 3);
  const key = (await all(apiKeys.list(admin.project))).find((one) => one.owner.service_account.id === second.id);
  assert.equal((await apiKeys.delete(key.id, { project_id: admin.project })).object, 'organization.project.api_key.deleted');
  await assert.rejects(apiKeys.delete(key.id, { project_id: admin.project }), OpenAI.NotFoundError);
  await assert.rejects(serviceAccounts.delete(first.id, { project_id: admin.project }), OpenAI.NotFoundError);
});

test('refusals are of the kinds that the client knows', async () => {
  await assert.rejects(all(projects('sk-admin-none').serviceAccounts.list(admin.project)), OpenAI.AuthenticationError);
  await assert.rejects(serviceAccounts.create('proj_none', { name: 'x' }), OpenAI.NotFoundError);
  await assert.rejects(serviceAccounts.create(admin.project, { name: '' }), OpenAI.BadRequestError);
  const made = await serviceAccounts.create(admin.project, { name: 'ordinary' });
  await assert.rejects(all(projects(made.api_key.value).apiKeys.list(admin.project)), OpenAI.PermissionDeniedError);
});
