console.log(path.join("a", "b"));
