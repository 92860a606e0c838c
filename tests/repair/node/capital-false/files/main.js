const tasks = ["wash", "cook"].map((title) => ({ title, done: False }));

console.log(JSON.stringify(tasks));
