import assert from 'node:assert';
import { test } from 'node:test';
import { summary } from './a.js';

test('sums up', async () => {
  assert.strictEqual(await summary(), 'ann: 1');
});
