function find(title) {
  if (!title)
    throw new Error`no task called ${title}`);
  return title;
}

console.log(find("a"));
