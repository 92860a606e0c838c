const assert = require('assert');
const { TaskList, load } = require('./tasks');

function format(task, index) {
  const marker = task.priority > 2 ? '!' : ' ';
  return `${index + 1}.${marker} ${task.title.toUpperCase()}`;
}

const list = load('tasks.json');
list.add('rest').finish('ship');
const titles = list.sorted().map(format);
console.log(titles.join('\n'));

const empty = new TaskList();
assert.strictEqual(empty.pending().length, 0);
try {
  empty.finish('nothing');
} catch (error) {
  console.log('refused:', error.message);
}
console.log(`${list.pending().length} pending`);
