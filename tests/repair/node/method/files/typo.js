console.lgo("x");
