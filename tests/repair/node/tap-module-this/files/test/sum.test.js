import assert from 'node:assert';
import { test } from 'node:test';
import { Sum } from '../src/sum.js';

test('sums', () => {
  assert.strictEqual(new Sum([1, 2]).total(), 3);
});
