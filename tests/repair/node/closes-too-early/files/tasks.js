const fs = require('fs');
const path = require('path');

class TaskList {
  constructor() {
    this.tasks = [];
  }
}

  add(title, priority = 1) {
    this.tasks.push({ title, priority, done: false });
    return this;
  }

  finish(title) {
    const task = this.tasks.find((candidate) => candidate.title === title);
    if (!task) {
      throw new Error(`no task called ${title}`);
    }
    task.done = true;
  }

  pending() {
    return this.tasks.filter((task) => !task.done);
  }

  sorted() {
    return [...this.pending()].sort((left, right) => right.priority - left.priority);
  }
}

function load(name) {
  const file = path.join(__dirname, name);
  const list = new TaskList();
  for (const entry of JSON.parse(fs.readFileSync(file, 'utf8'))) {
    list.add(entry.title, entry.priority);
  }
  return list;
}

module.exports = { TaskList, load };
